"""A client that asks over kept connections and does nothing but read the answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import httptools
import uvloop

from benchmarks.processes import cpu_s


class WrongAnswer(Exception):
    """A server did not answer with 200."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What some requests took: CPU microseconds of the server a request, requests a second."""

    cpu_us: float
    per_second: float


class Connections:
    """Kept HTTP/1.1 connections to a port of 127.0.0.1."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.number = number

    def body(self, target: str) -> bytes:
        """Return the answer to one question."""
        return _run(self.port, 1, iter([target]), None).body

    def ask(self, targets: Iterable[str], seconds: float | None = None) -> int:
        """Ask all targets, or those that there is time for; return how many were answered."""
        return _run(self.port, self.number, iter(targets), seconds).answered

    def cost(
        self, roots: Sequence[int], targets: Iterable[str], seconds: float | None = None
    ) -> Cost:
        """Return what the requests take of the processes `roots` and their children."""
        cpu, clock = cpu_s(roots), time.perf_counter()
        count = self.ask(targets, seconds)
        spent, passed = cpu_s(roots) - cpu, time.perf_counter() - clock
        return Cost(spent / count * 1e6, count / passed)


class _Round:
    """What the connections of a round share."""

    def __init__(self, port: int, targets: Iterator[str], seconds: float | None) -> None:
        self.host = f"127.0.0.1:{port}"
        self._targets = targets
        self._end = None if seconds is None else time.monotonic() + seconds
        self.answered = 0
        self.body = b""

    def next(self) -> str | None:
        if self._end and time.monotonic() > self._end:
            return None
        return next(self._targets, None)


class _Connection(asyncio.Protocol):
    def __init__(self, shared: _Round, done: asyncio.Future[None]) -> None:
        self._shared = shared
        self._done = done
        self._parts: list[bytes] = []
        self._target: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._parser = httptools.HttpResponseParser(self)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(WrongAnswer(f"connection lost ({exc}): {self._target}"))

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        body = b"".join(self._parts)
        self._parts.clear()
        if (status := self._parser.get_status_code()) != 200:
            self._done.set_exception(WrongAnswer(f"{status} {body[:200]!r}: {self._target}"))
            self._transport.close()
            return
        self._shared.body = body
        self._shared.answered += 1
        self._send()

    def _send(self) -> None:
        self._target = self._shared.next()
        if self._target is None:
            self._done.set_result(None)
            self._transport.close()
            return
        self._transport.write(
            f"GET {self._target} HTTP/1.1\r\nHost: {self._shared.host}\r\n\r\n".encode()
        )


def _run(port: int, number: int, targets: Iterator[str], seconds: float | None) -> _Round:
    async def work() -> _Round:
        loop = asyncio.get_running_loop()
        shared = _Round(port, targets, seconds)
        ends: list[asyncio.Future[None]] = []
        for _ in range(number):
            end = loop.create_future()
            ends.append(end)
            await loop.create_connection(
                lambda end=end: _Connection(shared, end), "127.0.0.1", port
            )
        await asyncio.gather(*ends)
        return shared

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())
