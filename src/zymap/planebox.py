"""A box that is named in a CRS: the parameters ``bbox`` and ``bbox-crs`` together.

Standard: OGC 18-058r1 (/req/crs/fc-bbox-crs-action): a box in degrees stays one with its axes
put in order; a box in metres is a shape with four slightly bent edges in WGS 84.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zymap.bbox import BBox, check_bbox, parse_corners
from zymap.crs import BY_URI, OFFERED, Crs, transformer
from zymap.errors import InvalidRequest

# Between corners 250 m apart a line of a grid 100 km off its meridian bends by less than 1 mm.
STEP_M = 250
CORNERS_MAXIMUM = 1024
# Web Mercator at its edge (85°) stretches 11.5-fold. Where a projection stretches more, and at
# its poles, it is no map any more, and a box there names no place.
STRETCH_MAXIMUM = 12
_SAMPLES_MINIMUM = 17


@dataclass(frozen=True, slots=True)
class PlaneBox:
    """A box in metres of a projected CRS on offer, x (easting) and y (northing)."""

    code: int
    low_x_m: float
    low_y_m: float
    high_x_m: float
    high_y_m: float


@dataclass(frozen=True, slots=True)
class Outline(BBox):
    """What a `PlaneBox` covers in WGS 84: the bounds of it, and the exact shape.

    Attributes
    ----------
    wkb : bytes
        A polygon, lon, lat in degrees (a line or a point if the box has no area); an empty one
        if no feature can be there. Longitudes go on beyond ±180 where the box does.
    inner : BBox or None
        A box that lies in the shape, so that what lies in it needs no further look.
    """

    wkb: bytes
    inner: BBox | None


def parse_box(text: str, crs: Crs) -> BBox | PlaneBox:
    """Parse the parameter ``bbox`` in a CRS: four numbers, or six of which heights are passed over.

    Raises
    ------
    InvalidRequest
        Not such numbers; out of range or upside down; in metres also west above east, since
        only degrees go round the globe.
    """
    first_low, second_low, first_high, second_high = parse_corners(text)
    low, high = (first_low, second_low), (first_high, second_high)
    if crs.northing_first:
        low, high = low[::-1], high[::-1]
    if not crs.projected:
        return check_bbox(BBox(*low, *high))
    if low[0] > high[0] or low[1] > high[1]:
        axes = "northing, easting" if crs.northing_first else "x, y"
        raise InvalidRequest(
            f"bbox has a low value above the high one (order: low {axes}, high {axes})",
            parameter="bbox",
        )
    return PlaneBox(crs.code, *low, *high)


def offered_for(extent: BBox | None) -> tuple[Crs, ...]:
    """Return the CRS in which features of this extent (WGS 84) can be answered and asked for."""
    return tuple(
        crs
        for crs in BY_URI.values()
        if not crs.projected or extent is None or _reach(crs.code, extent) is not None
    )


@lru_cache(maxsize=256)
def outline(box: PlaneBox, extent: BBox | None) -> Outline:
    """Say a box in WGS 84, cut to where there are features.

    Parameters
    ----------
    extent : BBox or None
        Of all features that are asked, WGS 84; None if none of them is located. What is cut off
        holds none of them, so the answer stays exact while no box is too large.

    Raises
    ------
    InvalidRequest
        The CRS cannot show the extent; see `offered_for`.
    """
    reach = None if extent is None else _reach(box.code, extent)
    if extent is not None and reach is None:
        raise InvalidRequest(
            f"bbox-crs: {OFFERED[box.code].uri} does not reach where these features are",
            parameter="bbox-crs",
        )
    low_x, low_y, high_x, high_y = _cut(box, reach)
    if extent is None or low_x > high_x or low_y > high_y:
        return _nowhere()
    ring, ends = _ring(low_x, low_y, high_x, high_y)
    return _shape(_degrees(box.code, ring, (extent.west + extent.east) / 2), ends)


def _cut(box: PlaneBox, reach: tuple[float, ...] | None) -> tuple[float, float, float, float]:
    west, south, east, north = reach or (math.inf, math.inf, -math.inf, -math.inf)
    return (
        max(box.low_x_m, west),
        max(box.low_y_m, south),
        min(box.high_x_m, east),
        min(box.high_y_m, north),
    )


@lru_cache(maxsize=256)
def _reach(code: int, extent: BBox) -> tuple[float, float, float, float] | None:
    """Return the bounds in x, y of an extent, a little wider; None if the CRS is no map of it."""
    # In lists: the first answers of a server need this, and no numpy.
    lons, lats = _samples(extent.west, extent.east), _samples(extent.south, extent.north)
    lon, lat = zip(*((lon, lat) for lat in lats for lon in lons), strict=True)
    projection = _projection(code)
    stretch: Sequence[float] = projection.get_factors(lon, lat).tissot_semimajor
    if not all(each <= STRETCH_MAXIMUM for each in stretch):
        return None
    # The projection alone, without the search for a way from one datum to the other: none of those
    # on offer leads anywhere else (`zymap.crs`).
    x, y = projection(lon, lat)
    low_x, low_y, high_x, high_y = min(x), min(y), max(x), max(y)
    # Between the samples the bounds bulge a little.
    margin = 1 + 0.01 * max(high_x - low_x, high_y - low_y)
    return low_x - margin, low_y - margin, high_x + margin, high_y + margin


def _samples(low: float, high: float) -> list[float]:
    # No wider apart than a degree, so that no pole of a projection hides between two samples.
    steps = max(_SAMPLES_MINIMUM - 1, math.ceil(high - low))
    return [*(low + (high - low) * step / steps for step in range(steps)), high]


@lru_cache(maxsize=len(OFFERED))
def _projection(code: int) -> Any:
    import pyproj

    return pyproj.Proj(code)


def _ring(low_x: float, low_y: float, high_x: float, high_y: float) -> tuple[Any, list[int]]:
    """Return the points x, y along the south, east, north and west edge, and where each ends."""
    import numpy as np

    corners = np.array([(low_x, low_y), (high_x, low_y), (high_x, high_y), (low_x, high_y)])
    edges: list[Any] = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        steps = math.ceil(float(np.abs(end - start).max()) / STEP_M)
        part = np.linspace(0, 1, min(max(steps, 1), CORNERS_MAXIMUM) + 1)
        edges.append(start + part[:, None] * (end - start))
        # The same digits at both sides of a corner, else the outline crosses itself there.
        edges[-1][-1] = end
    ends = np.cumsum([len(edge) for edge in edges])
    return np.concatenate(edges), ends[:-1].tolist()


def _degrees(code: int, points: Any, middle: float) -> Any:
    """Return lon, lat of the x, y of a ring; longitudes go on beyond ±180, around `middle`."""
    import numpy as np

    lon, lat = transformer(code).transform(points[:, 0], points[:, 1], direction="INVERSE")
    # Whole turns are counted and then added, so that equal longitudes stay equal to the last digit.
    turns = np.round((np.unwrap(lon, period=360) - lon) / 360)
    turns += np.round((middle - (lon + 360 * turns).mean()) / 360)
    return np.column_stack((lon + 360 * turns, lat))


def _shape(ring: Any, ends: list[int]) -> Outline:
    import numpy as np
    import shapely

    closed = np.isfinite(ring).all() and np.isclose(ring[0, 0], ring[-1, 0])
    shape = _filled(ring, ends) if closed else None
    if shape is None or not shape.is_valid:
        raise InvalidRequest("bbox goes round a pole of its CRS", parameter="bbox")
    west, south, east, north = shape.bounds
    inner = _inner(np.split(ring, ends))
    return Outline(west, south, east, north, shapely.to_wkb(shape), inner)


def _filled(ring: Any, ends: list[int]) -> Any:
    """Return the polygon of a ring, or the line or point that a box without area is."""
    import numpy as np
    import shapely

    south, east = ring[: ends[0]], ring[ends[0] : ends[1]]
    long = [edge for edge in (south, east) if not np.array_equal(edge[0], edge[-1])]
    if len(long) == 2:
        return shapely.Polygon(ring)
    return shapely.LineString(long[0]) if long else shapely.Point(ring[0])


def _inner(edges: Sequence[Any]) -> BBox | None:
    """Return the box that no edge enters.

    Where the edges keep their sides, as on every map whose north is roughly up, it lies in the
    shape; elsewhere there is none.
    """
    south, east, north, west = edges
    box = BBox(
        float(west[:, 0].max()),
        float(south[:, 1].max()),
        float(east[:, 0].min()),
        float(north[:, 1].min()),
    )
    return box if box.west <= box.east and box.south <= box.north else None


def _nowhere() -> Outline:
    import shapely

    return Outline(180, 90, 180, 90, shapely.to_wkb(shapely.Polygon()), None)
