"""Which features of a layer a map shows at which zoom.

Of a large layer at zoom z one feature is shown per cell of 8 px: the one with the largest extent,
and among equals the first. The cells of a zoom are the quarters of those of the zoom before, so
what is shown once stays shown closer up, and one number a feature says it all: its ``level``, the
lowest zoom. Cells are those of Web Mercator, in tiles of degrees as well.

The numbers of a layer are written as arrays at load and held in memory while it is served: some
41 bytes a feature, and a tile is a few comparisons of arrays.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from zymap.bbox import BBox
from zymap.store.base import THINNED_FROM, WHOLE_FROM_ZOOM
from zymap.store.sides import Sides, begin_before, ends_of, outwards
from zymap.tilematrix import ZOOM_MAXIMUM, Tile, world_xy

# As many as a layer can have that is shown whole.
TILE_MAXIMUM = THINNED_FROM
# A tile of 256 px has 2**5 cells of 8 px on each side.
_CELL_BITS = 5
# Enough for a place to be in one tile of the deepest matrix, and 52 bits for both axes.
_FINEST_BITS = ZOOM_MAXIMUM + 2
# Up to so many features a layer is small: more may be held of it, some 300 bytes a feature, and to
# compare all costs less than to pass over the blocks of those that are not near.
SMALL_MAXIMUM = 4096
# So many neighbours along the curve are passed over at once where none of them can be near.
_BLOCK = 64
# Where less than one of so many is shown, its ranks are remembered instead.
_FEW = 8
_COLUMNS = (
    ("fids", np.int64, (-1,)),
    ("places", np.int64, (-1,)),
    ("levels", np.uint8, (-1,)),
    ("sides", np.float32, (4, -1)),
)

_IN_A_BLOCK = np.arange(_BLOCK)

Ints = NDArray[np.int64]
# Row numbers: where they are few, a list spares the calls into numpy.
Fids = Ints | list[int]
Mask = NDArray[np.bool_]
Square = tuple[int, int, int, int]
Whole = TypeVar("Whole", int, Ints)


@dataclass(frozen=True, slots=True)
class Thinning:
    """The located features of a layer, in the order of their places.

    Attributes
    ----------
    fids : (n,) array
        Row numbers.
    places : (n,) array
        Numbers along a Z-order curve of the centres of the bounds: the leading bits are those of
        the Web Mercator tile, or the cell, that the centre is in.
    levels : (n,) array
        The lowest zoom at which a feature is shown among all; `WHOLE_FROM_ZOOM` for those that
        are left out at every zoom before.
    sides : (4, n) array
        The bounds, rounded outwards; see `zymap.store.sides`.
    centres : (2, n) array
        The x and y that the places are made of.
    blocks : (4, b) array
        The sides of the bounds of every `_BLOCK` features together.
    few : dict
        By zoom, once asked for: the ranks shown there, None where they are not few.
    """

    fids: Ints
    places: Ints
    levels: NDArray[np.uint8]
    sides: Sides
    centres: NDArray[np.int32] = field(init=False)
    blocks: Sides = field(init=False)
    few: dict[int, Ints | None] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        starts = np.arange(0, len(self.fids), _BLOCK)
        # Of no features there is no least one.
        blocks = np.minimum.reduceat(self.sides, starts, axis=1) if len(starts) else self.sides
        object.__setattr__(self, "centres", _parted(self.places))
        object.__setattr__(self, "blocks", blocks)

    @property
    def thinned(self) -> bool:
        """Whether the layer is so large that not all of it is shown at every zoom."""
        return len(self.fids) >= THINNED_FROM

    @property
    def is_small(self) -> bool:
        """Whether more may be held of the layer than arrays."""
        return len(self.fids) <= SMALL_MAXIMUM

    def members(self, fids: Ints) -> Mask:
        """Return which of the features are among some row numbers."""
        return np.isin(self.fids, fids)

    def shown(self, tile: Tile, box: BBox, matching: Mask | None) -> tuple[Ints, int]:
        """Return the ranks that a tile shows, and how many of its features it leaves out.

        Parameters
        ----------
        box : BBox
            The tile with its buffer.
        matching : (n,) array or None
            The features that match a question; None for all. The first of a cell is then the
            first of those, so that no match is hidden by what does not match.

        Returns
        -------
        ranks : array of int
            Places in the arrays, ascending.
        left_out : int
        """
        square = square_of(tile)
        if matching is None:
            # What is shown among all is known beforehand.
            kept = self._shown_near(box, tile.zoom)
            inside = self._all_centred(tile, square)
        else:
            near = self.near(ends_of(box), matching)
            kept = self._firsts(near, tile.zoom)
            inside = self._centred(near, square)
        if len(kept) > TILE_MAXIMUM:
            kept = np.sort(kept[np.lexsort((self.fids[kept], self.levels[kept]))[:TILE_MAXIMUM]])
        return kept, inside - self._centred(kept, square) if self.thinned else 0

    def _shown_near(self, box: BBox, zoom: int) -> Ints:
        """Return the ranks that are shown at a zoom with bounds that meet a box."""
        if zoom not in self.few:
            shown = (self.levels <= zoom).nonzero()[0]
            self.few[zoom] = shown if len(shown) * _FEW < len(self.fids) else None
        few = self.few[zoom]
        if few is None:
            near = self.near(ends_of(box))
            return near[self.levels[near] <= zoom]
        return few[begin_before(ends_of(box), self.sides.take(few, axis=1))]

    def _all_centred(self, tile: Tile, square: Square) -> int:
        """Count the features with their centre in a tile, whatever is shown of them."""
        if tile.matrix_set.geographic:
            return self._centred(self.near(ends_of(tile.bbox())), square)
        first, last = np.searchsorted(self.places, place_range(tile))
        return int(last - first)

    def near(self, ends: Sides, matching: Mask | None = None) -> Ints:
        """Return the ranks of the features, or of those that match, whose bounds meet a box.

        They are the rounded bounds. The ranks ascend.

        Parameters
        ----------
        ends : (4, 1) array
            Where the box ends; see `zymap.store.sides.ends_of`.
        """
        if self.is_small:
            meeting = begin_before(ends, self.sides)
            return (meeting if matching is None else meeting & matching).nonzero()[0]
        blocks = begin_before(ends, self.blocks).nonzero()[0]
        ranks = (blocks[:, np.newaxis] * _BLOCK + _IN_A_BLOCK).ravel()
        if len(ranks) and ranks[-1] >= len(self.fids):
            ranks = ranks[: np.searchsorted(ranks, len(self.fids))]
        if matching is not None:
            ranks = ranks[matching[ranks]]
        return ranks[begin_before(ends, self.sides.take(ranks, axis=1))]

    def _centred(self, ranks: Ints, square: Square) -> int:
        """Count the features with their centre in a tile, without its buffer."""
        x, y = np.take(self.centres, ranks, axis=1)
        west, north, east, south = square
        return int(np.count_nonzero((x >= west) & (x < east) & (y >= north) & (y < south)))

    def _firsts(self, rows: Ints, zoom: int) -> Ints:
        """Return the first of each cell."""
        if zoom >= WHOLE_FROM_ZOOM or not self.thinned:
            return rows
        order = rows[np.lexsort((self.fids[rows], self.levels[rows]))]
        _, firsts = np.unique(self.places[order] >> cell_shift(zoom), return_index=True)
        return np.sort(order[firsts])


def whole(thinning: Thinning) -> Thinning:
    """Return the features with all of them shown at every zoom, as those of a small layer are."""
    return replace(thinning, levels=np.zeros_like(thinning.levels))


def write_thinning(db: sqlite3.Connection, layer_id: str, thinning: Thinning) -> None:
    """Write the arrays of a layer."""
    db.execute(
        "CREATE TABLE IF NOT EXISTS zymap_thinning (layer TEXT PRIMARY KEY, "
        "fids BLOB NOT NULL, places BLOB NOT NULL, levels BLOB NOT NULL, sides BLOB NOT NULL)"
    )
    blobs = [getattr(thinning, name).astype(kind).tobytes() for name, kind, _ in _COLUMNS]
    db.execute("INSERT INTO zymap_thinning VALUES (?, ?, ?, ?, ?)", (layer_id, *blobs))


def read_thinning(db: sqlite3.Connection, layer_id: str) -> Thinning:
    """Return the arrays of a layer."""
    names = ", ".join(name for name, _, _ in _COLUMNS)
    row = db.execute(f"SELECT {names} FROM zymap_thinning WHERE layer = ?", (layer_id,)).fetchone()
    arrays: list[Any] = [
        np.frombuffer(blob, dtype=kind).reshape(shape)
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
    levels = _levels(places, sizes)
    order = np.argsort(places, kind="stable")
    return Thinning(fids[order], places[order], levels[order], outwards(bounds[order]))


def _levels(places: Ints, sizes: NDArray[np.float64]) -> NDArray[np.uint8]:
    levels = np.full(len(places), WHOLE_FROM_ZOOM, dtype=np.uint8)
    shown = np.argsort(-sizes, kind="stable")
    for zoom in range(WHOLE_FROM_ZOOM - 1, -1, -1):
        _, firsts = np.unique(places[shown] >> cell_shift(zoom), return_index=True)
        shown = shown[np.sort(firsts)]
        levels[shown] = zoom
    return levels


def cell_shift(zoom: int) -> int:
    """Return by how many bits a place is shifted to name its cell of 8 px at `zoom`."""
    return 2 * (_FINEST_BITS - _CELL_BITS - zoom)


def place_range(tile: Tile) -> tuple[int, int]:
    """Return the first place in a tile of Web Mercator, and the first behind it.

    All places in such a tile follow one another.
    """
    west, north, _, _ = square_of(tile)
    corner = _interleaved(west, north)
    return corner, corner + (1 << 2 * (_FINEST_BITS - tile.zoom))


def square_of(tile: Tile) -> Square:
    """Return west, north, east, south of a tile, in the unit of the centres.

    Neighbours share their edge's number, so that no centre is in two tiles or in none.
    """
    west, east, north, south = (
        number << (_FINEST_BITS - tile.zoom)
        for number in (tile.column, tile.column + 1, tile.row, tile.row + 1)
    )
    if tile.matrix_set.geographic:
        latitudes = [tile.matrix_set.latitude(y / 2**_FINEST_BITS) for y in (north, south)]
        y = world_xy(np.array([[0.0, latitude] for latitude in latitudes]))[:, 1]
        north, south = np.rint(y * 2.0**_FINEST_BITS).astype(np.int64).tolist()
    return west, north, east, south


def _interleaved(x: Whole, y: Whole) -> Whole:
    """Return the numbers whose bits are, in turn, those of `y` and of `x` (Z-order)."""
    return _spread(x) | _spread(y) << 1


def _parted(places: Ints) -> NDArray[np.int32]:
    """Return the x and y, (2, n), that were interleaved to places."""
    return np.array((_gathered(places), _gathered(places >> 1)), dtype=np.int32)


# How far each step moves bits, and where they are then: halves, bytes, … single bits.
_STEPS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def _spread(numbers: Whole) -> Whole:
    """Return numbers below 2**31 with a bit of 0 before each of their bits."""
    for shift, mask in _STEPS:
        numbers = (numbers | numbers << shift) & mask
    return numbers


def _gathered(numbers: Ints) -> Ints:
    """Return every second bit, from the lowest on."""
    numbers = numbers & _STEPS[-1][1]
    masks = [mask for _, mask in _STEPS[-2::-1]] + [0x7FFFFFFF]
    for (shift, _), mask in zip(_STEPS[::-1], masks, strict=True):
        numbers = (numbers | numbers >> shift) & mask
    return numbers
