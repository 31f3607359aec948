"""Pages of features: the answer of every route that lists some."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import time
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Source
from zymap.cql import FilterReader
from zymap.crs import CRS84, Crs
from zymap.errors import InvalidRequest
from zymap.export import FORMATS, Format
from zymap.planebox import parse_box
from zymap.positions import in_crs
from zymap.query import Query, queryables
from zymap.store.base import SEPARATOR, Page, Store
from zymap_api import html
from zymap_api.answers import content_crs, not_modified
from zymap_api.clock import second_text
from zymap_api.crs_offer import parse_offered
from zymap_api.downloads import download
from zymap_api.frames import (
    GAPS,
    Filled,
    Filling,
    Look,
    behind,
    filled,
    framed,
    of_path,
    values_apart,
)
from zymap_api.headers import header
from zymap_api.links import Link, escaped, link, link_header, own_links, self_url, url
from zymap_api.media import CSV, GEOJSON, HTML, JSON, choose
from zymap_api.memory import Whole
from zymap_api.params import Asked, parse_items
from zymap_api.propertyschema import QUERYABLES_REL
from zymap_api.state import looked_up, moment_of, state_of

OFFERS = {
    "json": (GEOJSON, JSON),
    "html": (HTML,),
    # Files are asked for by name only: no Accept header of a browser should start a download.
    **dict.fromkeys(FORMATS, ()),
}
# But for CSV of one collection, which no browser asks for (RFC 4180).
OFFERS_OF_ONE = {**OFFERS, "csv": (CSV,)}

# What a body may have and go out in parts.
PARTS = 8
_HEADER_RELATIONS = ("self", "alternate", "next", QUERYABLES_REL)
_HEAD = (
    b'{"type":"FeatureCollection","numberMatched":%d,"numberReturned":%d,"numberLocated":%d,'
    b'"timeStamp":"%bZ","links":%b'
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list of features is of.

    Attributes
    ----------
    sources : tuple of Source
        The collections asked.
    extra : Query or None
        Conditions that the path adds.
    related : sequence of Link
        Links that the answer carries beside self, alternate and next.
    """

    sources: tuple[Source, ...]
    extra: Query | None = None
    related: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the answers to alike questions share.

    Attributes
    ----------
    asked : Asked
        Without what has gaps.
    filters : FilterReader
        Reads what fills the gap of ``filter``.
    look : Look
        With gaps.
    next_link, next_header : bytes
        With gaps, that for ``after`` being for the last id of the page.
    next_id : callable
        Writes an id as it stands in these.
    """

    asked: Asked
    filters: FilterReader
    look: Look
    next_link: bytes
    next_header: bytes
    next_id: Callable[[str], str]

    def fill(
        self, store: Store, revision: str, path: str, query_string: bytes, filling: Filling
    ) -> Whole | None:
        """Return the answer of one page; see `zymap_api.frames.Frame`."""
        if self.look.kind != "json":
            return None
        query, after = self.question(filling.values)
        page = store.page(query, after)
        if page.revision != revision:
            return None
        tag = self.look.tag(revision, path, query_string)
        return self.look.whole(self.answer(page, tag, filling))

    def question(self, values: Mapping[str, str]) -> tuple[Query, str | None]:
        """Return the question that fills the gaps, and behind which feature its page begins.

        Raises
        ------
        InvalidRequest
            What is to fill them is no box, or no filter.
        """
        query = self.asked.query
        if "bbox" in values:
            query = query.at(parse_box(values["bbox"], CRS84))
        if "filter" in values:
            query = query._replace(filter=self.filters.read(values["filter"]))
        return query, values.get("after", self.asked.after)

    def answer(self, page: Page, tag: str, filling: Filling) -> Filled:
        """Return what one answer has of its own."""
        head, links = self.head(page, filling)
        parts = _parts(page, self.asked, self.look.crs)
        body = (head, b',"features":[', *parts, b"]}")
        # A range of features is one part, and need not be copied; many go out faster as one.
        if len(body) > PARTS:
            body = (b"".join(body),)
        return Filled(body, tag.encode(), links)

    def head(self, page: Page, filling: Filling) -> tuple[bytes, bytes]:
        """Return what stands before the features, and the header ``Link``."""
        links, links_header = filled(self.look.links, filling), filled(self.look.header, filling)
        if page.last is not None:
            last = behind(filling, self.next_id(page.last))
            links = b"%b,%b]" % (links[:-1], filled(self.next_link, last))
            links_header = b"%b, %b" % (links_header, filled(self.next_header, last))
        count, now = page.count, second_text(int(time())).encode()
        return _HEAD % (count.matched, page.returned, count.located, now, links), links_header


async def answer_items(request: Request, listing: Callable[[Request], Listing]) -> Response:
    """Answer a question for features: GeoJSON, HTML, or a file.

    Parameters
    ----------
    listing : callable
        Tells from the path of a request what it lists.

    Raises
    ------
    InvalidRequest
        See `zymap_api.params.parse_items`.
    """
    scope = request.scope
    gapped, filling = values_apart(scope["query_string"])
    frame = framed(
        request, scope["path"], gapped, lambda alike: _frame(alike, of_path(alike, listing))
    )
    look = frame.look
    query, after = frame.question(filling.values)
    if look.kind in FORMATS:
        asked = replace(frame.asked, query=query, after=after)
        return await run_in_threadpool(download, request, asked, look.kind)
    tag = look.tag(moment_of(request).revision, scope["path"], scope["query_string"])
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    store = state_of(request).store
    page = await looked_up(store, lambda: store.page(query, after))
    if look.kind == "html":
        head, _ = frame.head(page, filling)
        return _page_for_people(request, frame, tag, orjson.loads(head + b"}"), page)
    return look.ready(frame.answer(page, tag, filling))


def _frame(request: Request, listing: Listing) -> _Frame:
    moment, sources = moment_of(request), listing.sources
    query_string = request.scope["query_string"]
    asked = parse_items(query_string, moment.catalog, moment.day, sources, listing.extra, gaps=GAPS)
    kind = _kind(request, asked)
    crs = CRS84 if kind in FORMATS else parse_offered(request, sources, asked.crs)
    shown = "html" if kind == "html" else "json"
    links, following = [*_own_links(request, shown), *listing.related], _next_link(request, shown)
    return _Frame(
        asked,
        FilterReader(queryables(moment.catalog, sources)),
        Look.of(request, kind, crs, links, _of_header(links)),
        orjson.dumps(following),
        link_header((following,)).encode("latin-1"),
        _in_json if request.method == "POST" else escaped,
    )


def _kind(request: Request, asked: Asked) -> str:
    """Return the representation to answer with."""
    offers = OFFERS_OF_ONE if len(asked.query.sources) == 1 else OFFERS
    if request.method == "POST":
        # A page for people has links, and a link cannot ask what a body asked.
        offers = {name: types for name, types in offers.items() if name != "html"}
    kind = choose(asked.f, header(request.scope, b"accept"), offers)
    if kind not in FORMATS and asked.encoding is not None:
        raise InvalidRequest("encoding is for files; this answer is UTF-8", parameter="encoding")
    return kind


def _page_for_people(
    request: Request, frame: _Frame, tag: str, head: dict[str, Any], page: Page
) -> Response:
    parts = _parts(page, frame.asked, frame.look.crs)
    files = file_links(
        lambda name: self_url(request, f=name, after=None, limit=None),
        len(frame.asked.query.sources),
    )
    found = orjson.loads(b"".join((b"[", *parts, b"]")))
    shown = html.answer_page(
        request,
        "items.html",
        tag,
        _of_header(head["links"]),
        head=head,
        files=files,
        rows=found,
    )
    shown.headers["Content-Crs"] = content_crs(frame.look.crs)
    return shown


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


def _next_link(request: Request, kind: str) -> Link:
    if request.method == "POST":
        made = link(url(request, request.scope["path"]), "next", GEOJSON, "下一页 / next page")
        return {**made, "method": "POST", "body": {"after": GAPS["after"]}, "merge": True}
    media_type = HTML if kind == "html" else GEOJSON
    changes = {"after": GAPS["after"]} | ({"f": "html"} if kind == "html" else {})
    return link(self_url(request, **changes), "next", media_type, "下一页 / next page")


def _of_header(links: Sequence[Link]) -> list[Link]:
    return [item for item in links if item["rel"] in _HEADER_RELATIONS]


def _in_json(text: str) -> str:
    """Return a text as it stands between the quotes of a JSON string, in ASCII."""
    return json.dumps(text)[1:-1]


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
