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


def sizes(numbers: UInts) -> NDArray[np.uint8]:
    """Return how many bytes each number takes."""
    found = np.ones(numbers.shape, dtype=np.uint8)
    for byte in range(1, _width(numbers)):
        found += numbers >= 1 << (7 * byte)
    return found


def encode(numbers: UInts) -> bytes:
    """Return the numbers one after the other."""
    width = _width(numbers)
    # Each number becomes a word of as many bytes, the lowest first.
    size = 1 << (width - 1).bit_length()
    wide = numbers.astype(np.uint64) if size > numbers.itemsize else numbers
    words = wide & 0x7F
    for byte in range(1, width):
        rest = wide >> 7 * byte
        words |= (rest & 0x7F) << 8 * byte
        # The highest bit of a byte says that others follow.
        words |= (rest > 0) * np.uint32(0x80 << 8 * (byte - 1))
    septets = words.astype(f"<u{size}").view(np.uint8)
    # Behind a number's last byte, which is the first or is not 0, only zeros are left.
    written = septets != 0
    written[::size] = True
    return septets.compress(written).tobytes()


def zigzag(numbers: Ints) -> UInts:
    """Return signed numbers as unsigned ones, small where the number is near zero."""
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint32)


def field(number: int, content: bytes) -> bytes:
    """Return a field with a length: a text or a message."""
    return _one((number << 3) | 2) + _one(len(content)) + content


def number_field(number: int, value: int) -> bytes:
    """Return a field that is a number."""
    return _one(number << 3) + _one(value)


def _width(numbers: UInts) -> int:
    """Return how many bytes the largest number takes."""
    largest = int(numbers.max()) if numbers.size else 0
    return max(1, min(_BYTES_MAXIMUM, -(-largest.bit_length() // 7)))


def _one(value: int) -> bytes:
    septets = bytearray()
    while value > 0x7F:
        septets.append(value & 0x7F | 0x80)
        value >>= 7
    septets.append(value)
    return bytes(septets)
