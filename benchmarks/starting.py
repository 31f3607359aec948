"""How soon zymap answers: the command line's help, and the first page of the bundled data.

Of new processes, the median of some turns: wall time, the least of it, and CPU time. The first
answer is measured from the start of ``zymap serve`` until a client has read a page of items, the
list of collections or the map: with no store yet, so that the bundled data are loaded first, and
with the store that is there from then on.

``python -m benchmarks.starting [--turns 7]``
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.processes import free_port, serving

ZYMAP = Path(sys.executable).with_name("zymap")
ITEMS, COLLECTIONS, MAP = "/collections/projects/items", "/collections", "/"
# Who installs zymap has it compiled once, and not by each process.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args()
    print(f"{machine()}\n")
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        store = Path(name) / "store"
        works: dict[str, Callable[[int], float]] = {
            "`zymap --help`": lambda _: help_text(),
            "a page of items, nothing loaded yet": partial(first_load, Path(name), ITEMS),
            "the map, nothing loaded yet": partial(first_load, Path(name), MAP),
            "a page of items, loaded before": lambda _: first_answer(store, ITEMS),
            "all collections, loaded before": lambda _: first_answer(store, COLLECTIONS),
            "the map, loaded and shown before": lambda _: first_answer(store, MAP),
        }
        first_answer(store, MAP)
        print("| what | s | least s | CPU s |\n|---|---:|---:|---:|")
        for title, work in works.items():
            walls, cpus = zip(*(seconds(work, turn) for turn in range(options.turns)), strict=True)
            figures = (statistics.median(walls), min(walls), statistics.median(cpus))
            print(f"| {title} | {' | '.join(f'{each:.2f}' for each in figures)} |", flush=True)


def help_text() -> float:
    """Print the help of the command line, to nobody; return how long it took."""
    begin = time.perf_counter()
    subprocess.run([ZYMAP, "--help"], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - begin


def first_load(folder: Path, path: str, turn: int) -> float:
    """Return what `first_answer` says where nothing is."""
    return first_answer(folder / f"{turn}-{len(path)}", path)


def first_answer(data: Path, path: str) -> float:
    """Start a server on the bundled data and ask it once; return when the answer was there."""
    port = free_port()
    begin = time.perf_counter()
    accept = "text/html" if path == MAP else "application/json"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    with (
        serving([ZYMAP, "serve", "--port", str(port), "--data", data], port, env=ENVIRONMENT),
        urllib.request.urlopen(asked) as answer,
    ):
        answer.read()
        return time.perf_counter() - begin


def seconds(work: Callable[[int], float], turn: int) -> tuple[float, float]:
    """Return the wall time of a turn, and the CPU time of the processes that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = work(turn)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
