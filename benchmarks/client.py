"""A client that asks over kept connections and does nothing but read the answers."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import httptools
import uvloop

from benchmarks.processes import cpu_s

Found = TypeVar("Found")
# How often a connection asks before that counts, if there is time.
OPENING, OPENING_S = 10, 0.3


class WrongAnswer(Exception):
    """A server did not answer with 200."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What some requests took: CPU microseconds of the server a request, requests a second."""

    cpu_us: float
    per_second: float


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.cpu_us for cost in costs),
        statistics.median(cost.per_second for cost in costs),
    )


class Connections:
    """Kept HTTP/1.1 connections to a port of 127.0.0.1; they are opened for each use."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.number = number

    def body(self, target: str) -> bytes:
        """Return the answer to one question."""

        async def work() -> bytes:
            asked = _Round([target])
            async with self._open() as connections:
                await connections[0].ask(asked)
            return asked.body

        return _run(work())

    def ask(self, targets: Iterable[str], seconds: float | None = None) -> int:
        """Ask all targets, or those that there is time for; return how many were answered."""

        async def work() -> int:
            asked = _Round(targets, seconds)
            async with self._open() as connections:
                await _all(connections, [asked] * len(connections))
            return asked.answered

        return _run(work())

    def cost(
        self, roots: Sequence[int], first: str, targets: Iterable[str], seconds: float | None = None
    ) -> Cost:
        """Return what the requests take of the processes `roots` and their children.

        Parameters
        ----------
        first : str
            What each connection asks some times before that counts: opening them is none of it,
            nor is what both ends do until they know how much the other takes at a time.
        """

        async def work() -> Cost:
            async with self._open() as connections:
                await _all(connections, [_Round([first]) for _ in connections])
                opening = _Round([first] * OPENING * len(connections), OPENING_S)
                await _all(connections, [opening] * len(connections))
                asked = _Round(targets, seconds)
                cpu, clock = cpu_s(roots), time.perf_counter()
                await _all(connections, [asked] * len(connections))
                spent, passed = cpu_s(roots) - cpu, time.perf_counter() - clock
            return Cost(spent / asked.answered * 1e6, asked.answered / passed)

        return _run(work())

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[list[_Connection]]:
        loop = asyncio.get_running_loop()
        connections = [_Connection(f"127.0.0.1:{self.port}") for _ in range(self.number)]
        for each in connections:
            await loop.create_connection(lambda each=each: each, "127.0.0.1", self.port)
        try:
            yield connections
        finally:
            for each in connections:
                each.close()


class _Round:
    """What the connections that ask together share."""

    def __init__(self, targets: Iterable[str], seconds: float | None = None) -> None:
        self._targets = iter(targets)
        self._end = None if seconds is None else time.monotonic() + seconds
        self.answered = 0
        self.body = b""

    def next(self) -> str | None:
        if self._end and time.monotonic() > self._end:
            return None
        return next(self._targets, None)


class _Connection(asyncio.Protocol):
    def __init__(self, host: str) -> None:
        self._host = host
        self._parts: list[bytes] = []
        self._target: str | None = None
        self._done: asyncio.Future[None] | None = None

    def ask(self, asked: _Round) -> asyncio.Future[None]:
        """Ask as long as there is something to ask."""
        self._round = asked
        done = self._done = asyncio.get_running_loop().create_future()
        self._send()
        return done

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"connection lost ({exc})")

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        body = b"".join(self._parts)
        self._parts.clear()
        if (status := self._parser.get_status_code()) != 200:
            self._fail(f"{status} {body[:200]!r}")
            return
        self._round.body = body
        self._round.answered += 1
        self._send()

    def _fail(self, problem: str) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(WrongAnswer(f"{problem}: {self._target}"))

    def _send(self) -> None:
        self._target = self._round.next()
        if self._target is None:
            if self._done is not None:
                self._done.set_result(None)
            return
        if self._transport.is_closing():
            # A server may close a connection that waits for the others.
            self._fail("connection lost")
            return
        self._transport.write(f"GET {self._target} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())


async def _all(connections: Sequence[_Connection], rounds: Sequence[_Round]) -> None:
    await asyncio.gather(*(c.ask(asked) for c, asked in zip(connections, rounds, strict=True)))


def _run(work: Coroutine[None, None, Found]) -> Found:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
