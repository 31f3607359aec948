"""What a CQL2 filter costs: a page of 100 and the counts, in this process, each asked once.

The questions differ at every turn, so nothing is answered from memory. ``page`` has no filter.

``python -m benchmarks.filters [--features 20000] [--turns 30]``
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, write_dataset
from zymap.catalog import Source
from zymap.cql import parse_filter
from zymap.load import load
from zymap.query import Query, queryables
from zymap.store.gpkg import GpkgStore

SOURCES = (Source("projects"),)
SIDE = 0.1  # of the extent: a box or circle takes about 1 % of it
CORNERS = 20
WARMING = 2  # turns: the disk is read, and what a filter asks beside a place is looked up


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        geodata = write_dataset(Path(name) / "geodata", options.features)
        store = GpkgStore(load(geodata, Path(name) / "data").path)
        known = queryables(store.catalog(), SOURCES)
        chance = random.Random(1)
        print(f"{'filter':48}{'matched':>9}{'median ms':>11}{'max ms':>9}")
        for title, write in QUESTIONS.items():
            times, matched = [], 0
            for _ in range(options.turns + WARMING):
                begin = time.perf_counter()
                text = write(chance)
                asked = parse_filter(text, known) if text else None
                matched = store.page(Query(SOURCES, filter=asked, limit=100)).count.matched
                times.append(1000 * (time.perf_counter() - begin))
            del times[:WARMING]
            print(f"{title:48}{matched:>9,}{statistics.median(times):>11.2f}{max(times):>9.2f}")
        store.close()


def _box(chance: random.Random) -> str:
    width, height = (EAST - WEST) * SIDE, (NORTH - SOUTH) * SIDE
    west, south = chance.uniform(WEST, EAST - width), chance.uniform(SOUTH, NORTH - height)
    return f"BBOX({west},{south},{west + width},{south + height})"


def _circle(chance: random.Random) -> str:
    lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
    turns = [2 * math.pi * (number % CORNERS) / CORNERS for number in range(CORNERS + 1)]
    width, height = (EAST - WEST) * SIDE * 0.56, (NORTH - SOUTH) * SIDE * 0.56
    ring = (f"{lon + width * math.cos(a)} {lat + height * math.sin(a)}" for a in turns)
    return f"POLYGON(({','.join(ring)}))"


QUESTIONS: dict[str, Callable[[random.Random], str]] = {
    "(page)": lambda _: "",
    "S_INTERSECTS(geometry, BBOX)": lambda c: f"S_INTERSECTS(geometry,{_box(c)})",
    "S_INTERSECTS(geometry, POLYGON)": lambda c: f"S_INTERSECTS(geometry,{_circle(c)})",
    "S_WITHIN(geometry, BBOX) AND status = …": lambda c: (
        f"S_WITHIN(geometry,{_box(c)}) AND status = 'implementation'"
    ),
    "S_INTERSECTS(geometry, POLYGON) AND status = …": lambda c: (
        f"S_INTERSECTS(geometry,{_circle(c)}) AND status = 'implementation'"
    ),
    "S_DISJOINT(geometry, POLYGON)": lambda c: f"S_DISJOINT(geometry,{_circle(c)})",
    "status = … AND id <> …": lambda c: (
        f"status = 'implementation' AND id <> 'x{c.randrange(10**6)}'"
    ),
    "name_zh LIKE '%…%'": lambda c: f"name_zh LIKE '%{c.randrange(10**4)}%'",
    "CASEI(name_en) LIKE casei('%…%')": lambda c: (
        f"CASEI(name_en) LIKE casei('%T {c.randrange(10**4)}%')"
    ),
    "T_BEFORE(deadline, DATE)": lambda c: (
        f"T_BEFORE(deadline,DATE('2026-{c.randrange(7, 12):02}-{c.randrange(1, 29):02}'))"
    ),
    "A_CONTAINS(fact_ids, …)": lambda c: f"A_CONTAINS(fact_ids,('F{c.randrange(10**4)}'))",
}


if __name__ == "__main__":
    main()
