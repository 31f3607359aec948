"""Candidates as features of the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zymap.catalog import Catalog, Layer
from zymap.errors import InvalidData
from zymap.geojson import Feature
from zymap.siting import wording
from zymap.siting.candidates import UNCERTAINTY_M
from zymap.siting.coverage import Choice
from zymap.siting.demand import UNITS
from zymap.siting.wording import Figures

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

KIND = "parking"
ELSEWHERE = "other"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all candidates of a run share.

    Attributes
    ----------
    areas : sequence of (str, shapely geometry)
        Codes and shapes of the key areas, lon, lat in degrees.
    total : int
        All demand, in units.
    """

    catalog: Catalog
    layer: Layer
    areas: Sequence[tuple[str, BaseGeometry]]
    total: int
    radius_m: int
    sites: int
    plane: str


def check_codes(catalog: Catalog) -> None:
    """Check that the dataset's code lists can say what a candidate is.

    Raises
    ------
    InvalidData
        A code is missing.
    """
    for table, codes, code in (
        ("kinds", catalog.kinds, KIND),
        ("areas", catalog.areas, ELSEWHERE),
    ):
        if code not in codes:
            raise InvalidData(f"catalog.toml: [{table}] has no {code!r}, which candidates need")


def make_feature(setting: Setting, number: int, choice: Choice, place: Any) -> Feature:
    """Return candidate `number` (from 1) as a feature with every field of its layer.

    Parameters
    ----------
    place : numpy.ndarray, shape (2,)
        Lon, lat in degrees.
    """
    lon, lat = float(place[0]), float(place[1])
    label = f"{number:0{max(2, len(str(setting.sites)))}d}"
    figures = Figures(
        number=label,
        round=choice.round,
        gained=round(choice.gained / UNITS, 2),
        total=round(setting.total / UNITS, 2),
        radius_m=setting.radius_m,
        sites=setting.sites,
        plane=setting.plane,
    )
    known = _values(setting, number, figures, _area(setting, lon, lat))
    return {
        "type": "Feature",
        "id": f"{setting.catalog.dataset.id_prefix}{KIND}-candidate-{label}",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {item.name: known.get(item.name) for item in setting.layer.fields},
    }


def _values(setting: Setting, number: int, figures: Figures, area: str) -> dict[str, Any]:
    name_zh, name_en = wording.name(figures)
    description_zh, description_en = wording.description(figures)
    # No status, deadline or section: no source speaks of a candidate.
    return {
        "name_zh": name_zh,
        "name_en": name_en,
        "kind": KIND,
        "area_id": area,
        "area_source": "inferred",
        "description_zh": description_zh,
        "description_en": description_en,
        "fact_ids": [],
        "location_status": "candidate",
        "coordinateUncertaintyInMeters": UNCERTAINTY_M,
        "georeferenceSources": wording.sources(figures),
        "georeferenceProtocol": wording.protocol(figures, setting.catalog, UNCERTAINTY_M),
        "in_district": True,
        "rank": number,
        "demand_covered": figures.gained,
        "demand_total": figures.total,
        "service_radius_m": figures.radius_m,
    }


def _area(setting: Setting, lon: float, lat: float) -> str:
    from shapely import Point

    point = Point(lon, lat)
    return next((code for code, shape in setting.areas if shape.covers(point)), ELSEWHERE)
