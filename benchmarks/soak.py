"""Many readers for a long time while the layers are loaded anew underneath: the embedded store.

Every answer is judged: status 200, and of one edition alone. The server's memory is looked at all
the while; the first quarter is for warming up (what is kept of answers and tiles is bounded), and
what it holds after that is compared with what it holds at the end.

``python -m benchmarks.soak [--seconds 600] [--connections 64] [--features 2000]``
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.editions import Editions
from benchmarks.judge import Judge
from benchmarks.processes import cpu_s, free_port, serving
from benchmarks.readers import OK, Asked, Readers

ZYMAP = Path(sys.executable).with_name("zymap")
BETWEEN_LOADS_S = 3
GROWTH_MAXIMUM = 0.05


def memory_mb(pid: int) -> float:
    """Return the memory that a process holds, without the files that it has mapped."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no RssAnon: this needs Linux")


def load(geodata: Path) -> float:
    """Load a folder as a user does; return how many seconds it took."""
    start = time.monotonic()
    subprocess.run([ZYMAP, "load", geodata], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def main() -> int:
    """Run, print the figures, and return 1 where they are not as they must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--features", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-soak-") as name:
        editions = Editions(Path(name), options.features)
        os.environ["ZYMAP_DATA_DIR"] = str(Path(name) / "data")
        # Files are made there, where no other zymap on this machine tidies up.
        os.environ["TMPDIR"] = name
        first = editions.write(1)
        load(first)
        port = free_port()
        command = [str(ZYMAP), "serve", "--port", str(port), "--geodata", str(first)]
        with serving(command, port, log=Path(name) / "server.log") as pid:
            return _soak(editions, port, pid, options.connections, options.seconds)


def _soak(editions: Editions, port: int, pid: int, connections: int, seconds: int) -> int:
    memory: list[float] = []
    loads: list[float] = []
    cpu_before, start = cpu_s([pid]), time.monotonic()
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(pid, memory, over))
    readers = Readers(port, connections, editions.questions, Judge(editions))
    with readers:
        watch.start()
        for edition in itertools.count(2):
            loads.append(load(editions.write(edition)))
            time.sleep(BETWEEN_LOADS_S)
            if time.monotonic() - start >= seconds:
                break
        over.set()
        watch.join()
    spent = time.monotonic() - start
    return _report(readers.asked, loads, memory, spent, cpu_s([pid]) - cpu_before)


def _watch(pid: int, memory: list[float], over: threading.Event) -> None:
    while not over.wait(1):
        memory.append(memory_mb(pid))


def _report(
    asked: list[Asked], loads: list[float], memory: list[float], spent_s: float, server_s: float
) -> int:
    failed = Counter(one.outcome for one in asked if one.outcome != OK)
    took_ms = sorted(one.took_s * 1000 for one in asked)
    median, most, longest = (took_ms[int((len(took_ms) - 1) * share)] for share in (0.5, 0.99, 1))
    quarter = len(memory) // 4
    before = statistics.median(memory[quarter : 2 * quarter])
    after = statistics.median(memory[-quarter:])
    rows = (
        ("seconds", f"{spent_s:.0f}"),
        ("requests", f"{len(asked):,}"),
        ("requests a second", f"{len(asked) / spent_s:.0f}"),
        ("failed, or not of one edition", f"{failed.total()}"),
        ("answer, median / 99 % / longest, ms", f"{median:.0f} / {most:.0f} / {longest:.0f}"),
        ("loads underneath", f"{len(loads)}"),
        ("a load, median s", f"{statistics.median(loads):.1f}"),
        ("CPU of the server, cores", f"{server_s / spent_s:.2f}"),
        ("memory in the second / in the last quarter, MB", f"{before:.0f} / {after:.0f}"),
    )
    print("| soak | |\n|---|---:|")
    for name, value in rows:
        print(f"| {name} | {value} |")
    slowest = max(asked, key=lambda one: one.took_s)
    print(f"slowest: {slowest.took_s:.1f} s, {slowest.target}")
    for outcome, number in failed.most_common(10):
        example = next(one.target for one in asked if one.outcome == outcome)
        print(f"{number} × {outcome}: {example}")
    return int(failed.total() > 0 or after > before * (1 + GROWTH_MAXIMUM))


if __name__ == "__main__":
    sys.exit(main())
