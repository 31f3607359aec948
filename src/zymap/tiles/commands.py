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
    """Return the numbers of all geometries in a row, and how many each row has."""
    starts = 2 * points.starts + np.arange(len(points.rows))
    numbers = np.empty(2 * len(points.xy) + len(points.rows), dtype=np.uint32)
    at = 1 + 2 * np.arange(len(points.xy)) + np.repeat(np.arange(len(points.rows)), points.sizes)
    _write_moves(numbers, at, points)
    numbers[starts] = (points.sizes << 3) | _MOVE_TO
    return numbers, 2 * points.sizes + 1


def path_commands(paths: Parts, *, closed: bool) -> tuple[UInts, Ints]:
    """Return the numbers of all geometries in a row, and how many each row has.

    Parameters
    ----------
    closed : bool
        Whether the runs are rings, which end where they begin.
    """
    lengths = 2 * paths.sizes + 2 + closed
    starts = np.cumsum(lengths) - lengths
    numbers = np.empty(int(lengths.sum()), dtype=np.uint32)
    place = np.arange(len(paths.xy)) - np.repeat(paths.starts, paths.sizes)
    _write_moves(numbers, np.repeat(starts, paths.sizes) + 1 + 2 * place + (place > 0), paths)
    numbers[starts] = (1 << 3) | _MOVE_TO
    numbers[starts + 3] = ((paths.sizes - 1) << 3) | _LINE_TO
    if closed:
        numbers[starts + lengths - 1] = _CLOSE_PATH
    _, firsts = np.unique(paths.rows, return_index=True)
    return numbers, np.add.reduceat(lengths, firsts) if len(firsts) else lengths


def _write_moves(numbers: UInts, at: Ints, parts: Parts) -> None:
    """Write the way from each point to the next at the positions `at`; each row begins at 0, 0."""
    moves = parts.xy.copy()
    moves[1:] -= parts.xy[:-1]
    rows = np.repeat(parts.rows, parts.sizes)
    first = np.flatnonzero(rows[1:] != rows[:-1]) + 1
    moves[first] = parts.xy[first]
    numbers[at] = zigzag(moves[:, 0])
    numbers[at + 1] = zigzag(moves[:, 1])
