"""What the server counts, for Prometheus.

One process counts in its memory. Several count in files of a folder that they share, by the
multiprocess mode of `prometheus_client`, and whichever is asked adds up (ADR 23).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
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

from zymap.catalog import Source
from zymap.errors import ZymapError
from zymap.query import Query
from zymap.store.base import Store

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counters of one server process.

    Attributes
    ----------
    count_kept : callable
        Counts an answer that was given from memory.
    exports : Gauge
        Files and sheets that are being made.
    """

    def __init__(self, store: Store) -> None:
        self._own = CollectorRegistry()
        self._store = _StoreCollector(store)
        self._requests = Counter(
            "zymap_requests",
            "Requests that were not answered from memory, by route and class of status",
            ("route", "status"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "zymap_request_seconds",
            "Time from the request to the end of its answer, by route",
            ("route",),
            buckets=_SECONDS,
            registry=self._own,
        )
        self._kept = Counter(
            "zymap_kept_answers", "Answers that were given from memory", registry=self._own
        )
        self.count_kept = self._kept.inc
        self.exports = Gauge(
            "zymap_exports_running",
            "Files and sheets that are being made",
            registry=self._own,
            multiprocess_mode="livesum",
        )
        self._known: dict[tuple[str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        known = self._known.get((route, status))
        if known is None:
            # Looking a child up by its labels costs more than counting.
            counter = self._requests.labels(route, f"{status // 100}xx")
            known = (counter.inc, self._seconds.labels(route).observe)
            self._known[route, status] = known
        known[0]()
        known[1](seconds)

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
