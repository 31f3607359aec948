"""What others know of a tile: what it is called, and how finely and how far it is drawn."""

from __future__ import annotations

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
EXTENT = 4096
# So wide that a symbol of 32 px on a tile of 256 px is drawn whole from both sides of an edge.
BUFFER = 256
BUFFER_TILES = BUFFER / EXTENT
