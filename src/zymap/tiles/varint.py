"""Protocol Buffers' base-128 numbers, for a whole array at once.

Standard: Protocol Buffers, "Encoding"; Mapbox Vector Tile 2.1, 4.3.2 (zigzag).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UInts = NDArray[np.uint64]
Ints = NDArray[np.int64]

# 7 bits a byte: lengths, row numbers and coordinates of a tile all stay below 2**35.
_BYTES_MAXIMUM = 5


def sizes(numbers: UInts) -> Ints:
    """Return how many bytes each number takes."""
    found = np.ones(len(numbers), dtype=np.int64)
    for byte in range(1, _BYTES_MAXIMUM):
        found += numbers >= 1 << (7 * byte)
    return found


def encode(numbers: UInts) -> bytes:
    """Return the numbers one after the other, each below 2**35."""
    lengths = sizes(numbers)
    starts = np.cumsum(lengths) - lengths
    written = np.empty(int(lengths.sum()), dtype=np.uint8)
    for byte in range(_BYTES_MAXIMUM):
        longer = np.flatnonzero(lengths > byte)
        if not len(longer):
            break
        more = np.where(lengths[longer] > byte + 1, 0x80, 0).astype(np.uint64)
        septet = (numbers[longer] >> np.uint64(7 * byte)) & np.uint64(0x7F)
        written[starts[longer] + byte] = septet | more
    return written.tobytes()


def zigzag(numbers: Ints) -> UInts:
    """Return signed numbers as unsigned ones, small where the number is near zero."""
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)
