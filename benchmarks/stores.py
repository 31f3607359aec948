"""What the embedded store and PostGIS cost, by the size of the dataset: loading, and a request.

Both hold the same generated projects and are asked the same by the same client, in the same run:
what nobody asked before. Counted is CPU time: that of zymap's process, and for
PostGIS that of the database server too, which may be another machine's.

``python -m benchmarks.stores [--features 500 20000 500000]``
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Cluster

from benchmarks.client import Connections
from benchmarks.dataset import write_dataset
from benchmarks.processes import cpu_s, free_port, serving
from benchmarks.serving import Question, questions

ZYMAP = Path(sys.executable).with_name("zymap")
CONNECTIONS = 8
# A question that costs much is asked for some seconds, not some minutes.
REQUESTS = {500: 200, 20_000: 400}
REQUESTS_OF_MANY = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time of zymap and of the database server, in seconds."""

    zymap_s: float
    database_s: float


def children_cpu_s() -> float:
    """Return the CPU time of all processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def server_cpu_s(cluster: Cluster | None) -> float:
    """Return the CPU time of a database server: its processes, and those that have ended."""
    if cluster is None:
        return 0
    return cpu_s([cluster.primary.process.pid])


@contextmanager
def settings(cluster: Cluster | None, folder: Path, size: int) -> Iterator[None]:
    """Have zymap use one store or the other, of its own, for the time of the block."""
    before = dict(os.environ)
    os.environ["ZYMAP_DATA_DIR"] = str(folder / "data")
    try:
        if cluster is not None:
            os.environ["ZYMAP_STORE"] = cluster.create_database(f"size{size}")
            subprocess.run([ZYMAP, "store", "migrate"], check=True, stdout=subprocess.DEVNULL)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def load(cluster: Cluster | None, geodata: Path) -> Cost:
    """Load a dataset, and return what that cost."""
    ours, theirs = children_cpu_s(), server_cpu_s(cluster)
    subprocess.run([ZYMAP, "load", geodata], check=True, stdout=subprocess.DEVNULL)
    return Cost(children_cpu_s() - ours, server_cpu_s(cluster) - theirs)


def ask(
    cluster: Cluster | None, geodata: Path, asked: Sequence[Question], number: int
) -> list[Cost]:
    """Serve the dataset, and return what a request of each question costs."""
    port = free_port()
    command = [str(ZYMAP), "serve", "--port", str(port), "--geodata", str(geodata)]
    with serving(command, port) as pid:
        connections = Connections(port, CONNECTIONS)
        return [
            _cost(
                lambda targets: connections.ask(targets),
                [question.target(n) for n in range(2 * number)],
                lambda: Cost(cpu_s([pid]), server_cpu_s(cluster)),
            )
            for question in asked
        ]


def _cost(
    ask: Callable[[Sequence[str]], object], targets: list[str], meter: Callable[[], Cost]
) -> Cost:
    half = len(targets) // 2
    # The first half warms up what a running server has warm: plans, pages, connections.
    ask(targets[:half])
    before = meter()
    ask(targets[half:])
    after = meter()
    return Cost(
        (after.zymap_s - before.zymap_s) / half, (after.database_s - before.database_s) / half
    )


def measure(size: int, folder: Path, cluster: Cluster) -> dict[str, str]:
    """Return a cell for each row of the table: the embedded store | zymap + database server."""
    geodata = write_dataset(folder / "geodata", size)
    asked = questions(size)
    loads: list[Cost] = []
    costs: list[list[Cost]] = []
    for store in (None, cluster):
        with settings(store, folder, size):
            loads.append(load(store, geodata))
            costs.append(ask(store, geodata, asked, REQUESTS.get(size, REQUESTS_OF_MANY)))
    cells = {"load, s": _cell(loads, 1)}
    for question, pair in zip(asked, zip(*costs, strict=True), strict=True):
        cells[f"{question.name}, ms"] = _cell(pair, 1000)
    return cells


def _cell(pair: Sequence[Cost], unit: float) -> str:
    embedded, postgis = pair
    values = (embedded.zymap_s, postgis.zymap_s, postgis.database_s)
    ours, theirs, server = (f"{value * unit:,.2f}" for value in values)
    return f"{ours} | {theirs} + {server}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, nargs="+", default=[500, 20_000, 500_000])
    sizes: list[int] = parser.parse_args().features
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name, Cluster(durable=True) as made:
        columns = [measure(size, Path(name) / str(size), made) for size in sizes]
    heads = (f"{size:,}: embedded | PostGIS" for size in sizes)
    print("| CPU | " + " | ".join(heads) + " |\n|---" + "|---:" * (2 * len(sizes)) + "|")
    for title in columns[0]:
        print(f"| {title} | " + " | ".join(column[title] for column in columns) + " |")


if __name__ == "__main__":
    main()
