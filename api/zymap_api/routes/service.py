"""The server as a whole: landing page, description, catalogue, health, static files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap import __version__, symbology
from zymap.basemaps import Basemap
from zymap.catalog import Catalog, Layer, Source
from zymap.crs import OFFERED
from zymap.export import FORMATS
from zymap.query import Query
from zymap_api.answers import answer, entity_tag, not_modified
from zymap_api.documents import OFFERS, answer_document, representation
from zymap_api.links import Link, link, url
from zymap_api.media import HTML, JSON, OPENAPI, choose
from zymap_api.openapi import api_definition
from zymap_api.params import read_parameters
from zymap_api.records import catalog_link
from zymap_api.routes.areas import area_list
from zymap_api.state import catalog_of, state_of
from zymap_api.tilematrixsets import schemes_link
from zymap_api.tilesets import TILESETS_REL
from zymap_web import docs_page, page

router = APIRouter()
METHODS = ["GET", "HEAD"]


@router.api_route("/", methods=METHODS)
def landing(request: Request) -> Response:
    """Answer browsers with the map and programs with the landing page."""
    if choose(_f(request), request.headers.get("accept"), OFFERS) == "html":
        # The map keeps its state in the address, so any parameter may stand there.
        return _map(request)
    representation(request)
    dataset = catalog_of(request).dataset
    document = {
        "title": f"{dataset.title_zh} / {dataset.title_en}",
        "description": f"{dataset.description_zh}\n{dataset.description_en}",
        "attribution": f"{dataset.attribution_zh} / {dataset.attribution_en}",
        "license": dataset.licence,
        "links": landing_links(request),
    }
    return answer_document(request, dataset.title_zh, document, "json")


def landing_links(request: Request) -> list[Link]:
    """Return the links of the landing page, self and alternate aside."""
    catalog = catalog_of(request)
    return [
        link(url(request, "/api"), "service-desc", OPENAPI, "OpenAPI 3.0"),
        link(url(request, "/docs"), "service-doc", HTML, "接口文档 / API documentation"),
        link(url(request, "/conformance"), "conformance", JSON, "Conformance"),
        link(url(request, "/collections"), "data", JSON, "图层 / Collections"),
        link(url(request, "/tiles"), TILESETS_REL, JSON, "瓦片 / Tiles"),
        schemes_link(request),
        link(url(request, "/areas"), "related", JSON, "重点片区 / Key areas"),
        *([_targets_link(request)] if catalog.by_role("targets") else []),
        catalog_link(request),
        link(url(request, "/catalog"), "describedby", JSON, "目录 / Catalogue"),
        *([_project_link(request)] if catalog.projects else []),
    ]


def _targets_link(request: Request) -> Link:
    return link(url(request, "/targets"), "related", JSON, "指标 / Targets")


def _project_link(request: Request) -> Link:
    return link(url(request, "/oc4ids"), "related", JSON, "OC4IDS 项目包 / OC4IDS project package")


def _f(request: Request) -> str | None:
    return request.query_params.get("f")


def _map(request: Request) -> Response:
    state = state_of(request)
    origins = [origin for item in state.settings.offered_basemaps() for origin in item.origins()]
    made = page.render_page(state.store.catalog(), origins, state.settings.data_dir)
    tag = entity_tag(request, made.etag)
    unchanged = not_modified(request, tag)
    headers = {"Content-Security-Policy": made.csp}
    return unchanged or answer(made.html, HTML, tag, headers=headers, links=landing_links(request))


@router.api_route("/api", methods=METHODS)
def definition(request: Request) -> Response:
    """Answer the OpenAPI document."""
    read_parameters(request.scope["query_string"], ("f",))
    choose(
        _f(request),
        request.headers.get("accept"),
        {"json": (OPENAPI, JSON, "application/openapi+json")},
    )
    tag = entity_tag(request, "openapi")
    unchanged = not_modified(request, tag)
    return unchanged or answer(orjson.dumps(api_definition(request)), OPENAPI, tag)


@router.api_route("/docs", methods=METHODS)
def docs(request: Request) -> Response:
    """Answer the page that shows the OpenAPI document, from files of this server only."""
    read_parameters(request.scope["query_string"], ())
    made = docs_page.render("api")
    headers = {"Content-Security-Policy": made.csp}
    return answer(made.html, HTML, entity_tag(request, made.etag), headers=headers)


@router.api_route("/catalog", methods=METHODS)
def catalogue(request: Request) -> Response:
    """Answer all that the map needs to know before it asks for features."""
    kind = representation(request)
    document = _catalogue(request)
    settings = orjson.dumps(document["basemaps"]).decode()
    return answer_document(request, "目录 / Catalogue", document, kind, settings=settings)


def _catalogue(request: Request) -> dict[str, Any]:
    store = state_of(request).store
    catalog = store.catalog()
    lists = ("kinds", "areas", *_used_lists(catalog))
    return {
        "dataset": asdict(catalog.dataset),
        "revision": store.revision(),
        "version": __version__,
        "code_lists": {
            name: {code: asdict(item) for code, item in catalog.code_list(name).items()}
            for name in dict.fromkeys(lists)
        },
        "glossary": dict(catalog.glossary),
        "layers": [_layer(request, layer) for layer in catalog.layers],
        "areas": area_list(request) if catalog.by_role("areas") else [],
        "formats": [
            {
                "id": name,
                "title_zh": item.title_zh,
                "title_en": item.title_en,
                "suffix": item.suffix_for(1),
                "crs": list(item.crs),
                "encodings": list(item.encodings),
            }
            for name, item in FORMATS.items()
        ],
        "crs": [{"code": crs.code, "zh": crs.zh, "en": crs.en} for crs in OFFERED.values()],
        "symbology": symbology.as_json(),
        "basemaps": [_basemap(item) for item in state_of(request).settings.offered_basemaps()],
    }


def _basemap(basemap: Basemap) -> dict[str, Any]:
    texts = ("id", "title_zh", "title_en", "attribution_zh", "attribution_en", "datum", "max_zoom")
    link = basemap.attribution_url
    return {
        **{name: getattr(basemap, name) for name in texts},
        "attribution_url": str(link) if link else None,
        "tiles": list(basemap.page_templates()),
        "subdomains": [] if basemap.proxied else list(basemap.subdomains),
    }


def _used_lists(catalog: Catalog) -> list[str]:
    return [item.enum for layer in catalog.layers for item in layer.fields if item.enum]


def _layer(request: Request, layer: Layer) -> dict[str, Any]:
    count = state_of(request).store.count(Query((Source(layer.id),)))
    texts = ("id", "role", "geometry", "title_zh", "title_en", "description_zh", "description_en")
    origin = ("source", "licence", "date", "lineage", "temporal")
    return {
        **{name: getattr(layer, name) for name in (*texts, *origin)},
        "works": {name: list(values) for name, values in layer.works},
        "fields": [asdict(item) for item in layer.fields],
        "counts": {"matched": count.matched, "located": count.located},
    }


@router.api_route("/healthz", methods=METHODS)
def healthz(request: Request) -> Response:
    """Answer that the process lives."""
    read_parameters(request.scope["query_string"], ())
    return Response(b'{"status":"ok"}', media_type=JSON, headers={"Cache-Control": "no-store"})


@router.api_route("/readyz", methods=METHODS)
def readyz(request: Request) -> Response:
    """Answer that the store can be read; 503 while it cannot."""
    read_parameters(request.scope["query_string"], ())
    body = {"status": "ok", "revision": state_of(request).store.revision()}
    return Response(orjson.dumps(body), media_type=JSON, headers={"Cache-Control": "no-store"})
