"""Tiles that were asked for lately, so that ten readers of one map cost as much as one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

CACHE_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture and its type."""

    content: bytes
    media_type: str


class HasContent(Protocol):
    """Anything with bytes to count."""

    @property
    def content(self) -> bytes:
        """The bytes."""
        ...


AnyTile = TypeVar("AnyTile", bound=HasContent)


class TileCache(Generic[AnyTile]):
    """Keep tiles by address up to a sum of bytes; the longest unused goes first.

    Parameters
    ----------
    limit_bytes : int
        Of the tiles' contents; what is kept round them does not count.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._tiles: OrderedDict[Hashable, AnyTile] = OrderedDict()

    def get(self, address: Hashable) -> AnyTile | None:
        """Return the tile of `address`, if it is still here."""
        if address in self._tiles:
            self._tiles.move_to_end(address)
        return self._tiles.get(address)

    def put(self, address: Hashable, tile: AnyTile) -> None:
        """Keep a tile."""
        if (replaced := self._tiles.pop(address, None)) is not None:
            self._size_bytes -= len(replaced.content)
        self._tiles[address] = tile
        self._size_bytes += len(tile.content)
        while self._size_bytes > self._limit_bytes:
            _, dropped = self._tiles.popitem(last=False)
            self._size_bytes -= len(dropped.content)
