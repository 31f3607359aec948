"""The district's own doors: key areas and what is promised in them."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zymap.catalog import AREA_FIELD, DUE_FIELD, Catalog, Layer, Source
from zymap.errors import NotFound
from zymap.export import FORMATS
from zymap.query import Condition, Query, Range, SortKey
from zymap_api.documents import answer_document, representation
from zymap_api.downloads import download
from zymap_api.items import Listing, answer_items, file_links
from zymap_api.links import link, url
from zymap_api.media import GEOJSON, JSON, choose
from zymap_api.params import asked_fields, parse_items
from zymap_api.state import catalog_of, moment_of, state_of

router = APIRouter()
METHODS = ["GET", "HEAD"]
DEADLINES_SHOWN = 10


@router.api_route("/areas", methods=METHODS)
def areas(request: Request) -> Response:
    """Answer the key areas."""
    kind = representation(request)
    document = {"areas": area_list(request)}
    return answer_document(request, "重点片区 / Key areas", document, kind, "areas.html")


@router.api_route("/areas/{area_id}", methods=METHODS)
def area(request: Request, area_id: str) -> Response:
    """Answer one key area: what it is, how sure its boundary is, where to go on."""
    kind = representation(request)
    document = _describe(request, _area_feature(request, area_id))
    return answer_document(request, document["title_zh"], document, kind)


async def projects(request: Request) -> Response:
    """Answer the works of a key area: projects, planned roads, parks; located or not."""
    return await answer_items(request, _works_of)


def _works_of(request: Request) -> Listing:
    area_id: str = request.path_params["area_id"]
    require_area(request, area_id)
    sources = catalog_of(request).works()
    related = (link(url(request, f"/areas/{area_id}"), "collection", JSON, area_id),)
    return Listing(sources, of_area(sources, area_id), related)


@router.api_route("/areas/{area_id}/summary", methods=METHODS)
def summary(request: Request, area_id: str) -> Response:
    """Answer the counts of a key area's works, and which deadlines come next."""
    kind = representation(request)
    feature = _area_feature(request, area_id)
    document = {
        "id": area_id,
        "title_zh": feature["properties"]["name_zh"],
        "title_en": feature["properties"]["name_en"],
        **_summarise(request, area_id),
        "links": [link(url(request, f"/areas/{area_id}"), "up", JSON, area_id)],
    }
    title = feature["properties"]["name_zh"]
    return answer_document(request, title, document, kind, "summary.html")


@router.api_route("/areas/{area_id}/export", methods=METHODS)
async def export_area(request: Request, area_id: str) -> Response:
    """Answer a file with all layers of a key area."""
    require_area(request, area_id)
    catalog = catalog_of(request)
    sources = catalog.area_sources(asked_fields(request.scope["query_string"], catalog))
    return await _export(request, sources, of_area(sources, area_id))


@router.api_route("/export", methods=METHODS)
async def export_works(request: Request) -> Response:
    """Answer a file with the works that the parameters ask for: the list of the map."""
    return await _export(request, catalog_of(request).works(), None)


async def _export(request: Request, sources: tuple[Source, ...], extra: Query | None) -> Response:
    moment = moment_of(request)
    asked = parse_items(request.scope["query_string"], moment.catalog, moment.day, sources, extra)
    kind = choose(asked.f or "shp", None, dict.fromkeys(FORMATS, ()))
    return await run_in_threadpool(download, request, asked, kind)


def area_list(request: Request) -> list[dict[str, Any]]:
    """Return the documents of all key areas."""
    return [_describe(request, feature) for feature in _area_features(request)]


def of_area(sources: tuple[Source, ...], area_id: str) -> Query:
    """Return the question for what belongs to a key area."""
    return Query(sources, conditions=(Condition(AREA_FIELD, (area_id,)),))


def _areas_layer(catalog: Catalog) -> Layer:
    for layer in catalog.by_role("areas"):
        return layer
    raise NotFound("this dataset has no key areas")


def _area_features(request: Request) -> list[dict[str, Any]]:
    store = state_of(request).store
    layer = _areas_layer(store.catalog())
    return [orjson.loads(text) for text in store.select(Query((Source(layer.id),)))]


def _area_feature(request: Request, area_id: str) -> dict[str, Any]:
    for text in state_of(request).store.select(_boundary_of(request, area_id)):
        return orjson.loads(text)
    raise _no_area(area_id)


def require_area(request: Request, area_id: str) -> None:
    """Raise `NotFound` where the dataset has no such key area."""
    # The store remembers counts, so asking for an area's works costs no second query.
    if not state_of(request).store.count(_boundary_of(request, area_id)).matched:
        raise _no_area(area_id)


def _boundary_of(request: Request, area_id: str) -> Query:
    layer = _areas_layer(catalog_of(request))
    return of_area((Source(layer.id),), area_id)


def _no_area(area_id: str) -> NotFound:
    return NotFound(f"there is no key area {area_id}")


def _describe(request: Request, feature: dict[str, Any]) -> dict[str, Any]:
    import shapely

    store = state_of(request).store
    properties = feature["properties"]
    area_id = properties[AREA_FIELD]
    sources = store.catalog().works()
    count = store.count(of_area(sources, area_id))
    shape = feature["geometry"] and shapely.from_geojson(orjson.dumps(feature["geometry"]).decode())
    layer, path = feature["collection"], f"/areas/{area_id}"
    return {
        "id": area_id,
        "title_zh": properties["name_zh"],
        "title_en": properties["name_en"],
        "description_zh": properties.get("description_zh"),
        "description_en": properties.get("description_en"),
        "boundary_status": properties.get("boundary_status"),
        "bbox": list(shape.bounds) if shape else None,
        "works": {"matched": count.matched, "located": count.located},
        "links": [
            link(url(request, path), "self", JSON, area_id),
            link(url(request, f"{path}/projects"), "items", GEOJSON, "项目 / works"),
            link(url(request, f"{path}/summary"), "related", JSON, "小结 / summary"),
            link(
                url(request, f"/collections/{layer}/items/{feature['id']}"),
                "describedby",
                GEOJSON,
                "边界 / boundary",
            ),
            *file_links(
                lambda name: url(request, f"{path}/export", f=name),
                len(store.catalog().area_sources((AREA_FIELD,))),
            ),
        ],
    }


def _summarise(request: Request, area_id: str) -> dict[str, Any]:
    store = state_of(request).store
    query = of_area(store.catalog().works(), area_id)
    count = store.count(query)
    due = query._replace(
        ranges=(Range(DUE_FIELD, None, None, with_null=False),),
        sort=(SortKey(DUE_FIELD),),
        limit=DEADLINES_SHOWN,
    )
    deadlines = [orjson.loads(text) for text in store.select(due)]
    return {
        "numberMatched": count.matched,
        "numberLocated": count.located,
        **{
            f"by_{name}": {
                code if code is not None else "none": number
                for code, number in store.facet(query, name).items()
            }
            for name in ("kind", "status", "location_status")
        },
        "deadlines": [
            {
                "id": feature["id"],
                "collection": feature["collection"],
                "name_zh": feature["properties"]["name_zh"],
                "name_en": feature["properties"]["name_en"],
                "deadline": feature["properties"][DUE_FIELD],
                "deadline_text": feature["properties"].get("deadline_text"),
            }
            for feature in deadlines
        ],
    }


# Plain, as the hot doors of `zymap_api.routes.ogc`: this is the question asked most.
hot_routes = (Route("/areas/{area_id}/projects", projects, methods=METHODS),)
