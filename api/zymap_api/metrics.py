"""What the server counts, for Prometheus.

One process counts in its memory. Several count in files of a folder that they share, by the
multiprocess mode of `prometheus_client`, and whichever is asked adds up (ADR 23).
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from starlette.routing import Route

from zymap.catalog import Source
from zymap.errors import ZymapError
from zymap.query import Query
from zymap.store.base import Store
from zymap_api.batch import Batch

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
OTHER = "other"
PATHS_REMEMBERED = 4096
# In the place of a status: the answer was given from memory.
KEPT = 0

# Path, status, time in seconds.
Answered = tuple[str, int, float]
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counters of one server process.

    Parameters
    ----------
    routes : sequence of Route
        By these requests are counted; what is none of them counts as one.

    Attributes
    ----------
    exports : Gauge
        Files and sheets that are being made.
    """

    def __init__(self, store: Store, routes: Sequence[Route]) -> None:
        self._own = CollectorRegistry()
        self._route_of = _router(routes)
        self._answered = Batch(self._count)
        self._store = _StoreCollector(store)
        self._requests = Counter(
            "zymap_requests",
            "Requests that were not answered from memory, by route and class of status",
            ("route", "status"),
            registry=self._own,
        )
        self._seconds = Times(
            "zymap_request_seconds",
            "Time from the request to the end of its answer, by route",
            ("route",),
            buckets=_SECONDS,
            registry=self._own,
        )
        self._kept = Counter(
            "zymap_kept_answers", "Answers that were given from memory", registry=self._own
        )
        self.exports = Gauge(
            "zymap_exports_running",
            "Files and sheets that are being made",
            registry=self._own,
            multiprocess_mode="livesum",
        )

    def count(self, path: str, status: int, seconds: float) -> None:
        """Count a request that was answered; the status of an answer from memory is KEPT."""
        self._answered.add((path, status, seconds))

    def _count(self, answered: Sequence[Answered]) -> None:
        times = defaultdict[tuple[str, int], list[float]](list)
        kept = 0
        for path, status, seconds in answered:
            if status == KEPT:
                kept += 1
            else:
                times[self._route_of(path), status].append(seconds)
        for (route, status), seconds in times.items():
            self._requests.labels(route, f"{status // 100}xx").inc(len(seconds))
            self._seconds.labels(route).observe_all(seconds)
        self._kept.inc(kept)

    def settle(self) -> None:
        """Count all that was answered; to be called in the event loop.

        By itself it is counted half a second later, as it is in other processes.
        """
        self._answered.flush()

    def text(self) -> bytes:
        """Return all counts of all server processes in Prometheus' text format."""
        folder = os.environ.get(FOLDER_VARIABLE)
        if folder is None:
            workers = (os.getpid(),)
            parts = [generate_latest(self._own)]
        else:
            workers = _living(Path(folder))
            shared = CollectorRegistry()
            MultiProcessCollector(shared)
            parts = [generate_latest(shared)]
        asked = CollectorRegistry()
        asked.register(self._store)
        asked.register(_WorkerCollector(workers))
        if folder is None:
            ProcessCollector(registry=asked)
        return b"".join((*parts, generate_latest(asked)))


class Times(Histogram):
    """A histogram that is told some at a time: between processes, each telling goes to a file."""

    def observe_all(self, amounts: Sequence[float]) -> None:
        """Do what `observe` does for each amount."""
        self._sum.inc(sum(amounts))
        found = Tally(bisect_left(self._upper_bounds, amount) for amount in amounts)
        for number, count in found.items():
            self._buckets[number].inc(count)


def _router(routes: Sequence[Route]) -> Callable[[str], str]:
    """Return a function that finds the route of a path."""
    patterns = [(route.path_regex, route.path) for route in routes]

    @lru_cache(PATHS_REMEMBERED)
    def route_of(path: str) -> str:
        if path.startswith("/static/"):
            return "/static"
        return next((name for pattern, name in patterns if pattern.match(path)), OTHER)

    return route_of


class _StoreCollector(Collector):
    """What is served now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield whether the store can be read, its revision, and the features of each layer."""
        up = GaugeMetricFamily("zymap_store_up", "1 if the store can be read, else 0")
        try:
            catalog, revision = self._store.catalog(), self._store.revision()
            counts = {
                layer.id: self._store.count(Query((Source(layer.id),))) for layer in catalog.layers
            }
        except ZymapError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        info = GaugeMetricFamily(
            "zymap_store_info", "The dataset and its revision", labels=("dataset", "revision")
        )
        info.add_metric((catalog.dataset.id, revision), 1)
        yield info
        features = GaugeMetricFamily("zymap_features", "Features by layer", labels=("layer",))
        for layer, count in counts.items():
            features.add_metric((layer,), count.matched)
        yield features


class _WorkerCollector(Collector):
    """What memory the server processes take; nothing where there is no ``/proc``."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterator[Metric]:
        """Yield the resident memory of each process."""
        memory = GaugeMetricFamily(
            "zymap_worker_resident_memory_bytes",
            "Resident memory of each server process",
            labels=("pid",),
        )
        for pid in self._pids:
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
            memory.add_metric((str(pid),), pages * os.sysconf("SC_PAGE_SIZE"))
        yield memory


def _living(folder: Path) -> list[int]:
    """Return the processes that count in a folder; what dead ones were doing is forgotten."""
    found = {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_*.db")}
    living: list[int] = []
    for pid in sorted(found):
        if _lives(pid):
            living.append(pid)
        else:
            mark_process_dead(pid)
    return living


def _lives(pid: int) -> bool:
    if os.name == "nt":  # there, asking so would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
