"""The line of a request: who asked what, and what came of it.

A record of Python's logging for each request would cost a fifth of what answering from memory
does. The lines are put together here, from parts that repeat, and written some at a time.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache
from time import time

from starlette.types import Scope

from zymap_api.logs import clock, json_text, moment

_FLUSH_AFTER_S = 0.5
_FLUSH_LINES = 200
_PARTS_REMEMBERED = 1024

# Method, path, query; status, size in bytes, time in seconds.
Asked = tuple[str, str, bytes]
Answered = tuple[int, int, float]


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
        self._lines: list[str] = []
        self._flushing: asyncio.TimerHandle | None = None

    def add(self, scope: Scope, request_id: str, answered: Answered) -> None:
        """Write a line soon; to be called in the event loop."""
        client = scope["client"]
        self._lines.append(
            self._line(
                request_id,
                (scope["method"], scope["path"], scope["query_string"]),
                answered,
                client[0] if client else "",
            )
        )
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()
        elif self._flushing is None:
            loop = asyncio.get_running_loop()
            self._flushing = loop.call_later(_FLUSH_AFTER_S, self.flush)

    def flush(self) -> None:
        """Write all lines now."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        if self._lines:
            text = "\n".join(self._lines)
            self._lines = []
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


def _json_line(request_id: str, asked: Asked, answered: Answered, client: str) -> str:
    status, size, seconds = answered
    return (
        f'{{"time":"{moment(time())}","level":"info","logger":"zymap.access",'
        f'"request_id":"{request_id}",{_json_parts(*asked)},"status":{status},"bytes":{size},'
        f'"duration_ms":{seconds * 1000:.2f},"client":{_json_client(client)}}}'
    )


@lru_cache(_PARTS_REMEMBERED)
def _json_parts(method: str, path: str, query: bytes) -> str:
    fields = {"method": method, "path": path, "query": query.decode("latin-1")}
    return json_text(fields)[1:-1]


@lru_cache(_PARTS_REMEMBERED)
def _json_client(client: str) -> str:
    return json_text(client)


def _text_line(request_id: str, asked: Asked, answered: Answered, client: str) -> str:
    (method, path, query), (status, size, seconds) = asked, answered
    address = f"{path}?{query.decode('latin-1')}" if query else path
    line = (
        f"{clock(time())} {client} {method} {address} {status} {size} B "
        f"{seconds * 1000:.2f} ms [{request_id}]"
    )
    # What a caller sent must not move the cursor of who reads it.
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
