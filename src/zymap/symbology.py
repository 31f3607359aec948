"""How features look: one table for the page, for QGIS and for the legend.

Status is told by colour and by shape, so that it survives colour blindness and black-and-white
print. The hues are Okabe and Ito's ("Color Universal Design", 2008), darkened until each has
3:1 against the map's ground (WCAG 2.2, 1.4.11). Key areas are outlines and hatches, works are
solid symbols, so that a hue that serves both is never read as one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

# Each is also a simple marker of QGIS under the same name (`cross` is its `cross_fill`).
Shape = Literal["circle", "square", "diamond", "triangle", "pentagon", "hexagon", "cross"]

GROUND = "#e1e6ed"
DISTRICT_GROUND = "#f0f3f7"
WHITE = "#ffffff"
GREY = "#56606e"
BLUE = "#0064a8"
VERMILION = "#b9460e"
GREEN = "#00705a"
PLUM = "#8b3a62"
VIOLET = "#6d3bc4"
WATER_BLUE = "#4b8fbe"


@dataclass(frozen=True, slots=True)
class Marker:
    """A point symbol: `fill` inside a `stroke` of `width_px`, `size_px` across.

    Attributes
    ----------
    ink : str
        Colour of the kind's glyph inside the symbol.
    dash : str
        SVG dash array in px; empty for a solid outline.
    hollow : bool
        True if the inside has the colour of paper, so that the outline tells the status.
    """

    shape: Shape
    fill: str
    stroke: str
    ink: str
    size_px: int = 26
    width_px: float = 2.0
    dash: str = ""
    hollow: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hollow", self.fill in ("", WHITE))


@dataclass(frozen=True, slots=True)
class Path:
    """A line, or the outline and the inside of a polygon.

    Attributes
    ----------
    dash : str
        SVG dash array in px; empty for a solid line.
    fill : str
        Colour of the inside; empty for none.
    hatch : bool
        True if slanted lines of the stroke's colour fill the inside: the shape is schematic.
    casing : str
        Colour of the wider line underneath; empty for none.
    """

    stroke: str
    width_px: float
    dash: str = ""
    fill: str = ""
    fill_opacity: float = 0.0
    hatch: bool = False
    casing: str = ""
    casing_width_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Context:
    """How a layer for orientation looks: its points, its lines and shapes, its names.

    Attributes
    ----------
    label : str
        Colour of the names.
    label_from_zoom : int
        Web-map zoom from which on names are written.
    """

    marker: Marker
    path: Path
    label: str
    label_from_zoom: int = 14


STATUS: Mapping[str, Marker] = {
    "identification": Marker("circle", WHITE, GREY, GREY),
    "preparation": Marker("circle", BLUE, WHITE, WHITE),
    "implementation": Marker("square", VERMILION, WHITE, WHITE, 24),
    "completion": Marker("diamond", GREEN, WHITE, WHITE, 30),
    "maintenance": Marker("hexagon", GREEN, WHITE, WHITE, 28),
    "decommissioning": Marker("triangle", PLUM, WHITE, WHITE, 30),
    "decommissioned": Marker("cross", PLUM, WHITE, WHITE, 28),
    "cancelled": Marker("cross", GREY, WHITE, WHITE, 28),
}
# A place that the report names without saying what is done there.
NO_STATUS = Marker("pentagon", WHITE, GREY, GREY, 28)
CANDIDATE = Marker("circle", "", VIOLET, VIOLET, 14, 1.6, "3 2")
CLUSTER = Marker("circle", "#1f2a3d", WHITE, WHITE, 30)

BOUNDARY = Path("#5b6b84", 1.6, dash="10 4 2 4", fill=DISTRICT_GROUND, fill_opacity=1.0)
AREA = Path("#2457c5", 2.0, fill="#2457c5", fill_opacity=0.10)
AREA_SCHEMATIC = Path("#2457c5", 1.8, dash="7 5", fill="#2457c5", fill_opacity=0.07, hatch=True)
# Areas are told apart by colour where several are shown; the order is the catalogue's.
AREA_COLOURS = ("#2457c5", "#0a7a64", "#a5491a", "#6d3bc4", "#7a5a00", "#a52a6a")
WORK_LINE = Path(VERMILION, 4.0, casing=WHITE, casing_width_px=7.0)
WORK_POLYGON = Path(VERMILION, 2.0, fill=VERMILION, fill_opacity=0.22)
# The circle that holds the true place of an approximate point.
APPROXIMATE = Path("#475569", 1.4, dash="5 4", fill="#475569", fill_opacity=0.06)
STREET = Path(WHITE, 5.0, casing="#bfc9d8", casing_width_px=7.0)

_PLAIN = Path("#8793a5", 2.0, fill="#8793a5", fill_opacity=0.15)
DEFAULT_CONTEXT = Context(Marker("square", WHITE, GREY, GREY, 12, 1.6), _PLAIN, GREY)
CONTEXT: Mapping[str, Context] = {
    "road": Context(Marker("circle", WHITE, "#cbd2dc", GREY, 8, 1.5), STREET, "#4c586a", 13),
    "water": Context(
        Marker("circle", "#cfe3f2", WATER_BLUE, "#2c6a97", 16, 1.5),
        Path("#a9cfe8", 5.0, fill="#cfe3f2", fill_opacity=0.9),
        "#2c6a97",
        13,
    ),
    "station": Context(
        Marker("circle", WHITE, "#3f4b5f", "#3f4b5f", 12, 2.0), _PLAIN, "#3f4b5f", 14
    ),
    "venue": Context(Marker("square", WHITE, "#3f4b5f", "#3f4b5f", 16, 1.5), _PLAIN, "#3f4b5f", 14),
}

# What each kind is drawn as inside its symbol: ids of the page's glyphs. Kinds are an open list
# of the dataset, so an unknown one gets a dot.
DEFAULT_GLYPH = "dot"
GLYPHS: Mapping[str, str] = {
    "project": "building",
    "planning": "plan",
    "utility": "pipe",
    "facility": "people",
    "ecology": "leaf",
    "heritage": "temple",
    "road": "road",
    "park": "tree",
    "parking": "parking",
    "school": "school",
    "venue": "stage",
    "station": "metro",
    "water": "wave",
    "area": "frame",
    "district": "frame",
    "target": "flag",
}


# The colour that stands for each of the above on a dark page. White is paper: it turns dark.
DARK: Mapping[str, str] = {
    GROUND: "#10151d",
    DISTRICT_GROUND: "#181f2a",
    WHITE: "#10151d",
    GREY: "#a9b3c2",
    BLUE: "#62b1ee",
    VERMILION: "#ff9359",
    GREEN: "#45c9a5",
    PLUM: "#e093ba",
    VIOLET: "#b99bf8",
    WATER_BLUE: "#5ea5d4",
    "#1f2a3d": "#dfe6f0",
    "#2457c5": "#7fa4ff",
    "#0a7a64": "#3cc7a8",
    "#a5491a": "#f79a6a",
    "#7a5a00": "#dcb84f",
    "#a52a6a": "#f08ec2",
    "#5b6b84": "#8696b0",
    "#475569": "#b3bfd1",
    "#bfc9d8": "#39455a",
    "#8793a5": "#7c889b",
    "#4c586a": "#aab6c8",
    "#cbd2dc": "#46536a",
    "#cfe3f2": "#16324a",
    "#a9cfe8": "#1f4a6b",
    "#2c6a97": "#8cc4ea",
    "#3f4b5f": "#a7b3c6",
}


@dataclass(frozen=True, slots=True)
class Symbology:
    """All tables as one value, in the form that the page reads."""

    ground: str = GROUND
    status: Mapping[str, Marker] = field(default_factory=lambda: STATUS)
    no_status: Marker = NO_STATUS
    candidate: Marker = CANDIDATE
    cluster: Marker = CLUSTER
    boundary: Path = BOUNDARY
    area: Path = AREA
    area_schematic: Path = AREA_SCHEMATIC
    area_colours: tuple[str, ...] = AREA_COLOURS
    work_line: Path = WORK_LINE
    work_polygon: Path = WORK_POLYGON
    approximate: Path = APPROXIMATE
    context: Mapping[str, Context] = field(default_factory=lambda: CONTEXT)
    default_context: Context = DEFAULT_CONTEXT
    glyphs: Mapping[str, str] = field(default_factory=lambda: GLYPHS)
    default_glyph: str = DEFAULT_GLYPH
    dark: Mapping[str, str] = field(default_factory=lambda: DARK)


def marker_of(status: str | None) -> Marker:
    """Return the symbol of a work: by its status, or the one for works that state none."""
    return STATUS.get(status or "", NO_STATUS)


def context_of(kind: str | None) -> Context:
    """Return the look of a feature that is there for orientation."""
    return CONTEXT.get(kind or "", DEFAULT_CONTEXT)


def as_json() -> dict[str, Any]:
    """Return the tables as plain JSON values, for the page."""
    return asdict(Symbology())
