"""What zymap's answers cost beside a bare Starlette endpoint that returns the same bytes.

Both are served by uvicorn with one process each, on the same machine and in the same run, and asked
in turn over kept connections, ten seconds at most, by a client that does nothing but read. *Warm*
is a question that is asked again, *cold* one that nobody asked before. Compared is the CPU time
that the server, with the processes it started, takes for a request (by Linux's count): machines
differ and are shared, the share of the bare endpoint's cost is what stays. Requests a second are
what this one client reads.

``python -m benchmarks.serving [--features 500,20000,500000] [--connections 8,64] [--rounds 3]``
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Connections, Cost
from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, write_dataset
from benchmarks.machine import machine
from benchmarks.processes import free_port, memory_mb, serving, with_children

REQUESTS = 600
# A text that is sought in 500,000 names takes a third of a second.
SECONDS = 10
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


@dataclass(frozen=True, slots=True)
class Costs:
    """What a question costs the bare endpoint, and zymap warm and cold."""

    bare: Cost
    warm: Cost
    cold: Cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", default="500,20000,500000")
    parser.add_argument("--connections", default="8,64")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(machine())
    connections = [int(number) for number in options.connections.split(",")]
    found = {
        size: measure(size, connections, options.rounds)
        for size in map(int, options.features.split(","))
    }
    for number in connections:
        print_growth(number, {size: costs[number] for size, costs in found.items()})


def measure(
    size: int, connections: Sequence[int], rounds: int
) -> Mapping[int, Mapping[str, Costs]]:
    """Measure with a dataset of one size; print a table for each number of connections."""
    asked = questions(size)
    # No more than there are different ones.
    count = min(REQUESTS, size // (rounds * len(connections)))
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        work = Path(name)
        geodata, data = write_dataset(work / "geodata", size), work / "data"
        zymap = Path(sys.executable).with_name("zymap")
        quiet = subprocess.DEVNULL
        subprocess.run([zymap, "load", geodata, "--data", data], check=True, stdout=quiet)
        # What the system still writes of the files would be counted with the first question.
        os.sync()
        port, bare_port, bodies = free_port(), free_port(), work / "bodies"
        command = [zymap, "serve", "--port", str(port), "--geodata", geodata, "--data", data]
        with serving(command, port) as pid:
            write_bodies(Connections(port, 1), bodies, asked)
            bare_command = [sys.executable, "-c", BARE, str(bare_port), str(bodies)]
            with serving(bare_command, bare_port) as bare_pid:
                pair = Pair(port, pid, bare_port, bare_pid, asked, count)
                found = {}
                for turn, number in enumerate(connections):
                    found[number] = pair.costs(number, range(turn * rounds, (turn + 1) * rounds))
                    print_table(size, number, found[number], bodies)
            held = max((memory_mb(each) for each in with_children([pid])), key=lambda m: m["peak"])
            print(
                f"memory of a worker after the run: PSS {held['pss']:.0f} MB, "
                f"RSS {held['rss']:.0f} MB, at most {held['peak']:.0f} MB\n",
                flush=True,
            )
    return found


def write_bodies(ours: Connections, folder: Path, asked: Sequence[Question]) -> None:
    """Write the answers to the first of each kind of question, for the bare endpoint."""
    folder.mkdir()
    for number, question in enumerate(asked):
        (folder / str(number)).write_bytes(ours.body(question.target(0)))


@dataclass(frozen=True, slots=True)
class Pair:
    """zymap and the bare endpoint, running; `count` requests are asked at a time."""

    port: int
    pid: int
    bare_port: int
    bare_pid: int
    asked: Sequence[Question]
    count: int

    def costs(self, connections: int, rounds: Sequence[int]) -> Mapping[str, Costs]:
        """Ask both in turn in all rounds; return the medians by question."""
        found: dict[str, list[tuple[Cost, Cost, Cost]]] = {}
        for turn in rounds:
            for number, question in enumerate(self.asked):
                costs = self._round(number, question, connections, turn)
                found.setdefault(question.name, []).append(costs)
        return {
            name: Costs(*(_median(column) for column in zip(*turns, strict=True)))
            for name, turns in found.items()
        }

    def _round(
        self, number: int, question: Question, connections: int, turn: int
    ) -> tuple[Cost, Cost, Cost]:
        ours, bare = Connections(self.port, connections), Connections(self.bare_port, connections)
        first = 1 + turn * self.count
        again = [question.target(0)] * self.count
        fresh = [question.target(n) for n in range(first, first + self.count)]
        return (
            bare.cost([self.bare_pid], f"/{number}", [f"/{number}"] * self.count, SECONDS),
            ours.cost([self.pid], again[0], again, SECONDS),
            ours.cost([self.pid], again[0], fresh, SECONDS),
        )


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu_us for cost in costs),
        statistics.median(cost.per_second for cost in costs),
    )


def print_table(size: int, connections: int, found: Mapping[str, Costs], bodies: Path) -> None:
    """Print what the questions cost and which share of that the bare endpoint takes."""
    print(f"{size:,} features, {connections} connections\n")
    heads = ("kB", "bare µs", "warm µs", "share", "cold µs", "share", "bare/s", "warm/s", "cold/s")
    print(f"| question | {' | '.join(heads)} |\n|---{'|---:' * len(heads)}|")
    for number, (name, costs) in enumerate(found.items()):
        floor, warm, cold = costs.bare, costs.warm, costs.cold
        cells = [f"{(bodies / str(number)).stat().st_size / 1000:.1f}", f"{floor.cpu_us:.0f}"]
        for cost in (warm, cold):
            cells += [f"{cost.cpu_us:,.0f}", f"{floor.cpu_us / cost.cpu_us:.2f}"]
        cells += [f"{cost.per_second:,.0f}" for cost in (floor, warm, cold)]
        print(f"| {name} | {' | '.join(cells)} |")
    print(flush=True)


def print_growth(connections: int, found: Mapping[int, Mapping[str, Costs]]) -> None:
    """Print how many times the bare endpoint's a cold question costs, and how that grows.

    The sizes are measured minutes apart, in which a shared machine may change its speed.
    """
    sizes = sorted(found)
    if len(sizes) < 2:
        return
    *_, less, more = sizes
    print(f"{connections} connections: cold CPU : bare, by features, and {more:,} : {less:,}\n")
    print(f"| question | {' | '.join(f'{size:,}' for size in sizes)} | × |")
    print(f"|---{'|---:' * (len(sizes) + 1)}|")
    for name in found[more]:
        times = {s: found[s][name].cold.cpu_us / found[s][name].bare.cpu_us for s in sizes}
        cells = [f"{times[size]:,.1f}" for size in sizes]
        print(f"| {name} | {' | '.join(cells)} | {times[more] / times[less]:.1f} |")
    print()


if __name__ == "__main__":
    main()
