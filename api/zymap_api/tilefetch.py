"""Fetch tiles of the operator's basemaps, so that readers never see the addresses and keys."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from zymap import __version__
from zymap.basemaps import Basemap
from zymap.errors import BasemapUnreachable, NotFound
from zymap_api.tilecache import Tile, TileCache

if TYPE_CHECKING:
    import httpx2 as httpx

CONNECT_S = 2.0
TOTAL_S = 5.0
TILE_BYTES = 2**20
FETCHES_AT_ONCE = 16
# Raster formats that browsers draw; SVG is left out, since it can hold scripts.
MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})

# At level INFO the client writes whole addresses, with their keys, into the log.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class TileFetcher:
    """Ask tile servers, only by the templates of the basemaps that are proxied.

    Parameters
    ----------
    basemaps : sequence of Basemap
        Those that are not proxied are left out.
    """

    def __init__(self, basemaps: Sequence[Basemap]) -> None:
        self._basemaps = {basemap.id: basemap for basemap in basemaps if basemap.proxied}
        self._cache: TileCache[Tile] = TileCache()
        self._turnstile = asyncio.Semaphore(FETCHES_AT_ONCE)

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        # Imported and made for the first tile: most servers fetch none.
        from http.cookiejar import CookieJar, DefaultCookiePolicy

        import httpx2 as httpx

        # Redirects are not followed: an address that nobody configured is not asked. Cookies are
        # not kept: they would tie one reader's tiles to the next one's.
        return httpx.AsyncClient(
            headers={
                "User-Agent": f"zymap/{__version__}",
                "Accept": "image/*",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(TOTAL_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=FETCHES_AT_ONCE),
        )

    async def close(self) -> None:
        """Close the connections."""
        if "_client" in vars(self):
            await self._client.aclose()

    async def fetch(self, basemap_id: str, layer: int, z: int, x: int, y: int) -> Tile:
        """Return a tile, from the cache or from its server.

        Raises
        ------
        NotFound
            No proxied basemap of this id, or no such layer or tile in its grid.
        BasemapUnreachable
            The tile server does not answer in time, or not with a picture.
        """
        basemap = self._basemaps.get(basemap_id)
        if basemap is None or not basemap.has_tile(layer, z, x, y):
            raise NotFound(f"no tile {layer}/{z}/{x}/{y} of a basemap {basemap_id}")
        address = basemap.tile_address(layer, z, x, y)
        tile = self._cache.get(address)
        if tile is None:
            tile = await self._ask(basemap_id, address)
            self._cache.put(address, tile)
        return tile

    async def _ask(self, basemap_id: str, address: str) -> Tile:
        import httpx2 as httpx

        # What the client says of a failure may quote the address, so none of it is passed on.
        try:
            async with (
                asyncio.timeout(TOTAL_S),
                self._turnstile,
                self._client.stream("GET", address) as answer,
            ):
                return await _read(basemap_id, answer)
        except TimeoutError:
            reason = f"did not answer within {TOTAL_S:g} s"
        except (httpx.HTTPError, httpx.InvalidURL):
            reason = "cannot be reached"
        raise BasemapUnreachable(f"the tile server of the basemap {basemap_id} {reason}")


async def _read(basemap_id: str, answer: httpx.Response) -> Tile:
    failure = f"the tile server of the basemap {basemap_id} answered"
    if answer.status_code != 200:
        raise BasemapUnreachable(f"{failure} with status {answer.status_code}")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise BasemapUnreachable(f"{failure} with something that is no picture")
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > TILE_BYTES:
            raise BasemapUnreachable(f"{failure} with a picture of over {TILE_BYTES} bytes")
    return Tile(bytes(content), media_type)
