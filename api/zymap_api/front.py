"""What stands before the app: answers given lately, and a short way to the doors asked most.

An answer is kept as it went out, and given again while the data and the day are the same. Every
process keeps its own and looks at the store before each use, so a load outdates what all of them
hold (`zymap.store.base.Store.revision`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from zymap.errors import StoreUnavailable, ZymapError
from zymap_api.answers import holds
from zymap_api.onestate import Gate, Heard
from zymap_api.problems import refusal
from zymap_api.state import MOMENT_KEY, SCOPE_KEY, Moment, State, now

KEPT_BYTES = 32 * 2**20
# An answer is kept when it is asked for again within as many others; most are never.
SEEN_MAXIMUM = 4096
QUESTION_BYTES = 2000
ANSWER_BYTES = 2**20
# How often an answer is made, where the data change each time while it is.
TRIES = 3
# Of the headers that a request may have, those that an answer depends on.
_ASKING = frozenset((b"accept", b"accept-encoding", b"host", b"origin"))
# What the app's rooms are for: who asks for none of it may take the short way.
_WANTS_ROOMS = frozenset((b"accept-encoding", b"origin"))
# A part of an answer, or an answer to somebody in particular, is not kept.
_SPECIAL = frozenset((b"authorization", b"cookie", b"range"))

_EMPTY = {"type": "http.response.body", "body": b""}
_QUESTION_KEY = "zymap.question"

Key = tuple[str, str, bytes, tuple[tuple[bytes, bytes], ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it went out."""

    start: Message
    body: Message
    tag: str
    unchanged: Message

    @property
    def size_bytes(self) -> int:
        """Of the body and, roughly, of what is round it."""
        return len(self.body["body"]) + 2000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as the memory knows it.

    Attributes
    ----------
    key : tuple or None
        None for what is not kept.
    moment : Moment
        What answers depend on beside the request.
    short : bool
        Whether the app's middleware has nothing to do with it.
    """

    key: Key | None
    moment: Moment
    short: bool


class Front:
    """The app with a memory.

    Parameters
    ----------
    hot : sequence of Route
        Doors of `app` that may be opened without its middleware.
    headers : sequence of (bytes, bytes)
        What the app's middleware adds to every answer.
    """

    def __init__(
        self,
        app: FastAPI,
        state: State,
        hot: Sequence[Route],
        headers: Sequence[tuple[bytes, bytes]],
    ) -> None:
        self.app = app
        self.state = state
        self._hot = [(route.path_regex, route.endpoint) for route in hot]
        self._headers = list(headers)
        self._moment: Moment | None = None
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.forget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, by the short way, or through the app."""
        recalled = self.recall(scope)
        if recalled is None:
            await self.answer(scope, receive, send)
            return
        for message in recalled:
            await send(message)

    def recall(self, scope: Scope) -> tuple[Message, Message] | None:
        """Return the messages of a kept answer, or None where `answer` has to make one."""
        scope[SCOPE_KEY] = self.state
        moment = self._now() if scope["type"] == "http" else None
        if moment is None:
            return None
        asking, held, short, special = _read(scope["headers"])
        if special or scope["method"] != "GET":
            scope[_QUESTION_KEY] = Question(None, moment, short=False)
            return None
        key = (scope["scheme"], scope["path"], scope["query_string"], asking)
        kept = self._kept.get(key)
        if kept is None:
            scope[_QUESTION_KEY] = Question(key, moment, short and held is None)
            return None
        self._kept.move_to_end(key)
        if held is not None and holds(held.decode("latin-1"), kept.tag):
            return kept.unchanged, _EMPTY
        return kept.start, kept.body

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the answer to what `recall` found none for, and keep it if it is one to keep."""
        question: Question | None = scope.get(_QUESTION_KEY)
        if question is None:
            await self.app(scope, receive, send)
            return
        if question.key is None or not self._is_seen(question.key):
            await self._of_one_state(question.moment, scope, receive, send, short=question.short)
            return
        recorder = _Recorder(send)
        answered = await self._of_one_state(
            question.moment, scope, receive, recorder, short=question.short
        )
        made = recorder.kept(answered.revision)
        if made is not None and answered is self._moment:
            self._keep(question.key, made)

    async def _of_one_state(
        self, moment: Moment, scope: Scope, receive: Receive, send: Send, *, short: bool
    ) -> Moment:
        """Answer from one state of the data, and return it: what a load came into is made again."""
        heard = Heard(receive)
        gate = Gate(send, self._now)
        for _ in range(TRIES):
            scope[MOMENT_KEY] = moment
            gate.open_for(moment)
            heard.rewind()
            if not (short and await self._by_the_short_way(scope, heard, gate)):
                await self.app(scope, heard, gate)
            if not gate.outdated:
                return moment
            moment = self._now() or moment
        heard.rewind()
        changing = StoreUnavailable("the data are being loaded anew; ask again in a moment")
        await refusal(Request(scope), changing)(scope, heard, send)
        return moment

    def _now(self) -> Moment | None:
        """Return what answers depend on beside the request; forget them when it changes."""
        try:
            moment = now(self.state.store, self._moment)
        except ZymapError:
            return None
        if moment is not self._moment:
            self._moment = moment
            self.forget()
        return moment

    def forget(self) -> None:
        """Keep nothing of what was answered."""
        self._kept.clear()
        self._size_bytes = 0
        self._seen, self._seen_before = set[Key](), set[Key]()

    def _is_seen(self, key: Key) -> bool:
        """Tell whether a question was asked lately; it is now. None of great length ever was."""
        if len(key[2]) + sum(len(value) for _, value in key[3]) > QUESTION_BYTES:
            return False
        if key in self._seen or key in self._seen_before:
            return True
        if len(self._seen) >= SEEN_MAXIMUM:
            self._seen, self._seen_before = set[Key](), self._seen
        self._seen.add(key)
        return False

    async def _by_the_short_way(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer by a hot door; return False, with nothing sent, where the app must answer."""
        path: str = scope["path"]
        for pattern, endpoint in self._hot:
            found = pattern.match(path)
            if found is None:
                continue
            inside = {**scope, "app": self.app, "path_params": found.groupdict()}
            request = Request(inside, receive)
            try:
                response = await endpoint(request)
            except ZymapError as error:
                response = refusal(request, error)
            except Exception:  # the app meets the same error, and logs it
                return False
            response.raw_headers.extend(self._headers)
            await response(inside, receive, send)
            return True
        return False

    def _keep(self, key: Key, made: Kept) -> None:
        replaced = self._kept.pop(key, None)
        self._size_bytes += made.size_bytes - (replaced.size_bytes if replaced else 0)
        self._kept[key] = made
        while self._size_bytes > KEPT_BYTES:
            self._size_bytes -= self._kept.popitem(last=False)[1].size_bytes


