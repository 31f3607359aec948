"""Measuring all servers in turn, so that what disturbs the machine disturbs them alike."""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.client import Connections, Cost
from benchmarks.peers.asked import Workload
from benchmarks.peers.server import Running, Server

MOST = 2000  # requests a cell: enough for a CPU time, few enough to leave some for the next round
SLOW_S = 0.3  # a server that takes longer for one answer is spared the many connections


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
    """

    server: Server
    running: Running
    workload: Workload
    answer_s: float


def measure(
    turns: Sequence[Turn], connections: Sequence[int], seconds: float, rounds: int
) -> Mapping[Cell, Cost]:
    """Measure every turn, in all rounds; return the medians."""
    found: defaultdict[Cell, list[Cost]] = defaultdict(list)
    numbers = {id(turn): itertools.count() for turn in turns}
    share = rounds * len(connections)
    for _, number, turn in itertools.product(range(rounds), connections, turns):
        if number > min(connections) and turn.answer_s > SLOW_S:
            continue
        # The last question of a workload was asked to verify the answers.
        last = turn.workload.different - 1
        most = min(MOST, last // share)
        fresh = (turn.workload.ask(n) for n in itertools.islice(numbers[id(turn)], most))
        cold = [str(turn.server.target(asked)) for asked in fresh]
        first = str(turn.server.target(turn.workload.ask(last)))
        asker = Connections(turn.running.port, number)
        for warm, targets in ((False, cold), (True, _again(cold[-1], most))):
            if warm:
                asker.ask(_again(cold[-1], 2 * number), seconds)
            cell = Cell(turn.workload.name, turn.server.name, number, warm)
            found[cell].append(asker.cost(turn.running.roots, first, targets, seconds))
    return {
        cell: Cost(
            statistics.median(cost.cpu_us for cost in costs),
            statistics.median(cost.per_second for cost in costs),
        )
        for cell, costs in found.items()
    }


def _again(target: str, times: int) -> Iterator[str]:
    return itertools.repeat(target, times)
