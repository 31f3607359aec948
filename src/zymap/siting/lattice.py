"""Points at regular distances: the grid that candidates and coarse demand stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

SPACING_M = 250


def grid_points(region: BaseGeometry) -> Any:
    """Return the grid points that a region covers.

    Parameters
    ----------
    region : shapely geometry
        Easting, northing in metres.

    Returns
    -------
    numpy.ndarray, shape (n, 2)
        Easting, northing in metres: whole multiples of the spacing, from the south-west, row by
        row. The grid is the same for every region, so that coarse demands share their points.
    """
    import numpy as np
    import shapely

    west, south, east, north = region.bounds
    columns = np.arange(np.ceil(west / SPACING_M), np.floor(east / SPACING_M) + 1)
    lines = np.arange(np.ceil(south / SPACING_M), np.floor(north / SPACING_M) + 1)
    x, y = np.meshgrid(columns * SPACING_M, lines * SPACING_M)
    points = np.column_stack([x.ravel(), y.ravel()])
    shapely.prepare(region)
    return points[shapely.covers(region, shapely.points(points))]


def points_along(line: LineString) -> Any:
    """Return points at equal distances along a line, about the spacing apart, ends included.

    Parameters
    ----------
    line : shapely LineString
        Easting, northing in metres.

    Returns
    -------
    numpy.ndarray, shape (n, 2)
        Easting, northing in metres.
    """
    import numpy as np
    import shapely

    count = max(2, round(line.length / SPACING_M) + 1)
    distances = np.linspace(0.0, line.length, count)
    return shapely.get_coordinates(shapely.line_interpolate_point(line, distances))
