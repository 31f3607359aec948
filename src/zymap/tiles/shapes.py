"""Geometries as runs of points: rings, lines and points, each with the number of its feature."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from zymap.tiles.varint import Ints

Shapes = NDArray[Any]
Mask = NDArray[np.bool_]
Numbers = NDArray[Any]

# The role of a run of points; inner rings follow their outer ring.
POINT, LINE, OUTER, INNER = range(4)


def runs_of(
    shapes: Shapes, *, clockwise_is_positive: bool
) -> tuple[NDArray[np.float64], Ints, Ints, Ints]:
    """Take geometries apart.

    Parameters
    ----------
    shapes : (n,) array of shapely geometries
        Points, lines, polygons and Multi geometries of them; heights are passed over.
    clockwise_is_positive : bool
        Whether y goes down, so that a ring with a positive area runs clockwise.

    Returns
    -------
    xy : (2, m) array
        The runs one after the other; rings without their closing points, outer ones clockwise
        and inner ones the other way round.
    sizes, rows, roles : (r,) arrays of int
        Points of each run, number of the geometry that it belongs to, ascending, and role.
    """
    singles, rows = shapely.get_parts(shapes, return_index=True)
    filled = ~shapely.is_empty(singles)
    singles, rows = singles[filled], rows[filled]
    areas = shapely.get_dimensions(singles) == 2
    rings, polygon = shapely.get_rings(singles[areas], return_index=True)
    outer = np.ones(len(polygon), dtype=bool)
    outer[1:] = polygon[1:] != polygon[:-1]
    runs = np.concatenate((rings, singles[~areas]))
    rows = np.concatenate((rows[areas][polygon], rows[~areas]))
    roles = np.concatenate((np.where(outer, OUTER, INNER), shapely.get_dimensions(singles[~areas])))
    order = np.argsort(rows, kind="stable")
    rows, roles = rows[order].astype(np.int64), roles[order].astype(np.int64)
    xy, sizes = _points(runs[order], roles)
    turn = _wrong_way(xy, sizes, roles, clockwise_is_positive=clockwise_is_positive)
    return turned(xy, sizes, turn), sizes, rows, roles


def starts_of(sizes: Ints) -> Ints:
    """Return where each run begins."""
    return sizes.cumsum() - sizes


def followers(sizes: Ints, rings: Mask) -> Ints:
    """Return for each point the place of the next: a ring's last leads to its first.

    The last point of any other run leads to itself.
    """
    starts = starts_of(sizes)
    lasts = starts + sizes - 1
    following = np.arange(1, int(sizes.sum()) + 1)
    following[lasts] = np.where(rings, starts, lasts)
    return following


def twice_areas(xy: Numbers, following: Ints, starts: Ints) -> Numbers:
    """Return twice the signed area that each run encloses; 0 for what encloses none."""
    if not len(starts):
        return np.zeros(0, dtype=xy.dtype)
    (x, y), (next_x, next_y) = xy, xy.take(following, axis=1)
    return np.add.reduceat(x * next_y - next_x * y, starts)


def turned(xy: Numbers, sizes: Ints, turn: Mask) -> Numbers:
    """Return the points with the direction of those runs reversed where `turn` is true."""
    if not turn.any():
        return xy
    order = np.arange(xy.shape[1])
    ends = 2 * starts_of(sizes) + sizes - 1
    backwards = np.repeat(turn, sizes)
    order[backwards] = np.repeat(ends, sizes)[backwards] - order[backwards]
    return xy[:, order]


def _points(runs: Shapes, roles: Ints) -> tuple[NDArray[np.float64], Ints]:
    points, owner = shapely.get_coordinates(runs, return_index=True)
    sizes = np.bincount(owner, minlength=len(runs)).astype(np.int64)
    keep = np.ones(len(owner), dtype=bool)
    keep[(np.cumsum(sizes) - 1)[roles >= OUTER]] = False
    return points[keep].T, sizes - (roles >= OUTER)


def _wrong_way(
    xy: NDArray[np.float64], sizes: Ints, roles: Ints, *, clockwise_is_positive: bool
) -> Mask:
    rings = roles >= OUTER
    starts = starts_of(sizes)
    # Far from the origin the area of a small ring would drown in rounding.
    near = xy - np.repeat(xy[:, starts], sizes, axis=1)
    areas = twice_areas(near, followers(sizes, rings), starts)
    clockwise = (areas > 0) == clockwise_is_positive
    return rings & (areas != 0) & (clockwise != (roles == OUTER))
