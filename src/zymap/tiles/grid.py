"""Geometries on the grid of a tile: projected, cut, rounded, without what rounding made equal.

What is smaller than the grid can tell is kept, one unit wide: a feature that lies in the tile
never vanishes from it, and stays a polygon or a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from zymap.tilematrix import Tile
from zymap.tiles.extent import BUFFER, EXTENT
from zymap.tiles.rows import HEADER, POSITION, TileRows
from zymap.tiles.shapes import (
    INNER,
    LINE,
    OUTER,
    POINT,
    Mask,
    Numbers,
    Shapes,
    followers,
    runs_of,
    starts_of,
    turned,
    twice_areas,
)
from zymap.tiles.varint import Ints

# What reaches no further out than a quarter of a tile costs more to cut than to send.
_UNCUT = 1024
# Enough for a coordinate of a tile and what is round it.
_BITS = 20


@dataclass(frozen=True, slots=True)
class Parts:
    """Runs of points.

    Attributes
    ----------
    xy : (2, n) array
        x to the east and y to the south, in units of 1/4096 tile; the runs one after the other.
    sizes, rows, roles : (p,) arrays of int
        Number of points of each run, number of the feature that it belongs to, ascending, and
        its role.
    """

    xy: Numbers
    sizes: Ints
    rows: Ints
    roles: Ints

    @property
    def starts(self) -> Ints:
        """Where each run begins in `xy`."""
        return starts_of(self.sizes)

    def runs(self, keep: Mask) -> Parts:
        """Return the runs where `keep` is true."""
        if keep.all():
            return self
        xy = self.xy.compress(keep.repeat(self.sizes), axis=1)
        return Parts(xy, self.sizes[keep], self.rows[keep], self.roles[keep])

    def firsts(self) -> Ints:
        """Return the number of each feature's first run."""
        new = np.ones(len(self.rows), dtype=bool)
        new[1:] = self.rows[1:] != self.rows[:-1]
        return new.nonzero()[0]


def parts_on_grid(rows: TileRows, tile: Tile) -> Parts:
    """Put the geometries of a tile on its grid.

    Returns
    -------
    Parts
        Integer positions. Each outer ring runs clockwise on the screen, its inner ones follow it
        the other way round (2.1, 4.3.4.4).
    """
    parts = _projected(rows, tile)
    if not len(parts.rows):
        return _cleaned(parts)
    firsts = parts.firsts()
    owners, starts = parts.rows[firsts], parts.starts[firsts]
    lows = np.minimum.reduceat(parts.xy, starts, axis=1)
    highs = np.maximum.reduceat(parts.xy, starts, axis=1)
    near = ((highs >= -BUFFER) & (lows <= EXTENT + BUFFER)).all(axis=0)
    uncut = ((lows >= -_UNCUT) & (highs <= EXTENT + _UNCUT)).all(axis=0)
    if (near & uncut).all():
        return _cleaned(_rounded(parts))
    kinds = np.zeros(len(rows.runs), dtype=np.int64)
    kinds[owners] = near * (1 + uncut)
    kept, far = (parts.runs(kinds[parts.rows] == kind) for kind in (2, 1))
    return _cleaned(_rounded(_merged(kept, _cut(far))))


def _projected(rows: TileRows, tile: Tile) -> Parts:
    headers = np.frombuffer(b"".join(rows.runs), dtype=HEADER)
    lonlat = np.frombuffer(b"".join(rows.lonlat), dtype=POSITION).reshape(-1, 2)
    counts = _lengths(rows.runs) // HEADER.itemsize
    corner = np.array([[tile.column], [tile.row]], dtype=np.float64)
    xy = tile.matrix_set.plane_xy(lonlat)
    xy *= EXTENT * 2.0**tile.zoom
    xy -= corner * EXTENT
    sizes = (headers >> 2).astype(np.int64)
    return Parts(xy, sizes, np.arange(len(counts)).repeat(counts), headers & 3)


def _lengths(blobs: Sequence[bytes]) -> Ints:
    return np.fromiter(map(len, blobs), dtype=np.int64, count=len(blobs))


def _rounded(parts: Parts) -> Parts:
    return Parts(np.rint(parts.xy).astype(np.int64), parts.sizes, parts.rows, parts.roles)


def _cut(parts: Parts) -> Parts:
    """Return what of the features lies in the tile or its buffer."""
    if not len(parts.rows):
        return parts
    low, high = -BUFFER, EXTENT + BUFFER
    shapes, owners = _shapes(parts)
    cut = shapely.clip_by_rect(shapes, low, low, high, high)
    xy, sizes, rows, roles = runs_of(cut, clockwise_is_positive=True)
    return Parts(xy, sizes, owners[rows], roles)


