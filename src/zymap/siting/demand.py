"""Demand for parking: points with weights, spread as far as a position is uncertain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zymap.catalog import Catalog
from zymap.geojson import Feature
from zymap.plane import Plane
from zymap.siting.lattice import SPACING_M, grid_points, points_along
from zymap.siting.weights import STREET_POINT, is_street, weight_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Weights are summed as whole units, so that two sums are equal or are not.
UNITS = 10_000


@dataclass(frozen=True, slots=True)
class Demand:
    """Demand points inside the district.

    Attributes
    ----------
    points : numpy.ndarray, shape (n, 2)
        Easting, northing in metres.
    units : numpy.ndarray of int, shape (n,)
        Weight of each in ten-thousandths.
    features : int
        How many features stand behind them, streets included.
    """

    points: Any
    units: Any
    features: int


def find_demand(
    catalog: Catalog,
    layers: Mapping[str, Sequence[Feature]],
    district: BaseGeometry,
    plane: Plane,
) -> Demand:
    """Return the demand that located features and existing streets make in the district.

    A feature whose position is good to one grid spacing stands where it is (a line: evenly
    along it). A coarser one is spread evenly over the grid points within its uncertainty, so
    that what a site covers of it is the expected share. What falls outside the district is left
    out, and its weight with it.

    Parameters
    ----------
    layers : mapping of str to sequence of Feature
        Features by layer id, WGS 84.
    district : shapely geometry
        Easting, northing in metres.
    """
    import numpy as np
    import shapely

    units: dict[tuple[float, float], int] = defaultdict(int)
    features = 0
    for places, weight in _weighted_places(catalog, layers, plane):
        share = round(weight * UNITS / len(places))
        inside = places[shapely.covers(district, shapely.points(places))]
        features += len(inside) > 0 and share > 0
        for x, y in inside:
            # To the millimetre, so that features at the same place meet in one point.
            units[round(float(x), 3), round(float(y), 3)] += share
    held = sorted(place for place, amount in units.items() if amount > 0)
    return Demand(
        np.array(held, dtype=float).reshape(-1, 2),
        np.array([units[place] for place in held], dtype=int),
        features,
    )


def _weighted_places(
    catalog: Catalog, layers: Mapping[str, Sequence[Feature]], plane: Plane
) -> Iterator[tuple[Any, float]]:
    from shapely.geometry import shape

    for layer in catalog.by_role("works", "context"):
        for feature in sorted(layers[layer.id], key=lambda feature: feature["id"]):
            if feature["geometry"] is None:
                continue
            weight = weight_of(catalog, layer, feature)
            street = is_street(layer, feature)
            if not (weight or street):
                continue
            uncertainty_m = feature["properties"].get("coordinateUncertaintyInMeters") or 0
            places = _places(plane.to_metres(shape(feature["geometry"])), uncertainty_m)
            yield places, weight or STREET_POINT * len(places)


def _places(place: BaseGeometry, uncertainty_m: float) -> Any:
    """Return the points that a feature's weight is spread over; at least one."""
    import numpy as np
    import shapely

    if uncertainty_m <= SPACING_M and place.geom_type == "Point":
        return shapely.get_coordinates(place)
    if uncertainty_m <= SPACING_M and place.geom_type.endswith("LineString"):
        return np.concatenate([points_along(line) for line in shapely.get_parts(place)])
    spread = grid_points(place.buffer(max(uncertainty_m, 0)))
    return spread if len(spread) else shapely.get_coordinates(place.representative_point())
