"""What a benchmark runs on."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path


def machine() -> str:
    """Return what the machine is, how busy it is, and how fast Python is on it just now."""
    model = next(
        (
            line.partition(": ")[2]
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    cores = len(os.sched_getaffinity(0))
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = os.getloadavg()[0]
    return (
        f"{model}, {cores} cores, {gigabytes:.0f} GB, {platform.system()}, load {load:.1f}; "
        f"Python {platform.python_version()}, a million additions in {_additions_s() * 1e3:.0f} ms"
    )


def _additions_s() -> float:
    """Return what a million additions in Python take, the least of three times.

    The same virtual machine may be three times slower an hour later, a Python that was built
    without its profile is a third slower, and nothing else tells.
    """

    def once() -> float:
        begin, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number
        return time.perf_counter() - begin

    return min(once() for _ in range(3))
