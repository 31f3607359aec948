"""What zymap's answers cost beside a bare Starlette endpoint that returns the same bytes.

Both are served by uvicorn with one process each, on the same machine and in the same run, and asked
in turn over kept connections by a client that does nothing but read. *Warm* is a question that is
asked again, *cold* one that nobody asked before. Compared is the CPU time that the server's process
takes for a request (`/proc`, so on Linux alone): machines differ and are shared, the share of the
bare endpoint's cost is what stays.

``python -m benchmarks.serving [--features 20000] [--connections 8] [--rounds 3]``
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, write_dataset

REQUESTS = 600
ITEMS = "/collections/projects/items"

BARE = """
import sys, pathlib, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
bodies = {path.name: path.read_bytes() for path in pathlib.Path(sys.argv[2]).iterdir()}
async def answer(request):
    return Response(bodies[request.path_params["name"]], media_type="application/geo+json")
app = Starlette(routes=[Route("/{name}", answer)])
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False)
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the n-th of many like it, all different."""

    name: str
    target: Callable[[int], str]


def questions(size: int) -> tuple[Question, ...]:
    """Return the questions to a dataset of `size` features."""
    chance = random.Random(7)
    starts = chance.sample(range(size), size)

    def feature(number: int) -> str:
        return f"my-project-{starts[number % size]:07d}"

    def box(share: float) -> Callable[[int], str]:
        width, height = (EAST - WEST) * share**0.5, (NORTH - SOUTH) * share**0.5

        def target(number: int) -> str:
            place = random.Random(number)
            west, south = place.uniform(WEST, EAST - width), place.uniform(SOUTH, NORTH - height)
            return f"{west:.6f},{south:.6f},{west + width:.6f},{south + height:.6f}"

        return target

    one, ten = box(0.01), box(0.1)
    area = "/areas/area-1/projects"
    return (
        Question("page of 100", lambda n: f"{ITEMS}?limit=100&after={feature(n)}"),
        Question("page of 1000", lambda n: f"{ITEMS}?limit=1000&after={feature(n)}"),
        Question("single item", lambda n: f"{ITEMS}/{feature(n)}"),
        Question("bbox of 1 %", lambda n: f"{ITEMS}?located=true&limit=1000&bbox={one(n)}"),
        Question("bbox of 1 % and unlocated", lambda n: f"{ITEMS}?limit=100&bbox={one(n)}"),
        Question("area", lambda n: f"{area}?limit=100&after={feature(n)}"),
        Question("area and bbox", lambda n: f"{area}?located=true&bbox={ten(n)}"),
        Question(
            "CQL2",
            lambda n: (
                f"{ITEMS}?filter=status%3D%27completion%27%20AND%20S_INTERSECTS(geometry,"
                f"BBOX({ten(n)}))"
            ),
        ),
        Question("text", lambda n: f"{ITEMS}?q={n}"),
    )


class Connections:
    """Kept HTTP/1.1 connections that read whole answers and nothing more."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.number = number

    def ask(self, targets: Sequence[str]) -> bytes:
        """Ask for all targets, over all connections at once; return the last answer's body."""
        return asyncio.run(self._ask(targets))

    async def _ask(self, targets: Sequence[str]) -> bytes:
        waiting = iter(targets)
        bodies = await asyncio.gather(*(self._work(waiting) for _ in range(self.number)))
        return next(body for body in bodies if body)

    async def _work(self, waiting: Iterator[str]) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
        body = b""
        for target in waiting:
            writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{target}: {head.decode()}")
            length = next(
                line.split(b":")[1]
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            body = await reader.readexactly(int(length))
        writer.close()
        return body


def cpu_s(pid: int) -> float:
    """Return the CPU seconds that all threads of a process have taken."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


@contextmanager
def serving(command: list[str], port: int) -> Iterator[int]:
    """Run a server for the time of the block; return its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"no server on port {port}")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        work = Path(name)
        geodata = write_dataset(work / "geodata", options.features)
        zymap = Path(sys.executable).with_name("zymap")
        os.environ["ZYMAP_DATA_DIR"] = str(work / "data")
        subprocess.run([zymap, "load", geodata], check=True)
        port = free_port()
        command = [str(zymap), "serve", "--port", str(port), "--geodata", str(geodata)]
        with serving(command, port) as pid:
            ours = Connections(port, options.connections)
            compare(ours, pid, work, questions(options.features), options.rounds)


def compare(
    ours: Connections, pid: int, work: Path, asked: Sequence[Question], rounds: int
) -> None:
    """Ask zymap and the bare endpoint in turn, and print a table."""
    bodies = work / "bodies"
    bodies.mkdir()
    for number, question in enumerate(asked):
        (bodies / str(number)).write_bytes(ours.ask([question.target(0)]))
    port = free_port()
    with serving([sys.executable, "-c", BARE, str(port), str(bodies)], port) as bare_pid:
        bare = Connections(port, ours.number)
        heads = ("bare µs", "warm µs", "share", "cold µs", "share")
        print(f"{'question':26}{'kB':>7}" + "".join(f"{head:>9}" for head in heads))
        for number, question in enumerate(asked):
            times = [
                _round(ours, pid, bare, bare_pid, number, question, turn) for turn in range(rounds)
            ]
            floor, warm, cold = (statistics.median(column) for column in zip(*times, strict=True))
            size = (bodies / str(number)).stat().st_size / 1000
            cells = (f"{floor:.0f}", f"{warm:.0f}", f"{floor / warm:.2f}")
            cells += (f"{cold:.0f}", f"{floor / cold:.2f}")
            print(f"{question.name:26}{size:7.1f}" + "".join(f"{cell:>9}" for cell in cells))


def _round(
    ours: Connections,
    pid: int,
    bare: Connections,
    bare_pid: int,
    number: int,
    question: Question,
    turn: int,
) -> tuple[float, float, float]:
    """Return the CPU microseconds a request of the bare endpoint, and of zymap warm and cold."""
    first = 1 + turn * REQUESTS
    return (
        cost_us(bare, bare_pid, [f"/{number}"] * REQUESTS),
        cost_us(ours, pid, [question.target(0)] * REQUESTS),
        cost_us(ours, pid, [question.target(n) for n in range(first, first + REQUESTS)]),
    )


def cost_us(connections: Connections, pid: int, targets: Sequence[str]) -> float:
    """Return the CPU microseconds that a server's process takes for one of some requests."""
    before = cpu_s(pid)
    connections.ask(targets)
    return (cpu_s(pid) - before) / len(targets) * 1e6


if __name__ == "__main__":
    main()
