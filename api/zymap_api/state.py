"""What the routes share: the store and the settings, made once by the app factory."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from starlette.requests import Request

from zymap.settings import Settings
from zymap.store.base import Store
from zymap_api.tilecache import TileCache, VectorTile
from zymap_api.tilefetch import TileFetcher

EXPORTS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class State:
    """The store, the settings, and what limits the dear requests: exports and tiles."""

    store: Store
    settings: Settings
    basemaps: TileFetcher
    vector_tiles: TileCache[VectorTile] = field(default_factory=TileCache[VectorTile])
    exports: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(EXPORTS_AT_ONCE)
    )


SCOPE_KEY = "zymap"


def state_of(request: Request) -> State:
    """Return the state of the app that `request` came to; `zymap_api.front` hands it on."""
    return request.scope[SCOPE_KEY]
