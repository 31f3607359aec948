"""What stands before all: every request gets an id, is counted, and has its line in the log."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from time import perf_counter, time

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zymap_api.logs import AccessLog, moment
from zymap_api.metrics import Metrics
from zymap_api.requestid import HEADER, REQUEST_ID, id_of

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
        self._metrics = metrics
        self._log = log
        patterns = [(route.path_regex, route.path) for route in routes]

        @lru_cache(PATHS_REMEMBERED)
        def route_of(path: str) -> str:
            if path.startswith("/static/"):
                return "/static"
            return next((name for pattern, name in patterns if pattern.match(path)), OTHER)

        self._route_of = route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell when the answer is out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            if self._log is not None:
                self._log.flush()
            return
        started = perf_counter()
        request_id = id_of(scope["headers"])
        REQUEST_ID.set(request_id)
        status = size = 0

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                pair = (HEADER, request_id.encode())
                # A kept answer is given more than once: its own message stays as it is.
                message = {**message, "headers": [*message["headers"], pair]}
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            seconds = perf_counter() - started
            self._metrics.count(self._route_of(scope["path"]), status or 500, seconds)
            if self._log is not None:
                self._log.add(_line(scope, request_id, status, size, seconds))


def _line(
    scope: Scope, request_id: str, status: int, size: int, seconds: float
) -> dict[str, object]:
    client = scope["client"]
    return {
        "time": moment(time()),
        "level": "info",
        "logger": "zymap.access",
        "request_id": request_id,
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "status": status,
        "bytes": size,
        "duration_ms": round(seconds * 1000, 2),
        "client": client[0] if client else "",
    }
