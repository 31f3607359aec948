"""What the routes share: the store and the settings, made once by the app factory."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from zymap.catalog import Catalog
from zymap.lateness import today
from zymap.settings import Settings
from zymap.store.base import Store, VectorTile
from zymap_api.metrics import Metrics
from zymap_api.tilecache import TileCache
from zymap_api.tilefetch import TileFetcher
from zymap_api.turns import Turns

Found = TypeVar("Found")
FRAMES_REMEMBERED = 256


class Frames:
    """Frames of answers (`zymap_api.frames`); when there are too many, all are forgotten."""

    def __init__(self) -> None:
        self._frames: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        """Return the frame that was kept by this key, or None."""
        return self._frames.get(key)

    def keep(self, key: Hashable, frame: Any) -> None:
        """Keep a frame."""
        if len(self._frames) >= FRAMES_REMEMBERED:
            self._frames.clear()
        self._frames[key] = frame


@dataclass(frozen=True, slots=True)
class State:
    """The store, the settings, and what limits the dear requests: exports and tiles."""

    store: Store
    settings: Settings
    basemaps: TileFetcher
    metrics: Metrics
    exports: Turns
    vector_tiles: TileCache[VectorTile] = field(default_factory=TileCache[VectorTile])
    frames: Frames = field(default_factory=Frames)


@dataclass(frozen=True, slots=True)
class Moment:
    """What an answer depends on beside its request: the data, and the day in Beijing.

    It is taken before anything is read, so that an answer may be newer than its tag, never older.
    """

    revision: str
    day: str
    catalog: Catalog


SCOPE_KEY = "zymap"
MOMENT_KEY = "zymap.moment"


def now(store: Store, last: Moment | None = None) -> Moment:
    """Return the moment that it is: `last`, if nothing has changed since.

    Raises
    ------
    StoreUnavailable
        The data cannot be read.
    """
    revision, day = store.revision(), today()
    if last is not None and (revision, day) == (last.revision, last.day):
        return last
    return Moment(revision, day, store.catalog())


def moment_of(request: Request) -> Moment:
    """Return the moment at which `request` came; the same for all that answers it."""
    scope = request.scope
    if MOMENT_KEY not in scope:
        scope[MOMENT_KEY] = now(state_of(request).store)
    return scope[MOMENT_KEY]


def catalog_of(request: Request) -> Catalog:
    """Return the catalogue of the data that `request` is answered from."""
    return moment_of(request).catalog


async def looked_up(store: Store, look: Callable[[], Found]) -> Found:
    """Return what a look into the store finds; where another process answers, a thread waits.

    What is read in this process is there as fast as a thread could be told of it.
    """
    return await run_in_threadpool(look) if store.remote else look()


def state_of(request: Request) -> State:
    """Return the state of the app that `request` came to; `zymap_api.front` hands it on."""
    return request.scope[SCOPE_KEY]
