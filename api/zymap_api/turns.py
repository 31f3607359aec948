"""Who makes a file waits for a turn: a few are made at once, some wait, the rest is refused."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import Gauge

from zymap_api.problems import TooManyExports

# As many times the number of turns as may wait, and for how long: who waits takes up a thread.
WAITING = 2
WAIT_S = 5.0


class Turns:
    """So many turns at once.

    Parameters
    ----------
    number : int
        Turns that are taken at once.
    running : Gauge
        Told of each turn that begins and ends.
    """

    def __init__(self, number: int, running: Gauge) -> None:
        self._running = running
        self._turns = threading.BoundedSemaphore(number)
        self._places = threading.BoundedSemaphore(number * (1 + WAITING))

    @contextmanager
    def one(self) -> Generator[None]:
        """Wait for a turn and have it.

        Raises
        ------
        TooManyExports
            Too many wait already, or none came free in time.
        """
        with _taken(self._places, 0), _taken(self._turns, WAIT_S), self._running.track_inprogress():
            yield


@contextmanager
def _taken(semaphore: threading.BoundedSemaphore, wait_s: float) -> Generator[None]:
    if not semaphore.acquire(timeout=wait_s):
        raise TooManyExports("as many files are being made as may be at once; ask again soon")
    try:
        yield
    finally:
        semaphore.release()
