"""Geometry literals: WKT, GeoJSON or a box, in the CRS of ``filter-crs`` → WGS 84 lon, lat.

Standard: OGC 21-065r2, 6.4 and 8.3; OGC 19-079r2, /req/filter/filter-crs-param (the authority's
order of axes).
"""

from __future__ import annotations

from typing import Any

from zymap.bbox import BBox
from zymap.cql.tree import Shape
from zymap.crs import CRS84, Crs, unproject
from zymap.errors import InvalidRequest

# A side of a box is no straight line in another CRS; in so many pieces it is one to a millimetre
# at the size of a district.
_PIECES = 32
# As GEOS says it.
_VALID = "Valid Geometry"


def read_wkt(text: str, crs: Crs) -> Shape:
    """Return the shape of a WKT geometry.

    Raises
    ------
    InvalidRequest
        It is no geometry, crosses itself, or lies outside the CRS.
    """
    import shapely

    try:
        return _shape(shapely.from_wkt(text), crs)
    except shapely.GEOSException as error:
        raise _invalid("a geometry cannot be read as WKT") from error


def read_geojson(text: bytes, crs: Crs) -> Shape:
    """Return the shape of a GeoJSON geometry.

    Raises
    ------
    InvalidRequest
        See `read_wkt`.
    """
    import shapely

    try:
        return _shape(shapely.from_geojson(text), crs)
    except shapely.GEOSException as error:
        raise _invalid("a geometry cannot be read as GeoJSON") from error


def read_box(numbers: list[float], crs: Crs) -> Shape:
    """Return the shape of a box: four numbers, or six of which the heights are passed over.

    Raises
    ------
    InvalidRequest
        It has not four or six numbers, is upside down, or lies outside the CRS.
    """
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4:
        raise _invalid(f"BBOX needs 4 or 6 numbers, has {len(numbers)}")
    if crs.northing_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    if south > north or (crs.projected and west > east):
        raise _invalid("BBOX is upside down: its first corner lies above or beside its second")
    if crs.projected:
        import shapely

        box = shapely.box(west, south, east, north)
        length = max(east - west, north - south) / _PIECES
        return _shape(shapely.segmentize(box, length) if length else box, crs, swapped=False)
    bounds = BBox(west, south, east, north)
    _check_range(west, south, east, north)
    return Shape(bounds.parts())


def _shape(geometry: Any, crs: Crs, *, swapped: bool | None = None) -> Shape:
    import shapely

    if geometry is None or shapely.is_empty(geometry):
        raise _invalid("a geometry is empty")
    if crs.northing_first if swapped is None else swapped:
        geometry = shapely.transform(geometry, lambda points: points[:, ::-1])
    if crs.code != CRS84.code:
        geometry = unproject(geometry, crs.code)
    bounds: list[float] = shapely.bounds(geometry).tolist()
    _check_range(*bounds)
    # `is_valid` takes twice as long, most of it for switching warnings off and on.
    reason = shapely.is_valid_reason(geometry)
    if reason != _VALID:
        raise _invalid(f"a geometry is not valid: {reason}")
    return Shape((BBox(*bounds),), geometry)


def _check_range(west: float, south: float, east: float, north: float) -> None:
    # Written so that NaN fails, too.
    if not (abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90):
        raise _invalid("a coordinate lies outside the CRS (±180, ±90 degrees; mind the axis order)")


def _invalid(reason: str) -> InvalidRequest:
    return InvalidRequest(f"filter: {reason}", parameter="filter")
