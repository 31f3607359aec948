"""Measuring all servers in turn, so that what disturbs the machine disturbs them alike."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.client import Connections, Cost, WrongAnswer, median
from benchmarks.peers.asked import Workload
from benchmarks.peers.server import Running, Server

# Requests a turn. The quickest server answers so many in half a second: of a tenth, one pause of a
# shared machine is half.
MOST = 8000
# Fewer tell little, but of few questions three rounds tell more than one that a hiccup may spoil.
LEAST = 60
# Who has waited for the others gets going again on questions of the rounds before, so many at most;
# in the first round on a fifth of its own, and fewer.
WARM_UP, WARM_UP_FIRST, WARM_UP_S = 400, 40, 0.2


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure's place: ``warm`` questions are asked again, cold ones were never asked before."""

    workload: str
    server: str
    connections: int
    warm: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A server that answers a workload rightly.

    Attributes
    ----------
    answer_s : float
        How long it took for one answer.
    share : float
        How much of the features its answers hold. What it takes counts as if all were in them, and
        the others cost as much.
    """

    server: Server
    running: Running
    workload: Workload
    answer_s: float
    share: float


def measure(
    turns: Sequence[Turn], connections: Sequence[int], seconds: float, rounds: int, slow_s: float
) -> Mapping[Cell, Cost]:
    """Measure every turn, in all rounds that it has questions for; return the medians.

    Who takes longer than `slow_s` for one answer is asked over the fewest connections alone.
    """
    found: defaultdict[Cell, list[Cost]] = defaultdict(list)
    numbers = {id(turn): itertools.count() for turn in turns}
    asked_before: defaultdict[int, list[str]] = defaultdict(list)
    for past, number, turn in itertools.product(range(rounds), connections, turns):
        if number > min(connections) and turn.answer_s > slow_s:
            continue
        # The last question of a workload was asked to verify the answers.
        last = turn.workload.different - 1
        all_of_them = last // len(connections)
        possible = max(1, min(rounds, all_of_them // LEAST))
        if past >= possible:
            continue
        most = min(MOST, all_of_them // possible)
        fresh = (turn.workload.ask(n) for n in itertools.islice(numbers[id(turn)], most))
        cold = [str(turn.server.target(asked)) for asked in fresh]
        first = str(turn.server.target(turn.workload.ask(last)))
        name, who = turn.workload.name, turn.server.name
        before = asked_before[id(turn)]
        warming = before[-WARM_UP:] or cold[: min(WARM_UP_FIRST, len(cold) // 5)]
        timed = cold if before else cold[len(warming) :]
        before += cold
        try:
            costs = _costs(turn.running, number, first, warming, timed, seconds)
        except (WrongAnswer, OSError) as error:
            print(f"{name}: {who} fails at {number} connections: {error}", flush=True)
            continue
        for warm, cost in zip((False, True), costs, strict=True):
            whole = Cost(cost.cpu_us / turn.share, cost.per_second * turn.share)
            found[Cell(name, who, number, warm)].append(whole)
    return {cell: median(costs) for cell, costs in found.items()}


def _costs(
    running: Running,
    connections: int,
    first: str,
    warming: Sequence[str],
    cold: Sequence[str],
    seconds: float,
) -> tuple[Cost, Cost]:
    """Return what a server takes for questions, and for the last of them asked as often again."""
    asker, last = Connections(running.port, connections), cold[-1]
    asker.ask(warming, WARM_UP_S)
    never_asked = asker.cost(running.roots, first, cold, seconds)
    asker.ask(_again(last, 2 * connections), seconds)
    again = asker.cost(running.roots, first, _again(last, len(cold)), seconds)
    return never_asked, again


def _again(target: str, times: int) -> Iterator[str]:
    return itertools.repeat(target, times)
