"""What stands before all: every request gets an id, is counted, and has its line in the log."""

from __future__ import annotations

from time import perf_counter

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from zymap.store.base import Store
from zymap_api.accesslog import AccessLog
from zymap_api.asker import asker_of
from zymap_api.front import Front, send_whole
from zymap_api.headers import as_sent
from zymap_api.memory import Whole
from zymap_api.metrics import KEPT
from zymap_api.problems import Busy, UrlTooLong, refusal
from zymap_api.requestid import HEADER, REQUEST_ID, new_id


class Watch:
    """Pass requests on and tell of them.

    Parameters
    ----------
    log : AccessLog or None
        None writes no line.
    """

    def __init__(self, front: Front, log: AccessLog | None) -> None:
        self._front = front
        self._metrics = front.state.metrics
        self._settings = front.state.settings
        self._running = 0
        self._log = log
        self._log_of_kept = log if log is not None and log.with_kept else None

    @property
    def store(self) -> Store:
        """What the answers are looked up in."""
        return self._front.state.store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell of it."""
        if scope["type"] != "http":
            await self._live(scope, receive, send)
            return
        started = perf_counter()
        answer = self.at_sight(scope)
        if answer is None:
            await self._make(scope, receive, send, started)
        else:
            await send_whole(answer, send)

    def at_sight(self, scope: Scope) -> Whole | None:
        """Return the answer to a request, if it is known already, and tell of it as given."""
        started = perf_counter()
        request_id = asker_of(scope).request_id or new_id()
        REQUEST_ID.set(request_id)
        recalled = self._front.recall(scope)
        if recalled is None:
            return None
        answer, kept, path = recalled
        seconds = perf_counter() - started
        self._metrics.count(path, KEPT if kept else answer.status, seconds)
        log = self._log_of_kept if kept else self._log
        if log is not None:
            log.add(scope, request_id, answer.status, answer.size_bytes, seconds)
        head = b"%b%b: %b\r\n" % (answer.head, HEADER, request_id.encode())
        return Whole(answer.status, head, answer.body)

    async def _make(self, scope: Scope, receive: Receive, send: Send, started: float) -> None:
        # What was not known at sight has its id from there.
        request_id = REQUEST_ID.get()
        # Where no answer begins, the server ends the connection.
        status, size = 500, 0

        async def pass_on(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = _named(message, request_id)
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            self._running += 1
            await self._answer(scope, receive, pass_on)
        finally:
            self._running -= 1
            seconds = perf_counter() - started
            self._metrics.count(scope["path"], status, seconds)
            if self._log is not None:
                self._log.add(scope, request_id, status, size, seconds)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is one too many or too long."""
        limits = self._settings
        size = len(scope["path"]) + len(scope["query_string"])
        if self._running > limits.requests:
            error = Busy("as many requests are being answered as may be at once; ask again soon")
        elif size > limits.url_bytes:
            error = UrlTooLong(
                f"the path and the query have {size} bytes, at most {limits.url_bytes} are read; "
                "/search takes a long question as a body"
            )
        else:
            await self._front.answer(scope, receive, send)
            return
        response = refusal(Request(scope), error)
        response.raw_headers[:] = as_sent(response.raw_headers)
        await response(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app start and end; nothing is left unwritten."""
        try:
            await self._front(scope, receive, send)
        finally:
            if self._log is not None:
                self._log.flush()


def _named(start: Message, request_id: str) -> Message:
    """Return the first message of an answer with the id; a kept answer's stays as it is."""
    headers = [*start["headers"], (HEADER, request_id.encode())]
    return {"type": "http.response.start", "status": start["status"], "headers": headers}
