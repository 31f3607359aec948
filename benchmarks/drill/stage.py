"""What the drill is played on: the database servers, two zymap processes, the proxy."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Cluster, Node, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
ZYMAP = Path(sys.executable).with_name("zymap")
DATABASE = "zymap"
STATS_SOCKET = "haproxy.sock"


class Process:
    """A server that is started, killed, stopped and started again, on the same port."""

    def __init__(self, command: list[str], ready: str, environment: dict[str, str], log: Path):
        self._command = command
        self._ready = ready
        self._environment = environment
        self._log = log

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log
            )
        wait_until(self._is_ready, " ".join(self._command))

    def _is_ready(self) -> bool:
        if self._process.poll() is not None:
            raise SystemExit(f"{self._command} ended:\n{self._log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(self._ready, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> float:
        """End it as an operator does; return how many seconds it took."""
        start = time.monotonic()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
        return time.monotonic() - start


@dataclass(frozen=True)
class Stage:
    """All of it, running.

    Attributes
    ----------
    url : str
        The store's address, every database server named.
    careful_port, once_port : int
        The proxy as it is deployed, and as it would be if it asked nothing twice.
    """

    cluster: Cluster
    url: str
    zymaps: list[Process]
    careful_port: int
    once_port: int
    folder: Path

    def asked_again(self) -> int:
        """Return how many requests the proxy has asked again, of the same process or the other."""
        with socket.socket(socket.AF_UNIX) as talk:
            talk.connect(str(self.folder / STATS_SOCKET))
            talk.sendall(b"show stat\n")
            text = talk.makefile(encoding="ascii").read()
        rows = csv.DictReader(text.removeprefix("# ").splitlines())
        return sum(
            int(row["wretr"]) + int(row["wredis"])
            for row in rows
            if (row["pxname"], row["svname"]) == ("zymap", "BACKEND")
        )

    def sessions(self, node: Node) -> int:
        """Return how many connections of zymap's a database server has."""
        asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'zymap'"
        return int(node.sql(asked))


def haproxy() -> str | None:
    """Return where haproxy is; Debian has it where only root looks."""
    return shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")


def environment(**settings: str) -> dict[str, str]:
    """Return this process's environment with these settings of zymap's and no others."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("ZYMAP_")}
    return clean | {f"ZYMAP_{name.upper()}": text for name, text in settings.items()}


@contextmanager
def staged(folder: Path, geodata: Path) -> Iterator[Stage]:
    """Set the stage, with a first edition loaded; clear it away afterwards."""
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(durable=True))
        cluster.add_replica()
        cluster.add_replica()
        cluster.require_synchronous("ANY 1 (*)")
        url = cluster.create_database(DATABASE)
        given = environment(store=url)
        subprocess.run([ZYMAP, "store", "migrate"], env=given, check=True)
        subprocess.run([ZYMAP, "load", geodata], env=given, check=True)
        ports = [free_port() for _ in range(4)]
        zymaps = [_zymap(port, geodata, given, folder) for port in ports[:2]]
        proxy = _proxy(ports, folder)
        for process in (*zymaps, proxy):
            process.start()
            stack.callback(process.stop)
        yield Stage(cluster, url, zymaps, *ports[2:], folder)


def _zymap(port: int, geodata: Path, given: dict[str, str], folder: Path) -> Process:
    command = [str(ZYMAP), "serve", "--port", str(port), "--geodata", str(geodata)]
    return Process(command, f"http://127.0.0.1:{port}/readyz", given, folder / f"zymap-{port}.log")


def _proxy(ports: list[int], folder: Path) -> Process:
    one, two, careful, once = (f"127.0.0.1:{port}" for port in ports)
    given = environment(
        bind=careful, bind_once=once, one=one, two=two, stats=str(folder / STATS_SOCKET)
    )
    files = (ROOT / "deploy/haproxy.cfg", Path(__file__).with_name("drill.cfg"))
    command = [
        haproxy() or "haproxy",
        "-db",
        *(word for file in files for word in ("-f", str(file))),
    ]
    return Process(command, f"http://{careful}/readyz", given, folder / "haproxy.log")
