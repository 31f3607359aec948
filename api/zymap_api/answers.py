"""Answers that a cache may keep: entity tags, 304, Vary, Link.

Standard: RFC 9110, 8.8.3 and 13.1.2 (weak tags: ``timeStamp`` makes two answers differ in
bytes, not in meaning).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from zymap.crs import Crs
from zymap_api.headers import Headers, header
from zymap_api.links import Link, link_header, root_of
from zymap_api.state import moment_of


class Ready(Response):
    """A 200 whose headers are written out already: Starlette's own way costs more than a query."""

    def __init__(self, body: bytes, headers: Headers) -> None:
        self.status_code = 200
        self.background = None
        self.body = body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), *headers]


def entity_tag(request: Request, representation: str) -> str:
    """Return the weak tag of what this request would be answered with now.

    The address is part of it: some caches mix them up (RFC 9110, 8.8.3 asks it of none).
    """
    scope, start = request.scope, tag_start(request, representation)
    return tag_of(start, moment_of(request).revision, scope["path"], scope["query_string"])


def tag_start(request: Request, representation: str) -> int:
    """Return what tags of alike answers begin with: all that they depend on but the address."""
    # What is overdue today is not what was yesterday.
    day = moment_of(request).day if _depends_on_today(request) else ""
    return zlib.crc32(f"{root_of(request)} {representation} {day} ".encode())


def tag_of(start: int, revision: str, path: str, query_string: bytes) -> str:
    """Return the tag of an answer, from what the tags of its like begin with."""
    digest = zlib.crc32(path.encode("utf-8", "surrogatepass"), start)
    digest = zlib.crc32(query_string, zlib.crc32(b" ", digest))
    return f'W/"{revision}-{digest:08x}"'


def _depends_on_today(request: Request) -> bool:
    return b"due=" in request.scope["query_string"] or request.scope["path"].endswith("/facets")


def not_modified(request: Request, tag: str) -> Response | None:
    """Return a 304 if the client holds `tag` already, else None."""
    held = header(request.scope, b"if-none-match")
    # RFC 9110, 13.1.2: only what is asked by GET or HEAD can be "not modified".
    if held is None or request.method == "POST":
        return None
    return Response(status_code=304, headers=_headers(tag)) if holds(held, tag) else None


def holds(if_none_match: str, tag: str) -> bool:
    """Tell whether a header ``If-None-Match`` names `tag` (RFC 9110, 13.1.2)."""
    tags = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags


def answer(
    body: bytes | str,
    media_type: str,
    tag: str,
    *,
    links: Sequence[Link] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a 200 that a cache may keep and must ask about."""
    # The charset belongs to text/*; JSON's types have none (RFC 8259, 11).
    if media_type == "text/html":
        media_type = "text/html; charset=utf-8"
    made = {"content-type": media_type, **_headers(tag), **(headers or {})}
    if links:
        made["link"] = link_header(links)
    return Ready(body.encode() if isinstance(body, str) else body, written(made))


def written(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers as they go out."""
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    ]


def content_crs(crs: Crs) -> str:
    """Return the header ``Content-Crs`` (OGC 18-058r1, /req/crs/ogc-crs-header-value)."""
    return f"<{crs.uri}>"


# A cache may keep what it has, and must ask about it.
REVALIDATED = {"Cache-Control": "no-cache", "Vary": "Accept"}


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, **REVALIDATED}
