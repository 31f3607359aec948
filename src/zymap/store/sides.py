"""Bounds as four numbers that all grow inwards, so that one comparison tells of every side.

The sides of a box are its west and its south, and the negatives of its east and its north.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zymap.bbox import BBox

Sides = NDArray[np.float32]


def ends_of(box: BBox) -> Sides:
    """Return where a box ends opposite to each side, (4, 1): what begins behind is out of it."""
    return np.array(_ends(box, 0), dtype=np.float32)[:, np.newaxis]


def limits_of(box: BBox, rounding_deg: float) -> Sides:
    """Return three limits of a box for each side, (3, 4, 1).

    What begins behind the first is out of the box, what begins before the second reaches beyond it,
    and what begins before the third did so before it was rounded, too.
    """
    # One after the other: to nest them takes half as long again.
    own = (box.west, box.south, -box.east, -box.north)
    limits = (*_ends(box, 0), *own, *_ends(box, rounding_deg))
    return np.array(limits, dtype=np.float32).reshape(3, 4, 1)


def _ends(box: BBox, less_deg: float) -> tuple[float, float, float, float]:
    west, south = -box.west - less_deg, -box.south - less_deg
    return box.east - less_deg, box.north - less_deg, west, south


def begin_before(ends: Sides, sides: Sides) -> NDArray[np.bool_]:
    """Return which of (4, n) sides begin before a box ends, all of them: those that meet it."""
    return np.logical_and.reduce(sides <= ends, axis=0)


def outwards(bounds: NDArray[np.float64]) -> Sides:
    """Return the sides, (4, n), of (n, 4) bounds (west, south, east, north), rounded outwards."""
    west, south, east, north = bounds.T
    sides = np.array((west, south, -east, -north), dtype=np.float32)
    return np.nextafter(sides, np.float32(-np.inf))
