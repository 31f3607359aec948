"""How features look: one table for the page, for QGIS and for the legend.

Status is told by colour and by shape, so that it survives colour blindness and black-and-white
print. The colours are from Okabe and Ito's palette ("Color Universal Design", 2008), darkened
where a 3:1 contrast to the map's ground (WCAG 2.2, 1.4.11) needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Shape = Literal["circle", "square", "diamond", "triangle", "pentagon", "cross", "ring"]

GROUND = "#f4f3ef"


@dataclass(frozen=True, slots=True)
class Marker:
    """A point symbol: `fill` inside `stroke`, `size_px` across."""

    fill: str
    stroke: str
    shape: Shape
    size_px: int = 18


@dataclass(frozen=True, slots=True)
class Path:
    """A line or an outline; `fill` with `fill_opacity` for polygons, `hatch` for slanted lines."""

    stroke: str
    width_px: float
    dash: str = ""
    fill: str = ""
    fill_opacity: float = 0.0
    hatch: bool = False
    casing: str = ""
    casing_width_px: float = 0.0


STATUS: Mapping[str, Marker] = {
    "identification": Marker("#6b7280", "#ffffff", "ring"),
    "preparation": Marker("#0067a5", "#ffffff", "circle"),
    "implementation": Marker("#b45309", "#ffffff", "triangle", 20),
    "completion": Marker("#00755a", "#ffffff", "square", 16),
    "maintenance": Marker("#00755a", "#ffffff", "pentagon"),
    "decommissioning": Marker("#8b3a62", "#ffffff", "cross"),
    "decommissioned": Marker("#8b3a62", "#ffffff", "cross"),
    "cancelled": Marker("#4b5563", "#ffffff", "cross"),
}
NO_STATUS = Marker("#6b7280", "#ffffff", "diamond")
CANDIDATE = Marker("", "#7c3aed", "ring", 14)
CONTEXT_POINT = Marker("#ffffff", "#475569", "square", 10)

BOUNDARY = Path("#334155", 1.6, dash="8 4 2 4")
AREA = Path("#1d4ed8", 2.0, fill="#1d4ed8", fill_opacity=0.10)
AREA_SCHEMATIC = Path("#1d4ed8", 1.6, dash="6 4", fill="#1d4ed8", fill_opacity=0.10, hatch=True)
WORK_LINE = Path("#b45309", 4.0)
WORK_POLYGON = Path("#b45309", 2.0, fill="#b45309", fill_opacity=0.25)
APPROXIMATE = Path("#475569", 1.2, dash="4 4", fill="#475569", fill_opacity=0.06)
STREET = Path("#ffffff", 4.0, casing="#c9c5bb", casing_width_px=6.0)
WATER_LINE = Path("#7fb2d9", 5.0)
CONTEXT_LINE = Path("#64748b", 2.0)
# Areas are told apart by colour where several are shown; the order is the catalogue's.
AREA_COLOURS = ("#1d4ed8", "#0f766e", "#b03a2e", "#7c3aed", "#8a5a00", "#be185d")


def as_json() -> dict[str, Any]:
    """Return the tables as plain JSON values, for the page."""
    return {
        "ground": GROUND,
        "status": {code: asdict(marker) for code, marker in STATUS.items()},
        "no_status": asdict(NO_STATUS),
        "candidate": asdict(CANDIDATE),
        "context_point": asdict(CONTEXT_POINT),
        "boundary": asdict(BOUNDARY),
        "area": asdict(AREA),
        "area_schematic": asdict(AREA_SCHEMATIC),
        "work_line": asdict(WORK_LINE),
        "work_polygon": asdict(WORK_POLYGON),
        "approximate": asdict(APPROXIMATE),
        "street": asdict(STREET),
        "water_line": asdict(WATER_LINE),
        "context_line": asdict(CONTEXT_LINE),
        "area_colours": list(AREA_COLOURS),
    }
