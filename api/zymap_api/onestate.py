"""An answer of one state of the data, though a request reads them more than once.

Tag, rows and counts are read one after the other; what is loaded in between would mix two states.
No lock is held for that: an answer that a load came into is dropped, and made again.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Message, Receive, Send


class Gate:
    """Let an answer out if nothing changed until it began to go; it is whole by then.

    Attributes
    ----------
    outdated : bool
        Whether something had changed, and the answer was not let out.
    """

    __slots__ = ("_moment", "_now", "_send", "outdated")

    def __init__(self, send: Send, now: Callable[[], object]) -> None:
        self._send = send
        self._now = now

    def open_for(self, moment: object) -> None:
        """Let out what is made at this moment, while it is the one that `now` returns."""
        self._moment = moment
        self.outdated = False

    async def __call__(self, message: Message) -> None:
        """Pass a message of the answer on, or drop it."""
        if message["type"] == "http.response.start":
            self.outdated = self._now() is not self._moment
        if not self.outdated:
            await self._send(message)


class Heard:
    """A request's messages, to be heard as often as its answer is made."""

    __slots__ = ("_messages", "_next", "_receive")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._messages: list[Message] = []
        self.rewind()

    def rewind(self) -> None:
        """Let the next listener hear them from the first on."""
        self._next = 0

    async def __call__(self) -> Message:
        """Return the next message."""
        if self._next == len(self._messages):
            self._messages.append(await self._receive())
        self._next += 1
        return self._messages[self._next - 1]
