"""Which features of a large layer a map shows at which zoom.

At zoom z one feature is shown per cell of 8 px: the one with the largest extent, and among equals
the first. The cells of a zoom are the quarters of those of the zoom before, so what is shown once
stays shown closer up, and one number a feature says it all: its ``level``, the lowest zoom.

The numbers of a layer are written as arrays at load and held in memory while it is served: some
33 bytes a feature, and a tile is a few comparisons of whole arrays.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zymap.bbox import BBox
from zymap.tilematrix import MATRIX_MAXIMUM, Tile, world_xy

# A layer with fewer located features than this is shown whole at every zoom.
THINNED_FROM = 5000
# From here on nothing is left out: the cells would be narrower than ten metres.
WHOLE_FROM_ZOOM = 18
# As many as a layer can have that is shown whole.
TILE_MAXIMUM = THINNED_FROM
# A tile of 256 px has 2**5 cells of 8 px on each side.
_CELL_BITS = 5
# Enough for a place to be in one tile of the deepest matrix, and 52 bits for both axes.
_FINEST_BITS = MATRIX_MAXIMUM + 2
_COLUMNS = (
    ("fids", np.int64, ()),
    ("places", np.int64, ()),
    ("levels", np.uint8, ()),
    ("bounds", np.float32, (4,)),
)

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Thinning:
    """The located features of a large layer, in the order of their places.

    Attributes
    ----------
    fids : (n,) array
        Row numbers.
    places : (n,) array
        Numbers along a Z-order curve of the centres of the bounds: the leading bits are those of
        the tile, or the cell, that the centre is in.
    levels : (n,) array
        The lowest zoom at which a feature is shown among all; `WHOLE_FROM_ZOOM` for those that
        are left out at every zoom before.
    bounds : (n, 4) array
        West, south, east, north in degrees, rounded outwards.
    """

    fids: Ints
    places: Ints
    levels: NDArray[np.uint8]
    bounds: NDArray[np.float32]

    def members(self, fids: Ints) -> Mask:
        """Return which of the features are among some row numbers."""
        return np.isin(self.fids, fids)

    def shown(self, tile: Tile, box: BBox, matching: Mask | None) -> tuple[list[int], int]:
        """Return the row numbers that a tile shows, and how many of its features it leaves out.

        Parameters
        ----------
        box : BBox
            The tile with its buffer.
        matching : (n,) array or None
            The features that match a question; None for all. The first of a cell is then the
            first of those, so that no match is hidden by what does not match.
        """
        west, south, east, north = self.bounds.T
        near = (east >= box.west) & (west <= box.east) & (north >= box.south) & (south <= box.north)
        if matching is None:
            # What is shown among all is known beforehand.
            kept = np.flatnonzero(near & (self.levels <= tile.matrix))
        else:
            kept = self._firsts(np.flatnonzero(near & matching), tile.matrix)
        kept = kept[np.lexsort((self.fids[kept], self.levels[kept]))[:TILE_MAXIMUM]]
        first, last = np.searchsorted(self.places, _places_of(tile))
        inside = last - first if matching is None else np.count_nonzero(matching[first:last])
        shown = np.count_nonzero((kept >= first) & (kept < last))
        return self.fids[kept].tolist(), int(inside - shown)

    def _firsts(self, rows: Ints, zoom: int) -> Ints:
        """Return the first of each cell."""
        if zoom >= WHOLE_FROM_ZOOM:
            return rows
        order = rows[np.lexsort((self.fids[rows], self.levels[rows]))]
        _, firsts = np.unique(self.places[order] >> _cell_shift(zoom), return_index=True)
        return order[firsts]


def write_thinning(db: sqlite3.Connection, layer_id: str, bounds: NDArray[np.float64]) -> None:
    """Write the arrays of a layer, if it is large.

    Parameters
    ----------
    bounds : (n, 4) array
        West, south, east, north of each feature, in the order of the row numbers; NaN where a
        feature is not located.
    """
    db.execute(
        "CREATE TABLE IF NOT EXISTS zymap_thinning (layer TEXT PRIMARY KEY, "
        "fids BLOB NOT NULL, places BLOB NOT NULL, levels BLOB NOT NULL, bounds BLOB NOT NULL)"
    )
    located = np.flatnonzero(~np.isnan(bounds[:, 0]))
    if len(located) < THINNED_FROM:
        return
    made = thin(located + 1, bounds[located])
    blobs = [getattr(made, name).astype(kind).tobytes() for name, kind, _ in _COLUMNS]
    db.execute("INSERT INTO zymap_thinning VALUES (?, ?, ?, ?, ?)", (layer_id, *blobs))


def read_thinning(db: sqlite3.Connection, layer_id: str) -> Thinning | None:
    """Return the arrays of a layer, or None if it is shown whole."""
    names = ", ".join(name for name, _, _ in _COLUMNS)
    row = db.execute(f"SELECT {names} FROM zymap_thinning WHERE layer = ?", (layer_id,)).fetchone()
    if row is None:
        return None
    # A tile compares one side of all bounds after the other: each side lies in one piece.
    arrays: list[Any] = [
        np.asfortranarray(np.frombuffer(blob, dtype=kind).reshape(-1, *shape))
        for blob, (_, kind, shape) in zip(row, _COLUMNS, strict=True)
    ]
    return Thinning(*arrays)


def thin(fids: Ints, bounds: NDArray[np.float64]) -> Thinning:
    """Return the features in the order of their places, each with its level.

    Parameters
    ----------
    fids : (n,) array
        Row numbers, ascending.
    bounds : (n, 4) array
        West, south, east, north in degrees.
    """
    low, high = world_xy(bounds[:, [0, 3]]), world_xy(bounds[:, [2, 1]])
    side = 2.0**_FINEST_BITS
    xy = np.clip((low + high) / 2 * side, 0, side - 1).astype(np.int64)
    places = _interleaved(xy[:, 0], xy[:, 1])
    # By powers of two, so that among features of much the same size their order decides.
    sizes = np.floor(np.log2(np.maximum((high - low).max(axis=1) * side, 1)))
    levels = np.full(len(places), WHOLE_FROM_ZOOM, dtype=np.uint8)
    shown = np.argsort(-sizes, kind="stable")
    for zoom in range(WHOLE_FROM_ZOOM - 1, -1, -1):
        _, firsts = np.unique(places[shown] >> _cell_shift(zoom), return_index=True)
        shown = shown[np.sort(firsts)]
        levels[shown] = zoom
    order = np.argsort(places, kind="stable")
    return Thinning(fids[order], places[order], levels[order], _outwards(bounds[order]))


def _outwards(bounds: NDArray[np.float64]) -> NDArray[np.float32]:
    rounded = bounds.astype(np.float32)
    infinite = np.array([-np.inf, -np.inf, np.inf, np.inf], dtype=np.float32)
    return np.nextafter(rounded, infinite)


def _cell_shift(zoom: int) -> int:
    """Return by how many bits a place is shifted to name its cell of 8 px at `zoom`."""
    return 2 * (_FINEST_BITS - _CELL_BITS - zoom)


def _places_of(tile: Tile) -> tuple[int, int]:
    """Return the first place in a tile and the first behind it: all between lie in it too."""
    shift = 2 * (_FINEST_BITS - tile.matrix)
    number = int(_interleaved(np.array([tile.column]), np.array([tile.row]))[0])
    return number << shift, (number + 1) << shift


def _interleaved(x: Ints, y: Ints) -> Ints:
    """Return the numbers whose bits are, in turn, those of `y` and of `x` (Z-order)."""
    numbers = np.zeros(len(x), dtype=np.int64)
    for bit in range(_FINEST_BITS):
        numbers |= ((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1)
    return numbers
