"""Pages of features: the answer of every route that lists some."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Source
from zymap.crs import CRS84, Crs
from zymap.errors import InvalidRequest
from zymap.export import FORMATS, Format
from zymap.positions import in_crs
from zymap.query import Query
from zymap.store.base import SEPARATOR, Page
from zymap_api import html
from zymap_api.answers import answer, content_crs, entity_tag, not_modified
from zymap_api.crs_offer import parse_offered
from zymap_api.downloads import download
from zymap_api.links import Link, link, own_links, self_url, url
from zymap_api.media import CSV, GEOJSON, HTML, JSON, choose
from zymap_api.params import Asked, parse_items
from zymap_api.propertyschema import QUERYABLES_REL
from zymap_api.state import catalog_of, looked_up, state_of

OFFERS = {
    "json": (GEOJSON, JSON),
    "html": (HTML,),
    # Files are asked for by name only: no Accept header of a browser should start a download.
    **dict.fromkeys(FORMATS, ()),
}
# But for CSV of one collection, which no browser asks for (RFC 4180).
OFFERS_OF_ONE = {**OFFERS, "csv": (CSV,)}

_HEADER_RELATIONS = ("self", "alternate", "next", QUERYABLES_REL)


async def answer_items(
    request: Request,
    sources: tuple[Source, ...],
    *,
    extra: Query | None = None,
    related: Sequence[Link] = (),
) -> Response:
    """Answer a question for features: GeoJSON, HTML, or a file.

    Parameters
    ----------
    sources : tuple of Source
        The collections asked.
    extra : Query, optional
        Conditions that the path adds.
    related : sequence of Link
        Links that the answer carries beside self, alternate and next.

    Raises
    ------
    InvalidRequest
        See `zymap_api.params.parse_items`.
    """
    catalog = catalog_of(request)
    asked = parse_items(request.scope["query_string"], catalog, sources, extra)
    offers = OFFERS_OF_ONE if len(sources) == 1 else OFFERS
    if request.method == "POST":
        # A page for people has links, and a link cannot ask what a body asked.
        offers = {name: types for name, types in offers.items() if name != "html"}
    kind = choose(asked.f, request.headers.get("accept"), offers)
    if kind in FORMATS:
        return await run_in_threadpool(download, request, asked, kind)
    if asked.encoding is not None:
        raise InvalidRequest("encoding is for files; this answer is UTF-8", parameter="encoding")
    crs = parse_offered(request, sources, asked.crs)
    tag = entity_tag(request, kind)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    store = state_of(request).store
    page = await looked_up(store, lambda: store.page(asked.query, asked.after))
    return _answer_page(request, asked, page, crs, kind, tag, related)


def _answer_page(
    request: Request,
    asked: Asked,
    page: Page,
    crs: Crs,
    kind: str,
    tag: str,
    related: Sequence[Link],
) -> Response:
    links = [*_own_links(request, kind), *related]
    if page.last is not None:
        links.append(_next_link(request, kind, page.last))
    head = {
        "type": "FeatureCollection",
        "numberMatched": page.count.matched,
        "numberReturned": page.returned,
        "numberLocated": page.count.located,
        "timeStamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "links": links,
    }
    header_links = [item for item in links if item["rel"] in _HEADER_RELATIONS]
    parts = _parts(page, asked, crs)
    stated = content_crs(crs)
    if kind == "html":
        files = file_links(
            lambda name: self_url(request, f=name, after=None, limit=None),
            len(asked.query.sources),
        )
        found = orjson.loads(b"".join((b"[", *parts, b"]")))
        shown = html.answer_page(
            request, "items.html", tag, header_links, head=head, files=files, rows=found
        )
        shown.headers["Content-Crs"] = stated
        return shown
    body = b"".join((orjson.dumps(head)[:-1], b',"features":[', *parts, b"]}"))
    return answer(body, GEOJSON, tag, links=header_links, headers={"Content-Crs": stated})


def _parts(page: Page, asked: Asked, crs: Crs) -> Sequence[bytes | memoryview]:
    """Return the features as they are answered: finished JSON, opened only for what changes it."""
    if asked.properties is None and not asked.skip_geometry and crs == CRS84:
        return page.parts
    rows = page.rows()
    if asked.properties is not None or asked.skip_geometry:
        rows = [_selected(row, asked.properties, asked.skip_geometry) for row in rows]
    return [SEPARATOR.join(in_crs(rows, crs))]


def _selected(row: bytes, properties: Sequence[str] | None, skip_geometry: bool) -> bytes:
    """Return a feature's text with a part of it only."""
    feature = orjson.loads(row)
    if properties is not None:
        held = feature["properties"]
        feature["properties"] = {name: held[name] for name in properties if name in held}
    if skip_geometry:
        feature["geometry"] = None
    return orjson.dumps(feature)


def _own_links(request: Request, kind: str) -> list[Link]:
    if request.method == "POST":
        return [link(url(request, request.scope["path"]), "self", GEOJSON, "GeoJSON")]
    return own_links(request, kind, GEOJSON, "GeoJSON")


def _next_link(request: Request, kind: str, last_id: str) -> Link:
    if request.method == "POST":
        made = link(url(request, request.scope["path"]), "next", GEOJSON, "下一页 / next page")
        return {**made, "method": "POST", "body": {"after": last_id}, "merge": True}
    media_type = HTML if kind == "html" else GEOJSON
    changes = {"after": last_id} | ({"f": "html"} if kind == "html" else {})
    return link(self_url(request, **changes), "next", media_type, "下一页 / next page")


def file_links(href_of: Callable[[str], str], layers: int) -> list[Link]:
    """Return the links to the file formats, best known first.

    Parameters
    ----------
    href_of : callable
        Gives the address for the value of ``f``.
    layers : int
        Number of layers that the file would hold.
    """
    return [
        link(href_of(name), "enclosure", item.media_type_for(layers), _format_title(item))
        for name, item in FORMATS.items()
    ]


def _format_title(item: Format) -> str:
    same = item.title_zh == item.title_en
    return item.title_zh if same else f"{item.title_zh} / {item.title_en}"


def answer_feature(request: Request, collection: str, text: bytes, kind: str, crs: Crs) -> Response:
    """Answer one feature: its stored text with the links of OGC 17-069r4, 7.16."""
    tag = entity_tag(request, kind)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    path = f"/collections/{collection}"
    links = own_links(request, kind, GEOJSON, "GeoJSON")
    links.append(link(url(request, path), "collection", JSON, collection))
    if crs != CRS84:
        (text,) = in_crs((text,), crs)
    stated = content_crs(crs)
    if kind == "html":
        layer = catalog_of(request).layer(collection)
        shown = {"feature": orjson.loads(text), "layer": layer, "links": links}
        page = html.answer_page(request, "feature.html", tag, links, crs=crs, **shown)
        page.headers["Content-Crs"] = stated
        return page
    body = b"".join((text[:-1], b',"links":', orjson.dumps(links), b"}"))
    return answer(body, GEOJSON, tag, links=links, headers={"Content-Crs": stated})
