"""Frames: what alike answers share, made once, with gaps for what differs.

The pages of a question have the same links but for the id behind which each begins, questions for
places the same but for their boxes, the features of a collection the same but for their own id.
Parsing, choosing and linking is done for the first of them; the others fill in the gaps.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import unquote_to_bytes

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
from zymap_api.asker import asker_of
from zymap_api.headers import Headers, as_sent, in_lines
from zymap_api.links import Link, escaped, link_header
from zymap_api.media import GEOJSON
from zymap_api.memory import QUESTION_BYTES, Body, Whole
from zymap_api.state import Moment, State, moment_of, state_of

_WORD = secrets.token_hex(8)
# What stands in a frame where answers differ: the id of a feature, or a parameter's value. No
# caller can know it, and none is told.
GAPS = {name: f"{_WORD}{name}" for name in ("id", "after", "bbox", "filter")}
_GAP_BYTES = {name: gap.encode() for name, gap in GAPS.items()}

# What stands for itself in a URL and in JSON.
_PLAIN_ID = re.compile(r"[\w.~-]+", re.ASCII)
# What stands for a value in a URL, and may stand in JSON and in a header.
_AS_WRITTEN = re.compile(rb"[\w.~!*'()$,:;/@+%=-]+", re.ASCII)
# Each parameter that has a gap, with its value where that is of the plain form.
_PAIRS = (
    ("after", "after=", re.compile(rb"(?:^|&)after=([\w.~-]+)(?=&|$)", re.ASCII)),
    ("bbox", "bbox=", re.compile(rb"(?:^|&)bbox=([\d.,-]+)(?=&|$)", re.ASCII)),
    ("filter", "filter=", re.compile(rb"(?:^|&)filter=([^&]+)")),
)
# Names that say what they are, and none that says how a box or a filter is to be read.
_NAMED_PLAINLY = re.compile(
    rb"(?:(?!bbox-|filter-)[\w.~-]+=[^&]*(?:&(?=.)|$))*", re.ASCII | re.DOTALL
)


class Filling(NamedTuple):
    """What one answer fills into its frame.

    Attributes
    ----------
    values : mapping of str to str
        What the caller gave, by the names of `GAPS`.
    texts : sequence of (bytes, bytes)
        Each gap, and what stands there in a URL.
    """

    values: Mapping[str, str]
    texts: Sequence[tuple[bytes, bytes]]


NOTHING = Filling({}, ())


class Frame(Protocol):
    """What alike answers share."""

    def fill(
        self, store: Store, revision: str, path: str, query_string: bytes, filling: Filling
    ) -> Whole | None:
        """Return an answer as it goes out.

        It is None where that is not done at once, or the data have changed.

        Parameters
        ----------
        revision : str
            That of the data.
        path, query_string : str, bytes
            Those of the request.
        filling : Filling
            What fills all the gaps.
        """
        ...


class Filled(NamedTuple):
    """What is filled into the look of an answer: its body, its tag, and its header ``Link``."""

    body: Body
    tag: bytes
    links: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """What answers look alike in, whatever features they have.

    Attributes
    ----------
    links, header : bytes
        The links as JSON, and the header ``Link``; with gaps.
    headers : sequence of (bytes, bytes)
        Those that all the answers have.
    head : bytes
        The same as they go out, each on its line.
    """

    kind: str
    crs: Crs
    tag_start: int
    links: bytes
    header: bytes
    headers: Headers
    head: bytes

    @classmethod
    def of(
        cls, request: Request, kind: str, crs: Crs, links: Sequence[Link], named: Sequence[Link]
    ) -> Look:
        """Return the look of the answers to a request with gaps; `named` are the header's links."""
        fixed = written({"content-type": GEOJSON, **REVALIDATED, "content-crs": content_crs(crs)})
        return cls(
            kind,
            crs,
            tag_start(request, kind),
            orjson.dumps(links),
            link_header(named).encode("latin-1"),
            fixed,
            in_lines(as_sent(fixed)),
        )

    def tag(self, revision: str, path: str, query: bytes) -> str:
        """Return the tag of one answer."""
        return tag_of(self.tag_start, revision, path, query)

    def whole(self, own: Filled) -> Whole:
        """Return one answer as GeoJSON, as it goes out."""
        body, tag, links = own
        given = (self.head, sum(map(len, body)), tag, links)
        return Whole(200, b"%bcontent-length: %d\r\netag: %b\r\nlink: %b\r\n" % given, body)

    def ready(self, own: Filled) -> Ready:
        """Return one answer as GeoJSON, as it leaves a door."""
        body, tag, links = own
        return Ready(b"".join(body), (*self.headers, (b"etag", tag), (b"link", links)))


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
    key = _key(scope, moment_of(request), path, query)
    found: AnyFrame | None = None if posted else frames.get(key)
    if found is None:
        found = make(Request({**scope, "path": path, "query_string": query}))
        if not posted and len(path) + len(query) <= QUESTION_BYTES:
            frames.keep(key, found)
    return found


