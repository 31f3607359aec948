"""One feature: its stored text with the links of OGC 17-069r4, 7.16."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Source
from zymap.crs import CRS84, Crs
from zymap.errors import NotFound
from zymap.positions import in_crs
from zymap.store.base import Store
from zymap_api import html
from zymap_api.answers import (
    KEPT,
    Headers,
    Ready,
    content_crs,
    not_modified,
    tag_of,
    tag_start,
    written,
)
from zymap_api.crs_offer import parse_offered
from zymap_api.frames import filled, framed, id_apart
from zymap_api.headers import header
from zymap_api.links import link, link_header, own_links, url
from zymap_api.media import GEOJSON, HTML, JSON, choose
from zymap_api.params import read_parameters
from zymap_api.state import catalog_of, looked_up, moment_of, state_of

OFFERS = {"json": (GEOJSON, JSON), "html": (HTML,)}


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the answers of a collection's features share; `links` and `header` have gaps."""

    collection: str
    kind: str
    crs: Crs
    tag_start: int
    links: bytes
    header: bytes
    headers: Headers

    def fill(
        self, store: Store, revision: str, path: str, query: bytes, value: str | None
    ) -> Ready | None:
        """Return the answer of one feature; see `zymap_api.frames.Frame`."""
        if value is None or self.kind == "html":
            return None
        text, read = self.look_up(store, value)
        tag = tag_of(self.tag_start, revision, path, query)
        return self.answer(tag, text, value) if read == revision else None

    def look_up(self, store: Store, feature_id: str) -> tuple[bytes, str]:
        """Return the text of a feature, and the revision of the data that it is of."""
        text, revision = store.feature(self.collection, feature_id)
        if text is None:
            raise NotFound(f"collection {self.collection} has no feature {feature_id}")
        return (text if self.crs == CRS84 else in_crs((text,), self.crs)[0]), revision

    def answer(self, tag: str, text: bytes, value: str | None) -> Ready:
        """Return the answer as GeoJSON."""
        varying = ((b"etag", tag.encode()), (b"link", filled(self.header, value)))
        body = b"".join((text[:-1], b',"links":', filled(self.links, value), b"}"))
        return Ready(body, (*self.headers, *varying))


async def answer_feature(request: Request, collection: str, feature_id: str) -> Response:
    """Answer one feature as GeoJSON, or as a page for people.

    Raises
    ------
    NotFound
        There is no such collection, or no such feature in it.
    InvalidRequest
        A parameter is unknown or invalid.
    """
    scope, store = request.scope, state_of(request).store
    path, query = scope["path"], scope["query_string"]
    gapped, value = id_apart(path, feature_id)
    frame = framed(request, gapped, query, lambda alike: _frame(alike, collection))
    tag = tag_of(frame.tag_start, moment_of(request).revision, path, query)
    text, _ = await looked_up(store, lambda: frame.look_up(store, feature_id))
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    if frame.kind == "html":
        return _page(request, frame, tag, text, filled(frame.links, value))
    return frame.answer(tag, text, value)


def _frame(request: Request, collection: str) -> _Frame:
    layer = catalog_of(request).layer(collection)
    asked = read_parameters(request.scope["query_string"], ("f", "crs"))
    crs = parse_offered(request, (Source(layer.id),), asked.get("crs"))
    kind = choose(asked.get("f"), header(request.scope, b"accept"), OFFERS)
    links = own_links(request, kind, GEOJSON, "GeoJSON")
    links.append(link(url(request, f"/collections/{layer.id}"), "collection", JSON, layer.id))
    fixed = {"content-type": GEOJSON, **KEPT, "content-crs": content_crs(crs)}
    return _Frame(
        layer.id,
        kind,
        crs,
        tag_start(request, kind),
        orjson.dumps(links),
        link_header(links).encode("latin-1"),
        tuple(written(fixed)),
    )


def _page(request: Request, frame: _Frame, tag: str, text: bytes, links: bytes) -> Response:
    layer, shown = catalog_of(request).layer(frame.collection), orjson.loads(links)
    page = html.answer_page(
        request,
        "feature.html",
        tag,
        shown,
        crs=frame.crs,
        feature=orjson.loads(text),
        layer=layer,
        links=shown,
    )
    page.headers["Content-Crs"] = content_crs(frame.crs)
    return page
