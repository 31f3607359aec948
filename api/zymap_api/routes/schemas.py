"""The doors to a collection's schemas (OGC 23-058r2, clauses 10 and 12; OGC 19-079r2, clause 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Layer
from zymap_api.answers import answer, entity_tag, not_modified
from zymap_api.links import link, self_url
from zymap_api.media import JSON, SCHEMA, choose
from zymap_api.params import read_parameters
from zymap_api.propertyschema import (
    describe_geojson,
    describe_queryables,
    describe_schema,
    describe_sortables,
)
from zymap_api.state import catalog_of

router = APIRouter()
METHODS = ["GET", "HEAD"]


@router.api_route("/collections/{collection_id}/schema", methods=METHODS)
def schema(request: Request, collection_id: str) -> Response:
    """Answer what the features of a collection are made of."""
    return answer_schema(request, collection_id, describe_schema)


@router.api_route("/collections/{collection_id}/geojson-schema", methods=METHODS)
def geojson_schema(request: Request, collection_id: str) -> Response:
    """Answer what a GeoJSON feature of a collection is made of."""
    return answer_schema(request, collection_id, describe_geojson)


@router.api_route("/collections/{collection_id}/sortables", methods=METHODS)
def sortables(request: Request, collection_id: str) -> Response:
    """Answer what the features of a collection can be sorted by."""
    return answer_schema(request, collection_id, describe_sortables)


@router.api_route("/collections/{collection_id}/queryables", methods=METHODS)
def queryables(request: Request, collection_id: str) -> Response:
    """Answer what a filter of a collection may name."""
    return answer_schema(request, collection_id, describe_queryables)


def answer_schema(
    request: Request, collection_id: str, describe: Callable[[Request, Layer], dict[str, Any]]
) -> Response:
    """Answer a JSON Schema of a collection; it has no place for links, so the header has them."""
    layer = catalog_of(request).layer(collection_id)
    asked = read_parameters(request.scope["query_string"], ("f",))
    kind = choose(asked.get("f"), request.headers.get("accept"), {"json": (SCHEMA, JSON)})
    tag = entity_tag(request, kind)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    own = link(self_url(request), "self", SCHEMA)
    return answer(orjson.dumps(describe(request, layer)), SCHEMA, tag, links=[own])
