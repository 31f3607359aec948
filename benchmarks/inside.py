"""What an answer takes inside the server's process: without a socket, a client, another process.

It tells whether a change to the code helps where the system's part would hide it; run it in turn in
a checkout with the change and one without. One connection is handed requests that nobody asked
before, and what it writes is dropped. Printed is the CPU time of a request: the median of the
rounds, and the least.

``python -m benchmarks.inside [--features 20000] [--rounds 15] [--questions "single,bbox"]
[--profile]``
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import uvicorn
import uvloop
from uvicorn.server import ServerState

from benchmarks.dataset import write_dataset
from benchmarks.machine import machine
from benchmarks.named import chosen
from benchmarks.serving import Question, questions
from zymap.load import load
from zymap.settings import read_settings
from zymap_api.wire import Wire

REQUESTS = 200
ADDRESS = ("127.0.0.1", 8080)
ANSWER_S = 30


class Sink(asyncio.Transport):
    """The end of a connection at which answers are counted and dropped."""

    def __init__(self) -> None:
        super().__init__({"peername": ADDRESS, "sockname": ADDRESS})
        self.answers = 0

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Take an answer that was known at sight."""
        self._count(next(iter(list_of_data)))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take a piece of another answer."""
        self._count(data)

    def is_closing(self) -> bool:
        """Stay open."""
        return False

    def _count(self, data: bytes | bytearray | memoryview) -> None:
        start = bytes(data[:12])
        if start.startswith(b"HTTP/"):
            if start != b"HTTP/1.1 200":
                raise ValueError(bytes(data))
            self.answers += 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--questions", default="", help="part of the names, with commas")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    options = parser.parse_args()
    possible = {each.name: each for each in questions(options.features)}
    asked = chosen(parser, "--questions", possible, options.questions).values()
    # One round warms up, and one is for the profile.
    count = min(REQUESTS, options.features // (options.rounds + 2))
    if not count:
        parser.error(f"--rounds: {options.features} features are not enough to ask anew so often")
    print(machine())
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        geodata, data = write_dataset(Path(name) / "geodata", options.features), Path(name) / "data"
        load(geodata, data)
        settings = read_settings(geodata=geodata, data_dir=data, access_log="off")
        # As for the processes of a server.
        os.environ.update(settings.environment())
        print(f"\n{options.features:,} features\n\n| question | µs | least |\n|---|---:|---:|")
        uvloop.run(_ask_all(asked, options.rounds, count, profiled=options.profile))


async def _ask_all(asked: Iterable[Question], rounds: int, count: int, *, profiled: bool) -> None:
    config = uvicorn.Config("zymap_api.server:create", factory=True, log_config=None)
    config.load()
    wire, sink = Wire(config, ServerState(), {}), Sink()
    wire.connection_made(sink)
    for question in asked:
        targets = [question.target(number) for number in range((rounds + 2) * count)]
        turns = [targets[first : first + count] for first in range(0, len(targets), count)]
        costs = [await _cost_us(wire, sink, turn) for turn in turns[:-1]][1:]
        print(
            f"| {question.name} | {statistics.median(costs):.1f} | {min(costs):.1f} |", flush=True
        )
        if profiled:
            with cProfile.Profile() as profile:
                await _cost_us(wire, sink, turns[-1])
            pstats.Stats(profile).sort_stats("tottime").print_stats(40)


async def _cost_us(wire: Wire, sink: Sink, targets: Sequence[str]) -> float:
    """Return what a request takes, in µs of CPU time."""
    requests = [f"GET {each} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".encode() for each in targets]
    begin = time.process_time()
    for request in requests:
        answers, end = sink.answers, time.monotonic() + ANSWER_S
        wire.data_received(request)
        # What was held in this turn of the loop is let go of.
        await asyncio.sleep(0)
        while sink.answers == answers:
            if time.monotonic() > end:
                raise TimeoutError(request)
            await asyncio.sleep(0.0005)
    return (time.process_time() - begin) / len(requests) * 1e6


if __name__ == "__main__":
    main()