def _shapes(parts: Parts) -> tuple[Shapes, Ints]:
    """Return each feature as one geometry, and the numbers of the features."""
    firsts = parts.firsts()
    shapes = np.empty(len(firsts), dtype=object)
    feature = np.zeros(len(parts.rows), dtype=np.int64)
    feature[firsts[1:]] = 1
    feature = feature.cumsum()
    for chosen, make in (
        (parts.roles == POINT, _multipoints),
        (parts.roles == LINE, _multilines),
        (parts.roles >= OUTER, _multipolygons),
    ):
        members, places = np.unique(feature[chosen], return_inverse=True)
        if len(members):
            shapes[members] = make(parts.runs(chosen), places)
    return shapes, parts.rows[firsts]


def _multipoints(parts: Parts, places: Ints) -> Shapes:
    points: Any = shapely.points(parts.xy.T)
    made: Any = shapely.multipoints(points, indices=places.repeat(parts.sizes))
    return made


def _multilines(parts: Parts, places: Ints) -> Shapes:
    run = np.arange(len(parts.sizes)).repeat(parts.sizes)
    lines: Any = shapely.linestrings(parts.xy.T, indices=run)
    made: Any = shapely.multilinestrings(lines, indices=places)
    return made


def _multipolygons(parts: Parts, places: Ints) -> Shapes:
    run = np.arange(len(parts.sizes)).repeat(parts.sizes)
    outer = parts.roles == OUTER
    rings: Any = shapely.linearrings(parts.xy.T, indices=run)
    polygons: Any = shapely.polygons(rings, indices=outer.cumsum() - 1)
    made: Any = shapely.multipolygons(polygons, indices=places[outer])
    return made


def _merged(some: Parts, others: Parts) -> Parts:
    """Return the runs of both, in the order of their rows."""
    if not len(others.rows):
        return some
    rows = np.concatenate((some.rows, others.rows))
    sizes = np.concatenate((some.sizes, others.sizes))
    roles = np.concatenate((some.roles, others.roles))
    order = np.argsort(rows, kind="stable")
    points = np.argsort(np.repeat(rows, sizes), kind="stable")
    xy = np.concatenate((some.xy, others.xy), axis=1)
    return Parts(xy[:, points], sizes[order], rows[order], roles[order])


def _cleaned(parts: Parts) -> Parts:
    """Return the runs without points that equal the next, and repair what that closed."""
    rings = parts.roles >= OUTER
    following = followers(parts.sizes, rings)
    same = (parts.xy == parts.xy.take(following, axis=1)).all(axis=0)
    # The last point of what is no ring leads to itself.
    same[(parts.starts + parts.sizes - 1)[~rings]] = False
    if same.any():
        parts = _without(parts, same)
        following = followers(parts.sizes, rings)
    areas = twice_areas(parts.xy, following, parts.starts)
    broken = rings & ((areas > 0) != (parts.roles == OUTER)) | rings & (areas == 0)
    broken |= (parts.roles == LINE) & (parts.sizes < 2)
    return _repaired(parts, areas) if broken.any() else parts


def _without(parts: Parts, same: Mask) -> Parts:
    """Return the runs without some points; of each run one is left."""
    keep = ~same
    left = np.add.reduceat(keep.astype(np.int64), parts.starts)
    keep[parts.starts[left == 0]] = True
    return replace(parts, xy=parts.xy.compress(keep, axis=1), sizes=np.maximum(left, 1))


def _repaired(parts: Parts, areas: NDArray[np.int64]) -> Parts:
    """Return the runs without those that rounding closed; of a feature that is nothing else, all.

    A ring that rounding turned inside out is turned back.
    """
    rings = parts.roles >= OUTER
    turn = rings & (areas != 0) & ((areas > 0) != (parts.roles == OUTER))
    parts = replace(parts, xy=turned(parts.xy, parts.sizes, turn))
    # What lies in an outer ring that rounding closed has nothing left to lie in.
    outer = np.maximum.accumulate(np.where(parts.roles == INNER, 0, np.arange(len(rings))))
    closed = rings & ((areas == 0) | (areas[outer] == 0))
    closed |= (parts.roles == LINE) & (parts.sizes < 2)
    whole = np.isin(parts.rows, parts.rows[~closed])
    rest = parts.runs(closed & ~whole & (parts.roles != INNER))
    return _merged(parts.runs(~closed), _smallest(rest))


def _smallest(parts: Parts) -> Parts:
    """Return closed rings as triangles one unit wide, and closed lines as long as one unit."""
    if not len(parts.rows):
        return parts
    # The run's ends: its first and its last point from west to east, then from north to south.
    half = 1 << (_BITS - 1)
    places = (parts.xy[0] << _BITS) + parts.xy[1] + half
    start, end = (
        np.array((at >> _BITS, (at & (2 * half - 1)) - half))
        for at in (side.reduceat(places, parts.starts) for side in (np.minimum, np.maximum))
    )
    end[0] += (start == end).all(axis=0)
    level = end[0] > start[0]
    beside = end + np.array((np.where(level, 0, -1), np.where(level, 1, 0)))
    sizes = np.where(parts.roles == OUTER, 3, 2)
    corners = np.stack((start, end, beside), axis=2)
    kept = np.arange(3) < sizes[:, np.newaxis]
    return replace(parts, xy=corners[:, kept], sizes=sizes)
