"""Protocol Buffers' base-128 numbers, for a whole array at once.

Standard: Protocol Buffers, "Encoding"; Mapbox Vector Tile 2.1, 4.3.2 (zigzag).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UInts = NDArray[np.uint32]
Ints = NDArray[np.int64]

# 32 bits are 5 bytes: lengths, row numbers and coordinates of a tile are no larger.
_BYTES_MAXIMUM = 5


def sizes(numbers: UInts) -> Ints:
    """Return how many bytes each number takes."""
    found = np.ones(len(numbers), dtype=np.int64)
    for byte in range(1, _BYTES_MAXIMUM):
        found += numbers >= 1 << (7 * byte)
    return found


def encode(numbers: UInts) -> bytes:
    """Return the numbers one after the other."""
    lengths = sizes(numbers)
    ends = np.cumsum(lengths)
    written = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    places, lasts = ends - lengths, ends - 1
    while len(places):
        more = places < lasts
        written[places] = (numbers & 0x7F) | (more.astype(np.uint32) << 7)
        numbers, places, lasts = numbers[more] >> np.uint32(7), places[more] + 1, lasts[more]
    return written.tobytes()


def zigzag(numbers: Ints) -> UInts:
    """Return signed numbers as unsigned ones, small where the number is near zero."""
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint32)
