"""The targets of the report, each with what the layers hold towards it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap import tracking
from zymap.catalog import Layer, Source
from zymap.errors import NotFound
from zymap.query import Query
from zymap_api.documents import OFFERS, answer_document
from zymap_api.links import link, url
from zymap_api.media import GEOJSON, choose
from zymap_api.params import NOT_OF_TARGETS, parse_items
from zymap_api.state import moment_of, state_of

router = APIRouter()
QUANTITY = "quantity"
NOTE = (
    "指标之间有重叠,不可相加;候选点不计入。 / "
    "Targets overlap and must not be added up; candidates do not count."
)


@router.api_route("/targets", methods=["GET", "HEAD"])
def targets(request: Request) -> Response:
    """Answer the targets that the parameters ask for: those of an items request."""
    state = state_of(request)
    catalog = state.store.catalog()
    layer = _targets_layer(catalog.by_role("targets"))
    asked = parse_items(
        request.scope["query_string"],
        catalog,
        moment_of(request).day,
        (Source(layer.id),),
        without=NOT_OF_TARGETS,
    )
    kind = choose(asked.f, request.headers.get("accept"), OFFERS)
    features = [orjson.loads(text) for text in state.store.select(asked.paged)]
    document = {
        "numberMatched": state.store.count(asked.whole).matched,
        "numberReturned": len(features),
        "note": NOTE,
        "targets": [_target(request, feature) for feature in features],
        "counted_works": _counted_works(request, asked.query) if asked.after is None else [],
        "links": [
            link(url(request, f"/collections/{layer.id}/items"), "items", GEOJSON, layer.title_zh)
        ],
    }
    title = f"{layer.title_zh} / {layer.title_en}"
    return answer_document(request, title, document, kind, "targets.html")


def _counted_works(request: Request, query: Query) -> list[dict[str, Any]]:
    """Return the works of which the source promises a number, asked by the same question.

    They are promises with a quantity as the targets are, but are to be placed on the map, so
    they live in the layers of the works (docs/adr/0008-forty-targets.md).
    """
    store = state_of(request).store
    catalog = store.catalog()
    needed = (QUANTITY, *(condition.field for condition in query.conditions))
    sources = tuple(
        source
        for source in catalog.works()
        if all(catalog.layer(source.collection).has_field(name) for name in needed)
    )
    if not sources:
        return []
    whole = query._replace(sources=sources, sort=(), limit=None)
    found = [orjson.loads(text) for text in store.select(whole)]
    return [
        {"id": feature["id"], "collection": feature["collection"], **feature["properties"]}
        for feature in found
        if feature["properties"][QUANTITY] is not None
    ]


def _targets_layer(layers: tuple[Layer, ...]) -> Layer:
    for layer in layers:
        return layer
    raise NotFound("this dataset has no targets")


def _target(request: Request, feature: dict[str, Any]) -> dict[str, Any]:
    state = state_of(request)
    properties = feature["properties"]
    expressions = properties.get("counted_from") or []
    found = tracking.progress(state.store, state.store.catalog(), expressions)
    return {"id": feature["id"], **properties, "progress": found and asdict(found)}