class _Recorder:
    """Pass the messages of an answer on, and remember them if there are just two."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        if len(self._messages) < 3:
            self._messages.append(message)
        await self._send(message)

    def kept(self, revision: str) -> Kept | None:
        """Return the answer if it is one to keep: whole, small, and of these data."""
        if len(self._messages) != 2:
            return None
        start, body = self._messages
        content = body.get("body", b"")
        if start.get("status") not in (200, 204) or len(content) > ANSWER_BYTES:
            return None
        if body["type"] != "http.response.body" or body.get("more_body", False):
            return None
        headers = list(start["headers"])
        tag = next((value for name, value in headers if name == b"etag"), b"").decode("latin-1")
        if not tag.startswith(f'W/"{revision}-'):
            return None
        about_body = (b"content-length", b"content-type", b"content-encoding", b"link")
        unchanged = [pair for pair in headers if pair[0] not in about_body]
        return Kept(
            {"type": "http.response.start", "status": start["status"], "headers": headers},
            {"type": "http.response.body", "body": content},
            tag,
            {"type": "http.response.start", "status": 304, "headers": unchanged},
        )


def _read(
    headers: Sequence[tuple[bytes, bytes]],
) -> tuple[tuple[tuple[bytes, bytes], ...], bytes | None, bool, bool]:
    """Return what the answer depends on, the tags held, and if the request is plain, or special."""
    asking: list[tuple[bytes, bytes]] = []
    held: bytes | None = None
    short, special = True, False
    for pair in headers:
        name = pair[0]
        if name in _ASKING:
            asking.append(pair)
            short = short and name not in _WANTS_ROOMS
        elif name == b"if-none-match":
            held = pair[1]
        elif name in _SPECIAL:
            special = True
    return tuple(asking), held, short, special
