"""Geometries as the drawing commands of a tile.

Standard: Mapbox Vector Tile 2.1, 4.3.1 (commands), 4.3.4 (geometry types).
"""

from __future__ import annotations

import numpy as np

from zymap.tiles.grid import Parts
from zymap.tiles.varint import Ints, UInts, zigzag

_MOVE_TO, _LINE_TO = 1, 2
_CLOSE_PATH = (1 << 3) | 7


def point_commands(points: Parts) -> tuple[UInts, Ints]:
    """Return the numbers of all features in a row, and how many each feature has."""
    firsts = points.firsts()
    counts = np.diff(firsts, append=len(points.rows))
    moves = _moves(points, firsts)
    lengths = 1 + 2 * counts
    numbers = np.empty(int(lengths.sum()), dtype=np.uint32)
    starts = lengths.cumsum() - lengths
    coordinates = np.ones(len(numbers), dtype=bool)
    coordinates[starts] = False
    numbers[coordinates] = moves.T.ravel()
    numbers[starts] = (counts << 3) | _MOVE_TO
    return numbers, lengths


def path_commands(paths: Parts, *, closed: bool) -> tuple[UInts, Ints]:
    """Return the numbers of all features in a row, and how many each feature has.

    Parameters
    ----------
    closed : bool
        Whether the runs are rings, which end where they begin.
    """
    firsts = paths.firsts()
    lengths = 2 * paths.sizes + 2 + closed
    starts = lengths.cumsum() - lengths
    numbers = np.empty(int(lengths.sum()), dtype=np.uint32)
    coordinates = np.ones(len(numbers), dtype=bool)
    coordinates[starts] = coordinates[starts + 3] = False
    if closed:
        ends = starts + lengths - 1
        coordinates[ends] = False
        numbers[ends] = _CLOSE_PATH
    numbers[coordinates] = _moves(paths, firsts).T.ravel()
    numbers[starts] = (1 << 3) | _MOVE_TO
    numbers[starts + 3] = ((paths.sizes - 1) << 3) | _LINE_TO
    return numbers, np.add.reduceat(lengths, firsts) if len(firsts) else lengths


def _moves(parts: Parts, firsts: Ints) -> UInts:
    """Return the way from each point to the next, (2, n); each feature begins at 0, 0."""
    moves = parts.xy.copy()
    moves[:, 1:] -= parts.xy[:, :-1]
    starts = parts.starts[firsts]
    moves[:, starts] = parts.xy[:, starts]
    return zigzag(moves)
