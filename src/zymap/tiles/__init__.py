"""Mapbox Vector Tiles of the features of one layer.

Standard: Mapbox Vector Tile 2.1.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zymap.tiles.extent import BUFFER_TILES, EXTENT, MEDIA_TYPE

if TYPE_CHECKING:
    from zymap.tiles.encode import encode_tile
    from zymap.tiles.rows import PackedFeature, TileRows, Vocabulary, no_rows, pack

__all__ = [
    "BUFFER_TILES",
    "EXTENT",
    "MEDIA_TYPE",
    "PackedFeature",
    "TileRows",
    "Vocabulary",
    "encode_tile",
    "no_rows",
    "pack",
]

# Imported when first asked for: a server's first answers need no numpy.
_MODULES = {
    "encode_tile": "encode",
    "PackedFeature": "rows",
    "TileRows": "rows",
    "Vocabulary": "rows",
    "no_rows": "rows",
    "pack": "rows",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    # Whoever asks again finds it without this function.
    globals()[name] = found
    return found
