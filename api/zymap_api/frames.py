"""Frames: what alike answers share, made once, with gaps for what differs.

The pages of a question have the same links but for the id behind which each begins, the features
of a collection the same but for their own id. Parsing, choosing and linking is done for the first
of them; the others fill in the gaps.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

import orjson
from starlette.requests import Request
from starlette.types import Scope

from zymap.crs import Crs
from zymap.store.base import Store
from zymap_api.answers import (
    REVALIDATED,
    Ready,
    content_crs,
    tag_of,
    tag_start,
    written,
)
from zymap_api.headers import Headers, host_and_accept
from zymap_api.links import Link, link_header
from zymap_api.media import GEOJSON
from zymap_api.memory import QUESTION_BYTES
from zymap_api.state import Moment, State, moment_of, state_of

# What stands in a frame where answers differ. No caller can know it, and none is told.
GAP = secrets.token_hex(8)

# What stands for itself in a URL and in JSON.
_PLAIN_ID = re.compile(r"[\w.~-]+", re.ASCII)
_AFTER = re.compile(rb"(?:^|&)after=([\w.~-]+)(?=&|$)", re.ASCII)
_GAP_BYTES = GAP.encode()


class Frame(Protocol):
    """What alike answers share."""

    def fill(
        self, store: Store, revision: str, path: str, query: bytes, value: str | None
    ) -> Ready | None:
        """Return an answer, or None where that is not done at once, or the data have changed.

        Parameters
        ----------
        revision : str
            That of the data.
        path, query : str, bytes
            Those of the request.
        value : str or None
            What fills the gaps; None of a frame without gaps.
        """
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What answers look alike in, whatever features they have.

    Attributes
    ----------
    links, header : bytes
        The links as JSON, and the header ``Link``; with gaps.
    headers : sequence of (bytes, bytes)
        Those that all the answers have.
    """

    kind: str
    crs: Crs
    tag_start: int
    links: bytes
    header: bytes
    headers: Headers

    @classmethod
    def of(
        cls, request: Request, kind: str, crs: Crs, links: Sequence[Link], named: Sequence[Link]
    ) -> Look:
        """Return the look of the answers to a request with gaps; `named` are the header's links."""
        fixed = {"content-type": GEOJSON, **REVALIDATED, "content-crs": content_crs(crs)}
        return cls(
            kind,
            crs,
            tag_start(request, kind),
            orjson.dumps(links),
            link_header(named).encode("latin-1"),
            tuple(written(fixed)),
        )

    def tag(self, revision: str, path: str, query: bytes) -> str:
        """Return the tag of one answer."""
        return tag_of(self.tag_start, revision, path, query)

    def ready(self, body: bytes, tag: str, links: bytes) -> Ready:
        """Return one answer as GeoJSON; `links` is its header ``Link``."""
        return Ready(body, (*self.headers, (b"etag", tag.encode()), (b"link", links)))


AnyFrame = TypeVar("AnyFrame", bound=Frame)
Made = TypeVar("Made")


def framed(
    request: Request, path: str, query: bytes, make: Callable[[Request], AnyFrame]
) -> AnyFrame:
    """Return the frame of the answer to a request: the one that was made before, or a new one.

    Parameters
    ----------
    path, query : str, bytes
        Those of the request, with gaps.
    make : callable
        Makes the frame of a request that is like this one but for the gaps. It may depend on what
        the frame is remembered by: data, day, path, query, and the headers Host and Accept.
    """
    scope, frames = request.scope, state_of(request).frames
    posted = scope["method"] == "POST"
    key = _key(scope, host_and_accept(scope), moment_of(request), path, query)
    found: AnyFrame | None = None if posted else frames.get(key)
    if found is None:
        found = make(Request({**scope, "path": path, "query_string": query}))
        if not posted and len(path) + len(query) <= QUESTION_BYTES:
            frames.keep(key, found)
    return found


def of_path(request: Request, make: Callable[[Request], Made]) -> Made:
    """Return what `make` makes of a request, of its path alone and not of what is asked there."""
    scope, frames = request.scope, state_of(request).frames
    key = ("path", *_key(scope, host_and_accept(scope), moment_of(request), scope["path"], b""))
    found = frames.get(key)
    if found is None:
        found = make(request)
        frames.keep(key, found)
    return found


class Remembered(NamedTuple):
    """The frame of an answer, what fills it, and the path of the request, with a gap."""

    frame: Frame
    value: str | None
    path: str


def remembered(state: State, scope: Scope, moment: Moment) -> Remembered | None:
    """Return the frame of the answer to a request, if there is one."""
    asking, path = host_and_accept(scope), scope["path"]
    query, value = after_apart(scope["query_string"])
    found = state.frames.get(_key(scope, asking, moment, path, query))
    if found is None and value is None:
        path, value = id_apart(path, path.rpartition("/")[2])
        found = state.frames.get(_key(scope, asking, moment, path, query))
    return None if found is None else Remembered(found, value, path)


def _key(
    scope: Scope,
    asking: tuple[bytes | None, bytes | None],
    moment: Moment,
    path: str,
    query: bytes,
) -> tuple[object, ...]:
    return (moment.revision, moment.day, scope["scheme"], path, query, *asking)


def after_apart(query_string: bytes) -> tuple[bytes, str | None]:
    """Return a query string with a gap for the value of ``after``, and the value.

    Where it has none, or none that is written plainly, it stays as it is.
    """
    found = _AFTER.search(query_string)
    if found is None:
        return query_string, None
    start, end = found.span(1)
    return query_string[:start] + _GAP_BYTES + query_string[end:], found[1].decode("ascii")


def id_apart(path: str, feature_id: str) -> tuple[str, str | None]:
    """Return a path that ends with a feature's id with a gap for it, and the id.

    An id that would have to be escaped stays in the path.
    """
    if _PLAIN_ID.fullmatch(feature_id) is None:
        return path, None
    return path[: -len(feature_id)] + GAP, feature_id


def filled(text: bytes, value: str | None) -> bytes:
    """Return a part of a frame with the gaps filled."""
    return text if value is None else text.replace(_GAP_BYTES, value.encode("ascii"))
