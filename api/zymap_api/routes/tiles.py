"""Vector tiles of the collections and of the dataset, and the tile matrix sets.

Standard: OGC 20-057 (OGC API - Tiles, Part 1: Core), which names a tile by its matrix, its row
and its column, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zymap.catalog import Source
from zymap.errors import NotFound
from zymap.query import Query
from zymap.store.base import VectorTile
from zymap.tilematrix import WEB_MERCATOR, Tile, TileMatrixSet, tile_matrix_set
from zymap.tiles import BUFFER_TILES, MEDIA_TYPE
from zymap_api.answers import answer, entity_tag, not_modified
from zymap_api.documents import OFFERS, answer_document, representation
from zymap_api.media import JSON, choose
from zymap_api.params import parse_tile, read_parameters
from zymap_api.state import State, looked_up, moment_of, state_of
from zymap_api.tilematrixsets import define_set, describe_sets
from zymap_api.tilesets import (
    Tiled,
    describe_tileset,
    describe_tilesets,
    tile_json,
    tiled_collection,
    tiled_dataset,
    tiled_layer,
)

router = APIRouter()
METHODS = ["GET", "HEAD"]
LEFT_OUT_HEADER = "X-Zymap-Left-Out"
_TITLE = "瓦片 / Tiles"
_TILE_PATH = "{tile_matrix_set_id}/{tile_matrix}/{tile_row}/{tile_col}"
_NUMBER = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
_TILE_JSON = {"tilejson": ()}


@router.api_route("/tileMatrixSets", methods=METHODS)
def tile_matrix_sets(request: Request) -> Response:
    """Answer the list of the tile matrix sets."""
    kind = representation(request)
    return answer_document(request, "瓦片矩阵集 / Tile matrix sets", describe_sets(request), kind)


@router.api_route("/tileMatrixSets/{tile_matrix_set_id}", methods=METHODS)
def tile_matrix_set_definition(request: Request, tile_matrix_set_id: str) -> Response:
    """Answer the definition of a tile matrix set."""
    kind = representation(request)
    item = tile_matrix_set(tile_matrix_set_id)
    return answer_document(request, item.title, define_set(item), kind)


@router.api_route("/tiles", methods=METHODS)
def dataset_tilesets(request: Request) -> Response:
    """Answer the list of the dataset's tilesets."""
    kind, collections = _asked(request, OFFERS)
    document = describe_tilesets(request, tiled_dataset(request, collections))
    return answer_document(request, _TITLE, document, kind)


@router.api_route("/tiles/{tile_matrix_set_id}", methods=METHODS)
def dataset_tileset(request: Request, tile_matrix_set_id: str) -> Response:
    """Answer the metadata of a tileset of the dataset."""
    item = tile_matrix_set(tile_matrix_set_id)
    kind, collections = _asked(request, _offers(item))
    return _tileset(request, tiled_dataset(request, collections), item, kind)


@router.api_route("/collections/{collection_id}/tiles", methods=METHODS)
def tilesets(request: Request, collection_id: str) -> Response:
    """Answer the list of a collection's tilesets."""
    kind = representation(request)
    document = describe_tilesets(request, tiled_collection(request, collection_id))
    return answer_document(request, _TITLE, document, kind)


@router.api_route("/collections/{collection_id}/tiles/{tile_matrix_set_id}", methods=METHODS)
def tileset(request: Request, collection_id: str, tile_matrix_set_id: str) -> Response:
    """Answer the metadata of a tileset of a collection."""
    item = tile_matrix_set(tile_matrix_set_id)
    asked = read_parameters(request.scope["query_string"], ("f",))
    kind = choose(asked.get("f"), request.headers.get("accept"), _offers(item))
    return _tileset(request, tiled_collection(request, collection_id), item, kind)


async def tile(request: Request) -> Response:
    """Answer a tile of a collection with the features that the parameters ask for.

    A tile that holds none is a 204; OGC 20-057, /req/core/tc-error, leaves the choice between that
    and an empty 200.
    """
    layer = tiled_layer(request, request.path_params["collection_id"])
    place = _place(request)
    moment, query_string = moment_of(request), request.scope["query_string"]
    query, f = parse_tile(query_string, moment.catalog, moment.day, Source(layer.id))
    return await _answer_tile(request, f, place, (query,))


async def dataset_tile(request: Request) -> Response:
    """Answer a tile of the dataset: a layer for each collection, in the order asked."""
    place = _place(request)
    asked = read_parameters(request.scope["query_string"], ("collections", "f"))
    tiled = tiled_dataset(request, asked.get("collections"))
    queries = [Query((Source(layer.id),)) for layer in tiled.layers]
    return await _answer_tile(request, asked.get("f"), place, queries)


async def _answer_tile(
    request: Request, f: str | None, place: Tile, queries: Sequence[Query]
) -> Response:
    choose(f, request.headers.get("accept"), {"mvt": (MEDIA_TYPE,)})
    tag = entity_tag(request, "mvt")
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    state, revision = state_of(request), moment_of(request).revision
    made = [await _tile_of(state, revision, query, place) for query in queries]
    # A tile of several layers is their tiles one after the other (MVT 2.1, 4.1).
    content = b"".join([part.content for part in made])
    headers = {LEFT_OUT_HEADER: str(sum(part.left_out for part in made))}
    response = answer(content, MEDIA_TYPE, tag, headers=headers)
    if not content:
        response.status_code = 204
        del response.headers["content-length"], response.headers["content-type"]
    return response


async def _tile_of(state: State, revision: str, query: Query, place: Tile) -> VectorTile:
    key = (revision, query, place)
    made = state.vector_tiles.get(key)
    if made is None:
        make = partial(state.store.tile, query, place, BUFFER_TILES)
        # The first tile of a filter looks a whole layer up.
        filtered = query != Query(query.sources)
        made = await (run_in_threadpool(make) if filtered else looked_up(state.store, make))
        # One that a load came into may be of other data.
        if state.store.revision() == revision:
            state.vector_tiles.put(key, made)
    return made


def _place(request: Request) -> Tile:
    item = tile_matrix_set(request.path_params["tile_matrix_set_id"])
    texts = [request.path_params[name] for name in ("tile_matrix", "tile_row", "tile_col")]
    if not all(map(_NUMBER.fullmatch, texts)):
        raise NotFound(f"a tile is named by whole numbers, not by {'/'.join(texts)}")
    return Tile(*map(int, texts), matrix_set=item)


def _offers(item: TileMatrixSet) -> dict[str, tuple[str, ...]]:
    """Return the representations of a tileset; TileJSON knows Web Mercator alone."""
    return OFFERS | _TILE_JSON if item is WEB_MERCATOR else OFFERS


def _asked(request: Request, offers: dict[str, tuple[str, ...]]) -> tuple[str, str | None]:
    """Return the representation and the collections that are asked for."""
    asked = read_parameters(request.scope["query_string"], ("collections", "f"))
    kind = choose(asked.get("f"), request.headers.get("accept"), offers)
    return kind, asked.get("collections")


def _tileset(request: Request, tiled: Tiled, item: TileMatrixSet, kind: str) -> Response:
    if kind != "tilejson":
        document = describe_tileset(request, tiled, item)
        return answer_document(request, _TITLE, document, kind)
    tag = entity_tag(request, kind)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    return answer(orjson.dumps(tile_json(request, tiled)), JSON, tag)


hot_routes = (
    Route(f"/collections/{{collection_id}}/tiles/{_TILE_PATH}", tile, methods=METHODS),
    Route(f"/tiles/{_TILE_PATH}", dataset_tile, methods=METHODS),
)
