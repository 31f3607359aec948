"""What stands before all: every request gets an id, is counted, and has its line in the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from time import perf_counter

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zymap_api.accesslog import AccessLog
from zymap_api.metrics import Metrics
from zymap_api.requestid import HEADER, REQUEST_ID, id_of

ACCOUNT_KEY = "zymap.account"
OTHER = "other"
PATHS_REMEMBERED = 4096


class Watch:
    """Pass requests on and tell of them.

    Parameters
    ----------
    routes : sequence of Route
        By these requests are counted; what is none of them counts as one.
    log : AccessLog or None
        None writes no line.
    """

    def __init__(
        self, app: ASGIApp, routes: Sequence[Route], metrics: Metrics, log: AccessLog | None
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.log = log
        self.route_of = _router(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell when the answer is out."""
        if scope["type"] != "http":
            try:
                await self.app(scope, receive, send)
            finally:
                if self.log is not None:
                    self.log.flush()
            return
        account = Account(self, scope, send)
        try:
            await self.app(scope, receive, account.pass_on)
        finally:
            account.close()


class Account:
    """What is told of one request."""

    __slots__ = ("_id", "_is_kept", "_scope", "_size", "_started", "_status", "_watch", "send")

    def __init__(self, watch: Watch, scope: Scope, send: Send) -> None:
        self._started = perf_counter()
        self._watch = watch
        self._scope = scope
        self._id = id_of(scope["headers"])
        self._status = 0
        self._size = 0
        self._is_kept = False
        self.send = send
        scope[ACCOUNT_KEY] = self
        REQUEST_ID.set(self._id)

    async def pass_on(self, message: Message) -> None:
        """Send a message of the answer, the first one with the id of the request."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message = self._named(message)
        else:
            self._size += len(message.get("body", b""))
        await self.send(message)

    def kept(self, start: Message, size: int) -> Message:
        """Take down an answer that is given from memory; return its first message.

        Its messages need not be passed on one by one: this is the way that is taken most.
        """
        self._status = start["status"]
        self._size = size
        self._is_kept = True
        return self._named(start)

    def _named(self, start: Message) -> Message:
        # A kept answer is given more than once: its own message stays as it is.
        headers = [*start["headers"], (HEADER, self._id.encode())]
        return {"type": "http.response.start", "status": start["status"], "headers": headers}

    def close(self) -> None:
        """Count the request and write its line."""
        watch, scope = self._watch, self._scope
        seconds = perf_counter() - self._started
        # Without a status there was no answer: the server ends the connection.
        status = self._status or 500
        if self._is_kept:
            watch.metrics.count_kept()
        else:
            watch.metrics.count(watch.route_of(scope["path"]), status, seconds)
        if watch.log is not None:
            watch.log.add(scope, self._id, (status, self._size, seconds), kept=self._is_kept)


def _router(routes: Sequence[Route]) -> Callable[[str], str]:
    """Return a function that finds the route of a path."""
    patterns = [(route.path_regex, route.path) for route in routes]

    @lru_cache(PATHS_REMEMBERED)
    def route_of(path: str) -> str:
        if path.startswith("/static/"):
            return "/static"
        return next((name for pattern, name in patterns if pattern.match(path)), OTHER)

    return route_of
