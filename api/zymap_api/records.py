"""The catalogue: one record of metadata a layer, and the list of the records.

Standard: OGC 20-004r1 (OGC API - Records, Part 1): requirements classes Record Core, Record
Collection, JSON, HTML, Autodiscovery and Crawlable Catalog. Why a crawlable catalogue:
``docs/adr/0016-records.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson
from starlette.requests import Request

from zymap.bbox import BBox
from zymap.catalog import Catalog, Layer, Source
from zymap.codelists import Code
from zymap.export import FORMATS
from zymap.query import Query
from zymap.store.base import Count, Extent
from zymap.tiles import MEDIA_TYPE as MVT
from zymap_api.datalinks import data_links
from zymap_api.links import Link, link, url
from zymap_api.media import GEOJSON, HTML, JSON, OGC_CATALOG
from zymap_api.state import catalog_of, state_of

CATALOG_REL = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
_CONFORMANCE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"
CONFORMS_TO = tuple(
    f"{_CONFORMANCE}/{name}"
    for name in (
        "record-core",
        "record-collection",
        "json",
        "html",
        "autodiscovery",
        "crawlable-catalog",
    )
)
UNCERTAINTY = "coordinateUncertaintyInMeters"
_LANGUAGES = (
    {"code": "zh", "name": "中文", "alternate": "Chinese", "dir": "ltr"},
    {"code": "en", "name": "English", "dir": "ltr"},
)
# A licence that is named by nothing but its identifier, as SPDX writes them.
_SPDX = re.compile(r"[A-Za-z0-9]+(?:[-.+][A-Za-z0-9.]+)+", re.ASCII)
_SECTORS = (
    "https://standard.open-contracting.org/infrastructure/latest/en/reference/codelists/"
    "#projectsector"
)

Json = dict[str, Any]


def describe_catalog(request: Request) -> Json:
    """Return the record collection, without self and alternate: its records are linked."""
    state = state_of(request)
    catalog = state.store.catalog()
    dataset = catalog.dataset
    made = {
        "id": dataset.id,
        "type": "Collection",
        "itemType": "record",
        "title": f"{dataset.title_zh} / {dataset.title_en}",
        "description": f"{dataset.description_zh}\n{dataset.description_en}",
        **_common(catalog, dataset.licence),
        "recordLanguages": _LANGUAGES,
        "conformsTo": CONFORMS_TO,
        "revision": state.store.revision(),
        "links": [
            *[_record_link(request, layer, "item") for layer in catalog.layers],
            link(url(request, "/"), "root", JSON, dataset.title_zh),
            _licence_link(dataset.licence, dataset.licence_url, url(request, "/records", f="html")),
        ],
    }
    return {key: value for key, value in made.items() if value is not None}


def describe_record(request: Request, layer: Layer) -> Json:
    """Return the record of a layer, without self and alternate."""
    store = state_of(request).store
    catalog = store.catalog()
    known, count = store.extent(layer.id), store.count(Query((Source(layer.id),)))
    kinds = _values(request, layer, "kind")
    properties = {
        "type": "dataset",
        "title": f"{layer.title_zh} / {layer.title_en}",
        "description": f"{layer.description_zh}\n{layer.description_en}",
        "keywords": _keywords(catalog, kinds),
        "themes": _themes(request, layer, kinds),
        **_common(catalog, layer.licence),
        "resourceLanguages": _LANGUAGES,
        "formats": _formats(layer),
        "rights": layer.licence,
        "source": layer.source,
        "sourceDate": layer.date,
        "lineage": layer.lineage,
        "uncertainty": _uncertainty(request, layer, count),
        "itemCount": count.matched,
        "itemLocatedCount": count.located,
        "revision": store.revision(),
    }
    return {
        "id": layer.id,
        "type": "Feature",
        "conformsTo": CONFORMS_TO[:1],
        "time": _time(known),
        "geometry": _rectangle(known.bbox),
        "properties": {key: value for key, value in properties.items() if value not in (None, [])},
        "links": _links(request, layer),
    }


def record_links(request: Request, layer: Layer) -> list[Link]:
    """Return the links from a collection to its record."""
    page = link(url(request, f"/records/{layer.id}", f="html"), "describedby", HTML, "元数据")
    return [_record_link(request, layer, "describedby"), page]


def catalog_link(request: Request) -> Link:
    """Return the link by which a crawler finds the catalogue."""
    return link(url(request, "/records"), CATALOG_REL, OGC_CATALOG, "元数据目录 / Catalogue")


def _common(catalog: Catalog, licence: str) -> Json:
    """Return what records and their collection say alike."""
    dataset = catalog.dataset
    return {
        "language": _LANGUAGES[0],
        "languages": _LANGUAGES,
        "updated": f"{dataset.updated}T00:00:00Z" if dataset.updated else None,
        "contacts": [{"organization": dataset.publisher, "roles": ["publisher"]}]
        if dataset.publisher
        else None,
        "license": licence if _SPDX.fullmatch(licence) else "other",
    }


def _record_link(request: Request, layer: Layer, rel: str) -> Link:
    title = f"{layer.title_zh}:元数据 / {layer.title_en}: metadata"
    return link(url(request, f"/records/{layer.id}"), rel, GEOJSON, title)


def _licence_link(licence: str, address: str | None, terms: str) -> Link:
    """Return where the licence is: its own page, else the page that prints the terms."""
    if _SPDX.fullmatch(licence):
        return link(address or f"https://spdx.org/licenses/{licence}.html", "license", HTML)
    return link(terms, "license", HTML, licence)


def _values(request: Request, layer: Layer, name: str) -> dict[str, int]:
    """Return the values of a field and how often each occurs; those without one aside."""
    if not layer.has_field(name):
        return {}
    found = state_of(request).store.facet(Query((Source(layer.id),)), name)
    return {value: number for value, number in found.items() if value is not None}


def _keywords(catalog: Catalog, kinds: Iterable[str]) -> list[str]:
    dataset = catalog.dataset
    words = [dataset.place_zh, dataset.place_en]
    for kind in kinds:
        words += _words(catalog.kinds[kind])
    return list(dict.fromkeys(words))


def _words(code: Code) -> tuple[str, str]:
    return code.zh, code.en


def _themes(request: Request, layer: Layer, kinds: Iterable[str]) -> list[Json]:
    catalog = catalog_of(request)
    concepts = [{"id": kind, "title": " / ".join(_words(catalog.kinds[kind]))} for kind in kinds]
    themes = [{"scheme": url(request, "/catalog"), "concepts": concepts}] if concepts else []
    sectors = _list_items(_values(request, layer, "sector"))
    if sectors:
        concepts = [{"id": sector} for sector in sectors]
        themes.append({"scheme": _SECTORS, "concepts": concepts})
    return themes


def _list_items(values: Iterable[str]) -> list[str]:
    return sorted({item for value in values for item in orjson.loads(value)})


def _formats(layer: Layer) -> list[Json]:
    files = [
        {"name": item.title_en, "mediaType": item.media_type_for(1)} for item in FORMATS.values()
    ]
    return [*files, *([{"name": "Mapbox Vector Tile", "mediaType": MVT}] if layer.geometry else [])]


def _uncertainty(request: Request, layer: Layer, count: Count) -> str:
    """Say how far the positions can be trusted, from what the features say of themselves."""
    if not layer.geometry:
        return "没有几何,只是表 / No geometry: a table."
    titles = catalog_of(request).code_list("location_status")
    states = _values(request, layer, "location_status")
    parts = [
        (f"{titles[code].zh} {number}", f"{number} {titles[code].en.lower()}")
        for code, number in states.items()
    ]
    chinese, english = (list(texts) for texts in zip(*parts, strict=True)) if parts else ([], [])
    radii = [int(radius) for radius in _values(request, layer, UNCERTAINTY)]
    if radii:
        chinese.append(f"误差半径 {min(radii)}–{max(radii)} 米")
        english.append(f"true place within {min(radii)} to {max(radii)} m")
    if count.matched > count.located:
        english.append("what nobody has located has no geometry")
        chinese.append("待落图的没有几何")
    return f"{'，'.join(chinese)} / {', '.join(english)}"


def _time(known: Extent) -> Json | None:
    return {"interval": [known.start, known.end]} if known.start is not None else None


def _rectangle(box: BBox | None) -> Json | None:
    if box is None:
        return None
    west, south, east, north = box.as_list()
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _links(request: Request, layer: Layer) -> list[Link]:
    dataset = catalog_of(request).dataset
    path = f"/collections/{layer.id}"
    terms = url(request, f"/records/{layer.id}", f="html")
    address = dataset.licence_url if layer.licence == dataset.licence else None
    return [
        link(url(request, "/records"), "collection", OGC_CATALOG, dataset.title_zh),
        link(url(request, path), "describes", JSON, f"{layer.title_zh} / {layer.title_en}"),
        *data_links(request, layer),
        _licence_link(layer.licence, address, terms),
    ]
