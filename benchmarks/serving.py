"""What zymap's answers cost beside a bare Starlette endpoint that returns the same bytes.

Both are served by uvicorn with one process each, one of zymap's for each size of dataset, on the
same machine and in the same run. In each round they are asked in turn over kept connections, two
seconds at most, by a client that does nothing but read. *Warm* is a question that is asked again,
*cold* one that nobody asked before. Compared is the CPU time that the server, with the processes it
started, takes for a request (by Linux's count). Machines differ, and a shared one changes its speed
from one second to the next: what stays is the share of the bare endpoint's cost in one round, and
how many times more a larger dataset costs in one, of which the medians are printed. Requests a
second are what this one client reads.

``python -m benchmarks.serving [--features 500,20000,500000] [--connections 8,64] [--rounds 9]
[--questions "page of,single"]``
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.client import Connections, Cost, median
from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, write_dataset
from benchmarks.machine import machine
from benchmarks.named import chosen
from benchmarks.processes import free_port, memory_mb, serving, with_children

REQUESTS = 200
# A text that is sought in 500,000 names takes a third of a second.
SECONDS = 2
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


class Costs(NamedTuple):
    """What a question costs in one round: the bare endpoint, and zymap warm and cold."""

    bare: Cost
    warm: Cost
    cold: Cost


@dataclass(frozen=True, slots=True)
class Served:
    """A dataset that zymap serves, and how many requests are asked at a time."""

    size: int
    port: int
    pid: int
    asked: Sequence[Question]
    count: int


@dataclass(frozen=True, slots=True)
class Bare:
    """The bare endpoint; a body of its own for each size and question is in its folder."""

    port: int
    pid: int
    bodies: Path


# By size and number of the question: its costs, round by round.
Found = Mapping[tuple[int, int], Sequence[Costs]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", default="500,20000,500000")
    parser.add_argument("--connections", default="8,64")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--questions", default="", help="part of the names, with commas")
    options = parser.parse_args()
    sizes = sorted(map(int, options.features.split(",")))
    possible = {each.name: each for each in questions(sizes[0])}
    names = chosen(parser, "--questions", possible, options.questions).keys()
    connections = [int(number) for number in options.connections.split(",")]
    rounds, turns = options.rounds, options.rounds * len(connections)
    if turns > sizes[0]:
        parser.error(f"--rounds: {sizes[0]} features are not enough to ask anew {turns} times")
    print(machine())
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zymap-bench-")))
        served = [stack.enter_context(zymap_with(work / str(n), n, names, turns)) for n in sizes]
        # What the system still writes of the files would be counted with the first question.
        os.sync()
        bare = stack.enter_context(bare_endpoint(work / "bodies", served))
        for turn, number in enumerate(connections):
            found = measure(served, bare, number, range(turn * rounds, (turn + 1) * rounds))
            print_tables(served, bare, number, found)
            print_growth(served, number, found)
        for each in served:
            print_memory(each)


@contextmanager
def zymap_with(work: Path, size: int, names: Set[str], turns: int) -> Generator[Served]:
    """Load a dataset of a size and serve it, to be asked anew in each of so many turns."""
    geodata, data = write_dataset(work / "geodata", size), work / "data"
    zymap = Path(sys.executable).with_name("zymap")
    quiet = subprocess.DEVNULL
    subprocess.run([zymap, "load", geodata, "--data", data], check=True, stdout=quiet)
    port = free_port()
    command = [zymap, "serve", "--port", str(port), "--geodata", geodata, "--data", data]
    with serving(command, port) as pid:
        asked = [each for each in questions(size) if each.name in names]
        # No more than there are different ones.
        yield Served(size, port, pid, asked, min(REQUESTS, size // turns))


@contextmanager
def bare_endpoint(bodies: Path, served: Sequence[Served]) -> Generator[Bare]:
    """Serve the answers to the first of each kind of question from memory."""
    bodies.mkdir()
    for each in served:
        for number, question in enumerate(each.asked):
            body = Connections(each.port, 1).body(question.target(0))
            (bodies / f"{each.size}-{number}").write_bytes(body)
    port = free_port()
    with serving([sys.executable, "-c", BARE, str(port), str(bodies)], port) as pid:
        yield Bare(port, pid, bodies)


def measure(served: Sequence[Served], bare: Bare, connections: int, turns: Sequence[int]) -> Found:
    """Ask all in turn in all rounds, each question of all sizes one after the other."""
    found: dict[tuple[int, int], list[Costs]] = {}
    for turn in turns:
        for number in range(len(served[0].asked)):
            # Every other round begins with the largest: a machine's speed drifts.
            for each in served[:: 1 if turn % 2 else -1]:
                costs = ask(each, bare, number, connections, turn)
                found.setdefault((each.size, number), []).append(costs)
    return found


def ask(each: Served, bare: Bare, number: int, connections: int, turn: int) -> Costs:
    """Ask one question of one size in one round."""
    ours, theirs = Connections(each.port, connections), Connections(bare.port, connections)
    target, count = each.asked[number].target, each.count
    first = 1 + turn * count
    again, fresh = [target(0)] * count, [target(n) for n in range(first, first + count)]
    same = [f"/{each.size}-{number}"] * count
    return Costs(
        theirs.cost([bare.pid], same[0], same, SECONDS),
        ours.cost([each.pid], again[0], again, SECONDS),
        ours.cost([each.pid], again[0], fresh, SECONDS),
    )


def print_tables(served: Sequence[Served], bare: Bare, connections: int, found: Found) -> None:
    """Print what the questions cost and which share of that the bare endpoint takes."""
    heads = ("kB", "bare µs", "warm µs", "share", "cold µs", "share", "bare/s", "warm/s", "cold/s")
    for each in served:
        print(f"{each.size:,} features, {connections} connections\n")
        print(f"| question | {' | '.join(heads)} |\n|---{'|---:' * len(heads)}|")
        for number, question in enumerate(each.asked):
            rounds = found[each.size, number]
            size = (bare.bodies / f"{each.size}-{number}").stat().st_size
            floor, warm, cold = zip(*rounds, strict=True)
            cells = [f"{size / 1000:.1f}", f"{median(floor).cpu_us:.0f}"]
            for costs in (warm, cold):
                cells += [f"{median(costs).cpu_us:,.0f}", f"{_times(floor, costs):.2f}"]
            cells += [f"{median(costs).per_second:,.0f}" for costs in (floor, warm, cold)]
            print(f"| {question.name} | {' | '.join(cells)} |")
        print(flush=True)


def print_growth(served: Sequence[Served], connections: int, found: Found) -> None:
    """Print how many times more a cold question costs than one to the next smaller dataset."""
    pairs = list(pairwise(served))
    if not pairs:
        return
    heads = [f"{more.size:,} : {less.size:,}" for less, more in pairs]
    print(f"{connections} connections: cold CPU, by features\n")
    print(f"| question | {' | '.join(heads)} |\n|---{'|---:' * len(heads)}|")
    for number, question in enumerate(served[0].asked):
        cold = {each.size: [costs.cold for costs in found[each.size, number]] for each in served}
        cells = [f"{_times(cold[more.size], cold[less.size]):,.2f}" for less, more in pairs]
        print(f"| {question.name} | {' | '.join(cells)} |")
    print(flush=True)


def print_memory(each: Served) -> None:
    """Print what the largest of a server's processes holds."""
    held = max((memory_mb(pid) for pid in with_children([each.pid])), key=lambda m: m["peak"])
    print(
        f"memory of a worker after the run, {each.size:,} features: PSS {held['pss']:.0f} MB, "
        f"RSS {held['rss']:.0f} MB, at most {held['peak']:.0f} MB"
    )


def _times(costs: Sequence[Cost], others: Sequence[Cost]) -> float:
    """Return how many times the others' these cost, round by round: the median."""
    pairs = zip(costs, others, strict=True)
    return statistics.median(cost.cpu_us / other.cpu_us for cost, other in pairs)


if __name__ == "__main__":
    main()
