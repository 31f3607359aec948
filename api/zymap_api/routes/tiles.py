"""Vector tiles of the collections.

Standard: OGC 20-057 (OGC API - Tiles, Part 1: Core), which names a tile by its matrix, its row
and its column, in this order.
"""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zymap.catalog import Source
from zymap.errors import NotFound
from zymap.query import Query
from zymap.store.base import Store
from zymap.tilematrix import Tile
from zymap.tiles import BUFFER_TILES, MEDIA_TYPE, encode_tile
from zymap_api.answers import answer, entity_tag, not_modified
from zymap_api.documents import answer_document, representation
from zymap_api.media import choose
from zymap_api.params import parse_tile
from zymap_api.state import state_of
from zymap_api.tilecache import VectorTile
from zymap_api.tilesets import MATRIX_SET, describe_tileset, describe_tilesets, tiled_layer

router = APIRouter()
METHODS = ["GET", "HEAD"]
LEFT_OUT_HEADER = "X-Zymap-Left-Out"
_NUMBER = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)


@router.api_route("/collections/{collection_id}/tiles", methods=METHODS)
def tilesets(request: Request, collection_id: str) -> Response:
    """Answer the list of a collection's tilesets."""
    kind = representation(request)
    layer = tiled_layer(request, collection_id)
    return answer_document(request, "瓦片 / Tiles", describe_tilesets(request, layer), kind)


@router.api_route(f"/collections/{{collection_id}}/tiles/{MATRIX_SET}", methods=METHODS)
def tileset(request: Request, collection_id: str) -> Response:
    """Answer the metadata of a collection's tileset."""
    kind = representation(request)
    layer = tiled_layer(request, collection_id)
    return answer_document(request, "瓦片 / Tiles", describe_tileset(request, layer), kind)


async def tile(request: Request) -> Response:
    """Answer a tile with the features that the parameters ask for.

    A tile that holds none is a 204; OGC 20-057, /req/core/tc-error, leaves the choice between that
    and an empty 200.
    """
    layer = tiled_layer(request, request.path_params["collection_id"])
    place = _place(request)
    store = state_of(request).store
    query, f = parse_tile(request.scope["query_string"], store.catalog(), Source(layer.id))
    choose(f, request.headers.get("accept"), {"mvt": (MEDIA_TYPE,)})
    tag = entity_tag(request, "mvt")
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    cache, key = state_of(request).vector_tiles, (store.revision(), query, place)
    made = cache.get(key)
    if made is None:
        made = await run_in_threadpool(_make, store, layer.id, query, place)
        cache.put(key, made)
    headers = {LEFT_OUT_HEADER: str(made.left_out)}
    response = answer(made.content, MEDIA_TYPE, tag, headers=headers)
    if not made.content:
        response.status_code = 204
        del response.headers["content-length"], response.headers["content-type"]
    return response


def _place(request: Request) -> Tile:
    texts = [request.path_params[name] for name in ("tile_matrix", "tile_row", "tile_col")]
    if not all(map(_NUMBER.fullmatch, texts)):
        raise NotFound(f"a tile is named by whole numbers, not by {'/'.join(texts)}")
    return Tile(*map(int, texts))


def _make(store: Store, collection: str, query: Query, place: Tile) -> VectorTile:
    rows = store.tile(query, place, BUFFER_TILES)
    content = encode_tile(collection, place, rows)
    return VectorTile(content, rows.left_out)


hot_routes = (
    Route(
        f"/collections/{{collection_id}}/tiles/{MATRIX_SET}/{{tile_matrix}}/{{tile_row}}/{{tile_col}}",
        tile,
        methods=METHODS,
    ),
)
