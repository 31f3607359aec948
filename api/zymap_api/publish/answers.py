"""What the page asks of a server, asked of the app in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

import httpx2
import orjson

from zymap.errors import InvalidRequest, ZymapError
from zymap.settings import Settings
from zymap.store.base import Store
from zymap_api.app import create_app
from zymap_api.routes.works import SEARCHED_MAXIMUM

# Above these the page asks a server: for pages and counts, for tiles (static/js/map/data.js).
LOCAL_MAXIMUM = 5000
DRAWN_MAXIMUM = 1000
# An address that links may begin with; links are left out.
_HERE = "http://localhost"
# What differs from one answer to the next, or leads to a server.
_PASSING = ("links", "timeStamp")


def ask_all(store: Store, settings: Settings) -> dict[str, Any]:
    """Return the documents that the page starts with, by the names it knows them by.

    Raises
    ------
    InvalidRequest
        A layer is too large for a page without a server.
    ZymapError
        The app answers one of the questions with an error.
    """
    return asyncio.run(_ask_all(store, settings))


async def _ask_all(store: Store, settings: Settings) -> dict[str, Any]:
    transport = httpx2.ASGITransport(create_app(store, settings))
    async with httpx2.AsyncClient(transport=transport, base_url=_HERE) as client:
        catalog = await _ask(client, "/catalog")
        layers = cast(list[Mapping[str, Any]], catalog["layers"])
        _check_size(layers)
        spatial = [layer["id"] for layer in layers if layer["geometry"]]
        has_targets = any(layer["role"] == "targets" for layer in layers)
        is_searched = _size(layers) <= SEARCHED_MAXIMUM
        return {
            "catalog": _without_links(catalog),
            "features": {name: await _features(client, name) for name in spatial},
            "search_texts": (await _ask(client, "/search-texts"))["texts"] if is_searched else {},
            "targets": _without_links(await _ask(client, "/targets?limit=1000"))
            if has_targets
            else {"targets": [], "counted_works": []},
        }


def _check_size(layers: list[Mapping[str, Any]]) -> None:
    works = _size([layer for layer in layers if layer["role"] == "works"])
    if works > LOCAL_MAXIMUM:
        raise _too_large("the works", works, f"{LOCAL_MAXIMUM} of works")
    for layer in layers:
        counts = layer["counts"]
        if layer["geometry"] and counts["matched"] > LOCAL_MAXIMUM:
            raise _too_large(layer["id"], counts["matched"], f"{LOCAL_MAXIMUM} a layer")
        if counts["located"] > DRAWN_MAXIMUM:
            raise _too_large(layer["id"], counts["located"], f"{DRAWN_MAXIMUM} a layer on the map")


def _too_large(what: str, count: int, limit: str) -> InvalidRequest:
    return InvalidRequest(
        f"{what}: {count} features, and a folder holds up to {limit}; "
        "so many need a server (zymap serve)"
    )


def _size(layers: list[Mapping[str, Any]]) -> int:
    return sum(layer["counts"]["matched"] for layer in layers)


async def _features(client: httpx2.AsyncClient, layer: str) -> list[Any]:
    answer = await _ask(client, f"/collections/{quote(layer)}/items?limit={LOCAL_MAXIMUM}")
    return answer["features"]


async def _ask(client: httpx2.AsyncClient, address: str) -> dict[str, Any]:
    answer = await client.get(address, headers={"Accept": "application/geo+json, application/json"})
    document = orjson.loads(answer.content)
    if answer.status_code != 200:
        raise ZymapError(f"{address}: {document.get('detail', answer.status_code)}")
    return document


def _without_links(document: Any) -> Any:
    if isinstance(document, list):
        return [_without_links(item) for item in document]
    if isinstance(document, dict):
        return {key: _without_links(item) for key, item in document.items() if key not in _PASSING}
    return document
