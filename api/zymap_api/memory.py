"""Answers that were asked for more than once, as they went out.

What is asked once is not kept: it would push out what is, and keeping it costs more than it saves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from starlette.types import Message, Send

from zymap_api.headers import in_lines, in_pairs

KEPT_BYTES = 32 * 2**20
# An answer is kept when it is asked for again within as many others; most are never.
SEEN_MAXIMUM = 4096
# A question of more bytes is remembered nowhere.
QUESTION_BYTES = 2000
ANSWER_BYTES = 2**20
# Answers tell when they were made: nobody is to take a new one for an old one.
KEPT_S = 30.0

# Scheme, path and query string; the headers that an answer depends on.
Key = tuple[str, str, bytes, tuple[tuple[bytes, bytes], ...]]


Body = Sequence[bytes | memoryview]


class Whole(NamedTuple):
    """An answer of which all is known.

    Attributes
    ----------
    head : bytes
        Its headers, each on its line.
    body : sequence of bytes
        Few parts, one behind the other.
    """

    status: int
    head: bytes
    body: Body

    @property
    def size_bytes(self) -> int:
        """Of the body."""
        return sum(map(len, self.body))


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it went out, its tag, what is said to who holds that, and how long it is."""

    answer: Whole
    tag: str
    unchanged: Whole
    until_s: float

    @property
    def size_bytes(self) -> int:
        """Of the body and, roughly, of what is round it."""
        return self.answer.size_bytes + 2000


class Memory:
    """Answers by their questions, up to a sum of bytes; the longest unused goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.forget()

    def __contains__(self, key: Key) -> bool:
        return self._fresh(key) is not None

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """Keep nothing of what was answered."""
        self._kept.clear()
        self.size_bytes = 0
        self._seen, self._seen_before = set[int](), set[int]()

    def get(self, key: Key) -> Kept | None:
        """Return the answer to a question, if it is kept."""
        kept = self._fresh(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def _fresh(self, key: Key) -> Kept | None:
        kept = self._kept.get(key)
        return kept if kept is not None and monotonic() < kept.until_s else None

    def is_seen(self, key: Key) -> bool:
        """Tell whether a question was asked lately; it is now. None of great length ever was."""
        size_bytes = len(key[2])
        for _, value in key[3]:
            size_bytes += len(value)
        if size_bytes > QUESTION_BYTES:
            return False
        # One that is taken for another is kept a little early.
        number = hash(key)
        if number in self._seen or number in self._seen_before:
            return True
        if len(self._seen) >= SEEN_MAXIMUM:
            self._seen, self._seen_before = set[int](), self._seen
        self._seen.add(number)
        return False

    def keep(self, key: Key, answer: Whole, revision: str) -> None:
        """Keep an answer if it is one to keep: small, and of these data."""
        made = _kept(answer, revision)
        if made is None:
            return
        replaced = self._kept.pop(key, None)
        self.size_bytes += made.size_bytes - (replaced.size_bytes if replaced else 0)
        self._kept[key] = made
        while self.size_bytes > KEPT_BYTES:
            self.size_bytes -= self._kept.popitem(last=False)[1].size_bytes


class Recorder:
    """Pass the messages of an answer on, and remember them."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        """Pass a message on."""
        if len(self._messages) < 3:
            self._messages.append(message)
        await self._send(message)

    @property
    def whole(self) -> Whole | None:
        """The answer, if it went out in one piece."""
        if len(self._messages) != 2:
            return None
        start, body = self._messages
        if body["type"] != "http.response.body" or body.get("more_body", False):
            return None
        return Whole(start["status"], in_lines(start["headers"]), (body.get("body", b""),))


def _kept(answer: Whole, revision: str) -> Kept | None:
    if answer.status not in (200, 204) or answer.size_bytes > ANSWER_BYTES:
        return None
    headers = in_pairs(answer.head)
    tag = next((value for name, value in headers if name == b"etag"), b"").decode("latin-1")
    if not tag.startswith(f'W/"{revision}-'):
        return None
    about_body = (b"content-length", b"content-type", b"content-encoding", b"link")
    unchanged = [pair for pair in headers if pair[0] not in about_body]
    # What is kept holds no more than what it is; a part may hold a file.
    held = Whole(answer.status, answer.head, (b"".join(answer.body),))
    return Kept(held, tag, Whole(304, in_lines(unchanged), ()), monotonic() + KEPT_S)
