"""Geometries on the grid of a tile: projected, clipped, rounded, without what rounding made equal.

What is smaller than the grid can tell is kept, as a line or as a point: a feature that lies in
the tile never vanishes from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from zymap.tilematrix import Tile, world_xy
from zymap.tiles.varint import Ints

EXTENT = 4096
# So wide that a symbol of 32 px on a tile of 256 px is drawn whole from both sides of an edge.
BUFFER = 256
BUFFER_TILES = BUFFER / EXTENT

Shapes = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parts:
    """Runs of grid points: lines, rings, or the points of a feature.

    Attributes
    ----------
    xy : (n, 2) array of int
        x to the east and y to the south, in units of 1/4096 tile; the runs one after the other.
    sizes : (p,) array of int
        Number of points of each run.
    rows : (p,) array of int
        Number of the feature that each run belongs to, ascending.
    """

    xy: Ints
    sizes: Ints
    rows: Ints

    @property
    def starts(self) -> Ints:
        """Where each run begins in `xy`."""
        return np.cumsum(self.sizes) - self.sizes

    def points(self, keep: Mask) -> Parts:
        """Return the runs with only the points where `keep` is true; no run becomes empty."""
        left = (
            np.add.reduceat(keep.astype(np.int64), self.starts) if len(self.sizes) else self.sizes
        )
        return Parts(self.xy[keep], left, self.rows)

    def runs(self, keep: Mask) -> Parts:
        """Return the runs where `keep` is true."""
        return Parts(self.xy[np.repeat(keep, self.sizes)], self.sizes[keep], self.rows[keep])


def shapes_on_grid(wkb: Sequence[bytes], tile: Tile) -> tuple[Parts, Parts, Parts]:
    """Put geometries on the grid of a tile.

    Parameters
    ----------
    wkb : sequence of bytes
        WGS 84 lon, lat; points, lines, polygons and Multi geometries of them.

    Returns
    -------
    tuple of Parts
        The rings of the polygons, each polygon's outer ring first and running clockwise on the
        screen, its inner ones the other way round (2.1, 4.3.4.4); the lines; the points.
    """
    singles, rows = shapely.get_parts(_clipped(_projected(wkb, tile)), return_index=True)
    # An empty geometry has the dimension of its type, but no points.
    dimensions = np.where(shapely.is_empty(singles), -1, shapely.get_dimensions(singles))
    areas, courses, spots = (dimensions == number for number in (2, 1, 0))
    rings, collapsed_rings = _rings(singles[areas], rows[areas])
    lines = _merged(_parts(singles[courses], rows[courses]), collapsed_rings)
    lines, collapsed_lines = _lines(lines)
    points = _merged(_parts(singles[spots], rows[spots]), collapsed_lines)
    return rings, lines, _one_run_a_row(points)


def _projected(wkb: Sequence[bytes], tile: Tile) -> Shapes:
    shapes = shapely.from_wkb(np.array(wkb, dtype=object))
    corner = np.array([tile.column, tile.row])
    world = world_xy(shapely.get_coordinates(shapes))
    return shapely.set_coordinates(shapes, (world * 2.0**tile.matrix - corner) * EXTENT)


def _clipped(shapes: Shapes) -> Shapes:
    low, high = -BUFFER, EXTENT + BUFFER
    bounds = shapely.bounds(shapes)
    inside = (bounds[:, :2] >= low).all(axis=1) & (bounds[:, 2:] <= high).all(axis=1)
    crossing = np.flatnonzero(~inside)
    if len(crossing):
        shapes[crossing] = shapely.clip_by_rect(shapes[crossing], low, low, high, high)
    return shapes


def _parts(shapes: Shapes, rows: Ints) -> Parts:
    """Return each shape as one run of rounded points, none twice in a row."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    sizes = np.bincount(owner, minlength=len(shapes)).astype(np.int64)
    parts = Parts(np.rint(coordinates).astype(np.int64), sizes, rows)
    new = np.ones(len(owner), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (parts.xy[1:] != parts.xy[:-1]).any(axis=1)
    return parts.points(new)


def _rings(polygons: Shapes, rows: Ints) -> tuple[Parts, Parts]:
    """Return the rings without their closing points, and the outlines of what has no inside."""
    shapes, polygon = shapely.get_rings(polygons, return_index=True)
    outer = np.ones(len(polygon), dtype=bool)
    outer[1:] = polygon[1:] != polygon[:-1]
    rings = _parts(shapes, rows[polygon])
    last = rings.starts + rings.sizes - 1
    keep = np.ones(len(rings.xy), dtype=bool)
    keep[last[rings.sizes > 1]] = False
    rings = rings.points(keep)
    area = _twice_area(rings)
    # What lies in an outer ring that rounding closed has nothing left to lie in.
    whole = (area != 0) & (area != 0)[outer][polygon]
    flat = outer & ~whole & ~np.isin(rings.rows, rings.rows[whole])
    return _turned(rings, (area > 0) != outer).runs(whole), rings.runs(flat)


def _twice_area(rings: Parts) -> Ints:
    """Return twice the signed area of each ring, positive if it runs clockwise on the screen."""
    if not len(rings.sizes):
        return rings.sizes
    following = np.arange(1, len(rings.xy) + 1)
    following[rings.starts + rings.sizes - 1] = rings.starts
    x, y = rings.xy.T
    return np.add.reduceat(x * y[following] - x[following] * y, rings.starts)


def _turned(rings: Parts, turn: Mask) -> Parts:
    """Return the rings with the direction of those where `turn` is true reversed."""
    order = np.arange(len(rings.xy))
    ends = 2 * rings.starts + rings.sizes - 1
    backwards = np.repeat(turn, rings.sizes)
    order[backwards] = np.repeat(ends, rings.sizes)[backwards] - order[backwards]
    return Parts(rings.xy[order], rings.sizes, rings.rows)


def _lines(lines: Parts) -> tuple[Parts, Parts]:
    """Return the lines of two points and more, and those of rows that have no such line."""
    long = lines.sizes > 1
    short = ~long & ~np.isin(lines.rows, lines.rows[long])
    return lines.runs(long), lines.runs(short)


def _merged(some: Parts, others: Parts) -> Parts:
    """Return the runs of both, in the order of their rows."""
    if not len(others.rows):
        return some
    xy = np.concatenate((some.xy, others.xy))
    sizes = np.concatenate((some.sizes, others.sizes))
    rows = np.concatenate((some.rows, others.rows))
    order = np.argsort(rows, kind="stable")
    points = np.argsort(np.repeat(rows, sizes), kind="stable")
    return Parts(xy[points], sizes[order], rows[order])


def _one_run_a_row(points: Parts) -> Parts:
    rows, firsts = np.unique(points.rows, return_index=True)
    return Parts(points.xy, np.add.reduceat(points.sizes, firsts) if len(rows) else rows, rows)
