"""Mapbox Vector Tiles of the features of one layer.

Standard: Mapbox Vector Tile 2.1.
"""

from zymap.tiles.encode import MEDIA_TYPE, encode_tile
from zymap.tiles.grid import BUFFER_TILES, EXTENT
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