def of_path(request: Request, make: Callable[[Request], Made]) -> Made:
    """Return what `make` makes of a request, of its path alone and not of what is asked there."""
    scope, frames = request.scope, state_of(request).frames
    key = ("path", *_key(scope, moment_of(request), scope["path"], b""))
    found = frames.get(key)
    if found is None:
        found = make(request)
        frames.keep(key, found)
    return found


class Remembered(NamedTuple):
    """The frame of an answer, what fills it, and the path of the request, with a gap."""

    frame: Frame
    filling: Filling
    path: str


def remembered(state: State, scope: Scope, moment: Moment) -> Remembered | None:
    """Return the frame of the answer to a request, if there is one."""
    path: str = scope["path"]
    query, filling = values_apart(scope["query_string"])
    found = state.frames.get(_key(scope, moment, path, query))
    if found is None and filling is NOTHING:
        path, filling = id_apart(path, path.rpartition("/")[2])
        found = state.frames.get(_key(scope, moment, path, query))
    return None if found is None else Remembered(found, filling, path)


def _key(scope: Scope, moment: Moment, path: str, query: bytes) -> tuple[object, ...]:
    who = asker_of(scope)
    return (moment.revision, moment.day, scope["scheme"], path, query, who.host, who.accept)


def values_apart(query_string: bytes) -> tuple[bytes, Filling]:
    """Return a query string with gaps for the values that alike questions differ in, and these.

    A value that cannot be read, or that a link would have otherwise, stays where it is. So do box
    and filter where a parameter tells how to read them, or might.
    """
    gapped = query_string
    # CPython looks for text in text some times as fast as for bytes in bytes.
    asked = query_string.decode("latin-1")
    values: dict[str, str] = {}
    texts: list[tuple[bytes, bytes]] = []
    for name, mark, pair in _PAIRS:
        # To look for the mark costs least, and most questions have none.
        found = pair.search(gapped) if mark in asked else None
        if found is None or (name != "after" and not _is_named_plainly(gapped, asked)):
            continue
        value, text = _read_filter(found[1]) if name == "filter" else (found[1].decode(), found[1])
        if value is None:
            continue
        start, end = found.span(1)
        gapped = gapped[:start] + _GAP_BYTES[name] + gapped[end:]
        values[name] = value
        texts.append((_GAP_BYTES[name], text))
    return gapped, Filling(values, texts) if values else NOTHING


def _is_named_plainly(gapped: bytes, asked: str) -> bool:
    unmarked = "%" not in asked and "bbox-" not in asked and "filter-" not in asked
    return unmarked or _NAMED_PLAINLY.fullmatch(gapped) is not None


def _read_filter(raw: bytes) -> tuple[str | None, bytes]:
    """Return a filter, None for one that cannot be read, and how it stands in a link."""
    try:
        value = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return None, raw
    if "\0" in value or not raw.isascii():
        return None, raw
    # A link may have it as it was written, but for what would end the link.
    return value, raw if _AS_WRITTEN.fullmatch(raw) else escaped(value).encode("ascii")


def id_apart(path: str, feature_id: str) -> tuple[str, Filling]:
    """Return a path that ends with a feature's id with a gap for it, and the id.

    An id that would have to be escaped stays in the path.
    """
    if _PLAIN_ID.fullmatch(feature_id) is None:
        return path, NOTHING
    filling = Filling({"id": feature_id}, ((_GAP_BYTES["id"], feature_id.encode("ascii")),))
    return path[: -len(feature_id)] + GAPS["id"], filling


def behind(filling: Filling, last: str) -> Filling:
    """Return what fills the link to the page behind a feature; `last` is its id, as written."""
    others = [pair for pair in filling.texts if pair[0] != _GAP_BYTES["after"]]
    return Filling(filling.values, (*others, (_GAP_BYTES["after"], last.encode("ascii"))))


def filled(text: bytes, filling: Filling) -> bytes:
    """Return a part of a frame with the gaps filled."""
    for gap, value in filling.texts:
        text = text.replace(gap, value)
    return text
