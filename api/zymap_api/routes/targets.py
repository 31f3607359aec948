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
from zymap_api.documents import OFFERS, answer_document
from zymap_api.links import link, url
from zymap_api.media import GEOJSON, choose
from zymap_api.params import parse_items
from zymap_api.state import state_of

router = APIRouter()
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
    asked = parse_items(request.scope["query_string"], catalog, (Source(layer.id),))
    kind = choose(asked.f, request.headers.get("accept"), OFFERS)
    features = [orjson.loads(text) for text in state.store.select(asked.query)]
    document = {
        "numberMatched": state.store.count(asked.query).matched,
        "numberReturned": len(features),
        "note": NOTE,
        "targets": [_target(request, feature) for feature in features],
        "links": [
            link(url(request, f"/collections/{layer.id}/items"), "items", GEOJSON, layer.title_zh)
        ],
    }
    title = f"{layer.title_zh} / {layer.title_en}"
    return answer_document(request, title, document, kind, "targets.html")


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
