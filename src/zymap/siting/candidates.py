"""Where a site could be: grid points inside the district and off the water."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zymap.catalog import Catalog
from zymap.geojson import Feature
from zymap.plane import Plane
from zymap.siting.lattice import SPACING_M, grid_points

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DECIMALS = 3
WATER = "water"
# A candidate stands for its grid cell (half a diagonal), and is rounded to 0.001° (at most half
# a diagonal of 111 m x 111 m); to the next ten metres.
UNCERTAINTY_M = 10 * math.ceil((SPACING_M + 111) * math.sqrt(0.5) / 10)


def find_candidates(district: BaseGeometry, water: BaseGeometry, plane: Plane) -> Any:
    """Return the places among which sites are chosen.

    Parameters
    ----------
    district, water : shapely geometry
        Easting, northing in metres; `water` may be empty.

    Returns
    -------
    numpy.ndarray, shape (n, 2)
        Lon, lat in degrees with three decimals, each inside the district and outside the water
        after rounding, sorted from the south-west.
    """
    import numpy as np
    import shapely

    rounded = np.round(plane.to_degrees(grid_points(district)), DECIMALS)
    places = np.unique(rounded, axis=0)
    points = shapely.points(plane.forward(places))
    kept = shapely.covers(district, points) & ~shapely.intersects(water, points)
    return places[kept]


def find_water(
    catalog: Catalog, layers: Mapping[str, Sequence[Feature]], plane: Plane
) -> BaseGeometry:
    """Return where water may be: each water feature, widened by its uncertainty, in metres.

    Which part of it is water nobody has recorded, so none of it is suggested as a site.
    """
    from shapely import unary_union
    from shapely.geometry import shape

    return unary_union(
        [
            plane.to_metres(shape(feature["geometry"])).buffer(
                feature["properties"].get("coordinateUncertaintyInMeters") or 0
            )
            for layer in catalog.by_role("context", "works")
            for feature in layers[layer.id]
            if feature["geometry"] is not None and feature["properties"].get("kind") == WATER
        ]
    )
