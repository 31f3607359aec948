"""Servers that a benchmark starts, and what they take: CPU time and memory, by Linux's count."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_START_S, _END_S = 60, 5


@contextmanager
def serving(
    command: Sequence[str | Path],
    port: int | Path,
    *,
    log: Path | None = None,
    stop: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> Iterator[int]:
    """Run a server for the time of the block; return its process id.

    Parameters
    ----------
    port : int or Path
        Where it listens: a port of 127.0.0.1, or a Unix socket.
    log : Path, optional
        Where its output goes.
    stop : Signals
        What ends it.
    **options
        As for `subprocess.Popen`.
    """
    # A benchmark that is ended ends its servers as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with (log or Path(os.devnull)).open("ab") as output:
        errors = output if log else None
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, start_new_session=True, **options
        )
    try:
        _wait(process, port)
        yield process.pid
    finally:
        _end(process, stop)


def _wait(process: subprocess.Popen[bytes], port: int | Path) -> None:
    family = socket.AF_UNIX if isinstance(port, Path) else socket.AF_INET
    address = str(port) if isinstance(port, Path) else ("127.0.0.1", port)
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket(family) as probe:
            if probe.connect_ex(address) == 0:
                return
        time.sleep(0.02)
    raise ServerFailed(f"{process.args} does not listen on {port}")


def _end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """End a server and, where it takes its time, whatever it has started."""
    process.send_signal(stop)
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class ServerFailed(Exception):
    """A server did not start."""


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_children(roots: Iterable[int]) -> list[int]:
    """Return processes and all that they and their children have started and that live."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(path.name)):
            children.setdefault(int(fields[1]), []).append(int(path.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_s(roots: Iterable[int]) -> float:
    """Return the CPU seconds of processes and their children, of those that ended as well."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for pid in with_children(roots):
        if fields := _stat(pid):
            # The clock of a process (all its threads, to the nanosecond) has a number of its own:
            # see clock_getcpuclockid(3). What ended children took is counted in ticks.
            total += time.clock_gettime(((~pid) << 3) | 2)
            total += (int(fields[13]) + int(fields[14])) / ticks
    return total


def _stat(pid: int) -> list[str]:
    """Return the fields of ``/proc/PID/stat`` from the state on, none where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(") ")[2].split()


def memory_mb(pid: int) -> Mapping[str, float]:
    """Return what a process holds: ``pss`` and ``rss`` now, ``peak`` the most that ``rss`` was."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = {}
    for name, text, key in (
        ("pss", rollup, "Pss"),
        ("rss", rollup, "Rss"),
        ("peak", status, "VmHWM"),
    ):
        kib = re.search(rf"^{key}:\s+(\d+) kB", text, re.MULTILINE)
        found[name] = int(kib[1]) * 1024 / 1e6 if kib else 0.0
    return found
