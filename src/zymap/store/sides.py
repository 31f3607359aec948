"""Bounds as four numbers that all grow inwards, so that one comparison tells of every side.

The sides of a box are its west and its south, and the negatives of its east and its north.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zymap.bbox import BBox

Sides = NDArray[np.float32]


def sides_of(box: BBox) -> Sides:
    """Return the sides of a box, (4, 1): what has a smaller one reaches beyond the box there."""
    return _upright(box.west, box.south, -box.east, -box.north)


def ends_of(box: BBox) -> Sides:
    """Return where a box ends opposite to each side, (4, 1): what begins behind is out of it."""
    return _upright(box.east, box.north, -box.west, -box.south)


def _upright(*numbers: float) -> Sides:
    # To nest them first takes twice as long.
    return np.array(numbers, dtype=np.float32)[:, np.newaxis]


def begin_before(ends: Sides, sides: Sides) -> NDArray[np.bool_]:
    """Return which of (4, n) sides begin before a box ends, all of them: those that meet it."""
    return np.logical_and.reduce(sides <= ends, axis=0)


def outwards(bounds: NDArray[np.float64]) -> Sides:
    """Return the sides, (4, n), of (n, 4) bounds (west, south, east, north), rounded outwards."""
    west, south, east, north = bounds.T
    sides = np.array((west, south, -east, -north), dtype=np.float32)
    return np.nextafter(sides, np.float32(-np.inf))
