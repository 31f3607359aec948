"""What stands before the app: answers given lately, and a short way to the doors asked most.

An answer is kept as it went out, and given again while the data and the day are the same. Of one
that is like others, the frame is kept (`zymap_api.frames`), and filled. Every process keeps its own
and looks at the store at each use, so a load outdates what all of them hold
(`zymap.store.base.Store.revision`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from zymap.errors import StoreUnavailable, ZymapError
from zymap.lateness import today
from zymap_api.answers import holds
from zymap_api.asker import asker_of
from zymap_api.frames import remembered
from zymap_api.headers import as_sent, in_lines, in_pairs
from zymap_api.memory import Key, Memory, Recorder, Whole
from zymap_api.onestate import Gate, Heard
from zymap_api.problems import refusal
from zymap_api.state import MOMENT_KEY, SCOPE_KEY, Moment, State, now

# How often an answer is made, where the data change each time while it is.
TRIES = 3
_QUESTION_KEY = "zymap.question"


class Recalled(NamedTuple):
    """An answer that is known.

    Attributes
    ----------
    kept : bool
        Whether it went out before as it is.
    path : str
        That of the request; where many differ in an id alone, with a gap for it.
    """

    answer: Whole
    kept: bool
    path: str


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
    """

    def __init__(self, app: FastAPI, state: State, hot: Sequence[Route]) -> None:
        self.app = app
        self.state = state
        self._hot = [(route.path_regex, route.endpoint) for route in hot]
        self._moment: Moment | None = None
        self.memory = Memory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, by the short way, or through the app."""
        recalled = self.recall(scope)
        if recalled is None:
            await self.answer(scope, receive, send)
            return
        await send_whole(recalled.answer, send)

    def recall(self, scope: Scope) -> Recalled | None:
        """Return an answer that is kept, or has a frame, or None where `answer` has to make one.

        It is looked for once a request.
        """
        scope[SCOPE_KEY] = self.state
        if scope["type"] != "http" or _QUESTION_KEY in scope:
            return None
        who = asker_of(scope)
        asked, plain = None, False
        if not who.is_special and scope["method"] == "GET":
            asked = (scope["scheme"], scope["path"], scope["query_string"], who.asking)
            plain = who.is_plain and who.tags is None
            if plain and asked not in self.memory and (made := self._filled(scope, asked)):
                return made
        moment = self._now()
        if moment is None:
            return None
        kept = None if asked is None else self.memory.get(asked)
        if asked is None or kept is None:
            scope[_QUESTION_KEY] = Question(asked, moment, plain)
            return None
        if who.tags is not None and holds(who.tags.decode("latin-1"), kept.tag):
            return Recalled(kept.unchanged, kept=True, path=scope["path"])
        return Recalled(kept.answer, kept=True, path=scope["path"])

    def _filled(self, scope: Scope, key: Key) -> Recalled | None:
        """Return an answer that differs from others only by what fills the gaps of its frame."""
        moment, state = self._moment, self.state
        size = len(scope["path"]) + len(scope["query_string"])
        if moment is None or state.store.remote or size > state.settings.url_bytes:
            return None
        # Of the data, the frame finds out by itself.
        if moment.day != today():
            return None
        found = remembered(state, scope, moment)
        if found is None:
            return None
        try:
            made = found.frame.fill(
                state.store, moment.revision, scope["path"], scope["query_string"], found.filling
            )
        except ZymapError as error:
            # Perhaps it is but that the data have changed meanwhile.
            made = _refused(scope, error) if self._now() is moment else None
        except Exception:  # the app meets the same error, and logs it
            return None
        if made is None:
            return None
        if moment is self._moment and self.memory.is_seen(key):
            self.memory.keep(key, made, moment.revision)
        return Recalled(made, kept=False, path=found.path)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the answer to what `recall` found none for, and keep it if it is one to keep."""
        question: Question | None = scope.get(_QUESTION_KEY)
        if question is None:
            await self.app(scope, receive, send)
            return
        if question.key is None or not self.memory.is_seen(question.key):
            await self._of_one_state(question.moment, scope, receive, send, short=question.short)
            return
        recorder = Recorder(send)
        answered = await self._of_one_state(
            question.moment, scope, receive, recorder, short=question.short
        )
        whole = recorder.whole if answered is self._moment else None
        if whole is not None:
            self.memory.keep(question.key, whole, answered.revision)

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
            self.memory.forget()
        return moment

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
            response.raw_headers[:] = as_sent(response.raw_headers)
            await response(inside, receive, send)
            return True
        return False


async def send_whole(answer: Whole, send: Send) -> None:
    """Send an answer of which all is known."""
    headers = in_pairs(answer.head)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"".join(answer.body)})


def _refused(scope: Scope, error: ZymapError) -> Whole:
    response = refusal(Request(scope), error)
    return Whole(response.status_code, in_lines(as_sent(response.raw_headers)), (response.body,))
