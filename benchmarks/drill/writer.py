"""The writer: loads one edition after the other, and notes what zymap said of each."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.drill.stage import ZYMAP, environment

BETWEEN_S = 0.5
LOAD_MAXIMUM_S = 60


@dataclass(frozen=True, slots=True)
class Tried:
    """One run of ``zymap load``.

    Attributes
    ----------
    at_s : float
        When it ended (`time.monotonic`).
    revision : str or None
        What was acknowledged; None where the load failed.
    said : str
        The last line that it printed.
    """

    at_s: float
    edition: int
    revision: str | None
    said: str


@dataclass
class Writer:
    """Loads until the end of the block; an edition that was not acknowledged is tried again.

    Parameters
    ----------
    write : callable
        Writes an edition and returns its folder.
    """

    url: str
    write: Callable[[int], Path]
    first: int
    tried: list[Tried] = field(default_factory=list[Tried])
    _end: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Writer:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def acknowledged(self) -> list[Tried]:
        """Return the loads that were acknowledged, in order."""
        return [one for one in self.tried if one.revision is not None]

    def _work(self) -> None:
        edition = self.first
        folder = self.write(edition)
        while not self._end.is_set():
            done = self._load(edition, folder)
            self.tried.append(done)
            if done.revision is not None:
                edition += 1
                folder = self.write(edition)
            self._end.wait(BETWEEN_S)

    def _load(self, edition: int, folder: Path) -> Tried:
        try:
            run = subprocess.run(
                [ZYMAP, "load", folder],
                env=environment(store=self.url),
                capture_output=True,
                text=True,
                timeout=LOAD_MAXIMUM_S,
            )
        except subprocess.TimeoutExpired:
            return Tried(time.monotonic(), edition, None, f"no end within {LOAD_MAXIMUM_S} s")
        lines = (run.stdout + run.stderr).strip().splitlines()
        said = lines[-1] if lines else ""
        found = re.search(r"revision (\w+)", run.stdout)
        revision = found[1] if found and run.returncode == 0 else None
        return Tried(time.monotonic(), edition, revision, said)
