"""One feature: its stored text with the links of OGC 17-069r4, 7.16."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Source
from zymap.errors import NotFound
from zymap.positions import in_crs
from zymap.store.base import Store
from zymap_api import html
from zymap_api.answers import content_crs, not_modified
from zymap_api.crs_offer import parse_offered
from zymap_api.frames import Filled, Filling, Look, filled, framed, id_apart
from zymap_api.headers import header
from zymap_api.links import link, own_links, url
from zymap_api.media import GEOJSON, HTML, JSON, choose
from zymap_api.memory import Whole
from zymap_api.params import read_parameters
from zymap_api.state import catalog_of, looked_up, moment_of, state_of

OFFERS = {"json": (GEOJSON, JSON), "html": (HTML,)}


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the answers of a collection's features share."""

    collection: str
    look: Look

    def fill(
        self, store: Store, revision: str, path: str, query_string: bytes, filling: Filling
    ) -> Whole | None:
        """Return the answer of one feature; see `zymap_api.frames.Frame`."""
        feature_id = filling.values.get("id")
        if feature_id is None or self.look.kind == "html":
            return None
        text, read = self.look_up(store, feature_id)
        if read != revision:
            return None
        tag = self.look.tag(revision, path, query_string)
        return self.look.whole(self.answer(tag, text, filling))

    def look_up(self, store: Store, feature_id: str) -> tuple[bytes, str]:
        """Return the text of a feature, and the revision of the data that it is of."""
        text, revision = store.feature(self.collection, feature_id)
        if text is None:
            raise NotFound(f"collection {self.collection} has no feature {feature_id}")
        return in_crs((text,), self.look.crs)[0], revision

    def answer(self, tag: str, text: bytes, filling: Filling) -> Filled:
        """Return what one answer has of its own."""
        body = b"".join((text[:-1], b',"links":', filled(self.look.links, filling), b"}"))
        return Filled((body,), tag.encode(), filled(self.look.header, filling))


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
    gapped, filling = id_apart(path, feature_id)
    frame = framed(request, gapped, query, lambda alike: _frame(alike, collection))
    tag = frame.look.tag(moment_of(request).revision, path, query)
    text, _ = await looked_up(store, lambda: frame.look_up(store, feature_id))
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    if frame.look.kind == "html":
        return _page(request, frame, tag, text, filled(frame.look.links, filling))
    return frame.look.ready(frame.answer(tag, text, filling))


def _frame(request: Request, collection: str) -> _Frame:
    layer = catalog_of(request).layer(collection)
    asked = read_parameters(request.scope["query_string"], ("f", "crs"))
    crs = parse_offered(request, (Source(layer.id),), asked.get("crs"))
    kind = choose(asked.get("f"), header(request.scope, b"accept"), OFFERS)
    links = own_links(request, kind, GEOJSON, "GeoJSON")
    links.append(link(url(request, f"/collections/{layer.id}"), "collection", JSON, layer.id))
    return _Frame(layer.id, Look.of(request, kind, crs, links, links))


def _page(request: Request, frame: _Frame, tag: str, text: bytes, links: bytes) -> Response:
    layer, shown = catalog_of(request).layer(frame.collection), orjson.loads(links)
    crs = frame.look.crs
    page = html.answer_page(
        request,
        "feature.html",
        tag,
        shown,
        crs=crs,
        feature=orjson.loads(text),
        layer=layer,
        links=shown,
    )
    page.headers["Content-Crs"] = content_crs(crs)
    return page
