"""The line of a request: who asked what, and what came of it.

A record of Python's logging for each request would cost a fifth of what answering from memory
does. The lines are put together here, and written some at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import time
from typing import NamedTuple

from starlette.types import Scope

from zymap_api.batch import Batch
from zymap_api.logs import clock, json_text, moment


class Ended(NamedTuple):
    """A request and what came of it."""

    when_s: float
    request_id: str
    method: str
    path: str
    query: bytes
    client: str
    status: int
    size: int
    seconds: float


class AccessLog:
    """The lines of requests, written to stderr some at a time.

    A line is there half a second after its request; of a process that is killed outright the last
    ones are lost.

    Parameters
    ----------
    json : bool
        Whether lines are JSON, or text for a person.
    with_kept : bool
        Whether answers that are given from memory should have their line, too.
    """

    def __init__(self, *, json: bool, with_kept: bool) -> None:
        self._line = _json_line if json else _text_line
        self.with_kept = with_kept
        self._ended = Batch(self._write)
        self.flush = self._ended.flush

    def add(self, scope: Scope, request_id: str, status: int, size: int, seconds: float) -> None:
        """Write a line soon; to be called in the event loop."""
        client = scope["client"]
        asked = scope["method"], scope["path"], scope["query_string"], client[0] if client else ""
        self._ended.add(Ended(time(), request_id, *asked, status, size, seconds))

    def _write(self, ended: Sequence[Ended]) -> None:
        lines = "\n".join(map(self._line, ended))
        sys.stderr.write(f"{lines}\n")
        sys.stderr.flush()


def _json_line(ended: Ended) -> str:
    return json_text(
        {
            "time": moment(ended.when_s),
            "level": "info",
            "logger": "zymap.access",
            "request_id": ended.request_id,
            "method": ended.method,
            "path": ended.path,
            "query": ended.query.decode("latin-1"),
            "status": ended.status,
            "bytes": ended.size,
            "duration_ms": round(ended.seconds * 1000, 2),
            "client": ended.client,
        }
    )


def _text_line(ended: Ended) -> str:
    query = ended.query.decode("latin-1")
    address = f"{ended.path}?{query}" if query else ended.path
    line = (
        f"{clock(ended.when_s)} {ended.client} {ended.method} {address} {ended.status} "
        f"{ended.size} B {ended.seconds * 1000:.2f} ms [{ended.request_id}]"
    )
    # What a caller sent must not move the cursor of who reads it.
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
