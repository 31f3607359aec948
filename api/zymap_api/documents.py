"""Documents: the answers that are not features, as JSON and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response

from zymap_api import html
from zymap_api.answers import answer, entity_tag, not_modified
from zymap_api.links import Link, own_links
from zymap_api.media import HTML, JSON, choose
from zymap_api.params import read_parameters

OFFERS = {"json": (JSON,), "html": (HTML,)}


def representation(request: Request, media_type: str = JSON) -> str:
    """Return ``json`` or ``html``: what this request for a document asks for.

    `media_type` is that of the JSON; plain JSON is as good.

    Raises
    ------
    UnknownName
        A parameter other than ``f``.
    """
    asked = read_parameters(request.scope["query_string"], ("f",))
    offers = OFFERS if media_type == JSON else {"json": (media_type, JSON), "html": (HTML,)}
    return choose(asked.get("f"), request.headers.get("accept"), offers)


def answer_document(
    request: Request,
    title: str,
    document: Mapping[str, Any],
    kind: str,
    template: str = "document.html",
    *,
    media_type: str = JSON,
    settings: str = "",
) -> Response:
    """Answer a document; its links get self and alternate.

    `media_type` is that of the JSON. `settings` tells what the document owes to settings: its tag
    must change with them as well.
    """
    tag = entity_tag(request, kind + settings)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    links = [
        *own_links(request, kind, media_type, "JSON"),
        *cast(list[Link], document.get("links", [])),
    ]
    whole = {**document, "links": links}
    if kind == "json":
        return answer(orjson.dumps(whole), media_type, tag, links=links[:2])
    return html.answer_page(request, template, tag, links[:2], title=title, document=whole)
