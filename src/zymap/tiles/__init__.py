"""Mapbox Vector Tiles of the features of one layer.

Standard: Mapbox Vector Tile 2.1.
"""

from zymap.tiles.encode import MEDIA_TYPE, encode_tile
from zymap.tiles.grid import BUFFER_TILES, EXTENT

__all__ = ["BUFFER_TILES", "EXTENT", "MEDIA_TYPE", "encode_tile"]
