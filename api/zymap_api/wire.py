"""What is known at sight is written while its request is read.

uvicorn makes a cycle and a task for each request, and looks through each header of its answer. That
costs as much as filling a frame, and more than giving a kept answer again, and neither has anything
to wait for. Whatever else is asked goes uvicorn's way.

Who keeps a connection sends the same headers with each request. They are parsed once: of a request
that comes with the very bytes of one before, only the first line is read.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import Any, NamedTuple

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from zymap.store.base import Store
from zymap_api.headers import in_lines
from zymap_api.memory import Whole
from zymap_api.requestid import REQUEST_ID
from zymap_api.watch import Watch

# A GET of a path and a query that every reader of addresses takes apart alike.
_PLAIN_LINE = re.compile(
    rb"GET (/(?!/)[\w.~!$&'()*+,;=:@/-]*)(?:\?([\w.~!$&'()*+,;=:@/?%-]*))? HTTP/1\.1", re.ASCII
)
# Of longer headers nothing is kept with a connection.
_HEADERS_BYTES = 4096
# So many are answered by one look for changes at most.
QUESTIONS_A_TURN = 256

LookAt = Callable[[Scope], Whole | None]


class Alike(NamedTuple):
    """A request that was answered at sight: all but its first line, and what it said."""

    rest: bytes
    scope: Scope


class Wire(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with a shorter way for what a `Watch` answers at sight."""

    # uvicorn sets these when a connection or a request begins, and declares them as set.
    cycle: Any
    parser: Any
    scope: Any

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._look, self._look_again, self._turn = _looks(config)
        self._has_had_its_turn = False
        self._begun, self._is_between = 0, True
        self._answered: Scope | None = None
        self._alike: Alike | None = None

    def data_received(self, data: bytes) -> None:
        """Read what came; of several requests in it, one is answered at once: others wait, too."""
        self._has_had_its_turn = False
        first, _, rest = data.partition(b"\r\n")
        alike, was_between = self._alike, self._is_between
        if alike and rest == alike.rest and was_between and self._answers_alike(first, alike.scope):
            return
        self._begun, self._answered = 0, None
        super().data_received(data)
        if was_between:
            self._keep_alike(first, rest)

    def on_message_begin(self) -> None:
        """Note that a request is being read."""
        self._begun, self._is_between = self._begun + 1, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Answer at once, or have uvicorn start the app."""
        if not self._answers_at_once():
            # After an answer that was written meanwhile, the connection would wait for nothing.
            self._unset_keepalive_if_required()
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Tell the app that it has heard all, if it was started."""
        self._is_between = not self.parser.should_upgrade()
        if self.cycle is not None:
            super().on_message_complete()

    def _answers_at_once(self) -> bool:
        if not (self._is_free() and self._reads_plainly()):
            return False
        if not self._answers(self.scope, self._look):
            return False
        self._answered = self.scope
        return True

    def _answers_alike(self, first: bytes, before: Scope) -> bool:
        """Answer a request that differs from one before in its first line."""
        line = _PLAIN_LINE.fullmatch(first)
        if line is None or not self._is_free():
            return False
        path, query = line.groups(b"")
        scope = {**before, "path": path.decode("ascii"), "query_string": query}
        if self._answers(scope, self._look_again):
            return True
        # uvicorn reads it now; there is no use in a second look.
        self._has_had_its_turn = True
        return False

    def _answers(self, scope: Scope, look: LookAt) -> bool:
        """Answer a request, if the answer is known."""
        self._turn.take(self.loop)
        try:
            answer = look(scope)
        except Exception:  # the app meets the same error, and logs it
            return False
        finally:
            # What uvicorn logs in this context, which all connections share, is of no request.
            REQUEST_ID.set("")
        if answer is None:
            return False
        self._has_had_its_turn = True
        self._write(answer)
        self.on_response_complete()
        return True

    def _keep_alike(self, first: bytes, rest: bytes) -> None:
        """Keep what came, if it is all of one request, and nothing else, and was answered."""
        is_whole = self._begun == 1 and self._is_between
        if self._answered is not None and is_whole and len(rest) <= _HEADERS_BYTES:
            self._alike = Alike(rest, self._answered) if _PLAIN_LINE.fullmatch(first) else None

    def _is_free(self) -> bool:
        """Tell whether it is this connection's turn, nothing must go out first, and is let out."""
        if self._has_had_its_turn or self.flow.write_paused:
            return False
        return self.cycle is None or self.cycle.response_complete

    def _reads_plainly(self) -> bool:
        """Complete the scope of a GET without escapes, over a connection that stays."""
        parser, url, scope = self.parser, self.url, self.scope
        if parser.get_method() != b"GET" or parser.get_http_version() != "1.1":
            return False
        path, _, query = url.partition(b"?")
        if path[:1] != b"/" or b"%" in path or b"#" in url:
            return False
        scope["method"], scope["path"], scope["query_string"] = "GET", path.decode("ascii"), query
        return parser.should_keep_alive()

    def _write(self, answer: Whole) -> None:
        status, head, body = answer
        always = in_lines(self.server_state.default_headers)
        self.transport.writelines((b"%b%b%b\r\n" % (STATUS_LINE[status], always, head), *body))


class Turn:
    """A turn of the loop, in which it hands out what it has read.

    All of that was sent before, so nobody can tell whether the store looked for changes at each
    request or at the first. What is written at sight is written in the turn in which it was read;
    tasks that are started there run in the next one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._questions = 0

    def take(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ask in this turn: at the first question begin it, and see that it ends before the next.

        The loop reads again without a new turn only where it found 1,024 connections to read from.
        """
        self._questions += 1
        if self._questions == 1:
            self._store.hold()
            loop.call_soon(self._end)
        elif self._questions == QUESTIONS_A_TURN:
            self._store.let_go()

    def _end(self) -> None:
        self._questions = 0
        self._store.let_go()


@lru_cache(1)
def _looks(config: Config) -> tuple[LookAt, LookAt, Turn]:
    """Return what answers at sight: the app's watch, told who asks by a proxy that is trusted.

    The second one is for a scope that was told before; the turn is what all connections share.
    """
    app = config.loaded_app
    watch: Any = getattr(app, "app", None)
    if not isinstance(app, ProxyHeadersMiddleware) or not isinstance(watch, Watch):
        raise TypeError(f"uvicorn is to serve a Watch that is told of proxies, not {app!r}")
    read: Any = copy(app)
    read.app = _nobody

    def at_sight(scope: Scope) -> Whole | None:
        reading = read(scope, None, None)
        try:
            # It waits for nothing, so it ends at the first step.
            reading.send(None)
        except StopIteration:
            return watch.at_sight(scope)
        raise TypeError("uvicorn waits for something while it reads a proxy's headers")

    return at_sight, watch.at_sight, Turn(watch.store)


async def _nobody(scope: Scope, receive: None, send: None) -> None:
    """Stand where the app would: what a proxy tells is written into the scope, and that is all."""
