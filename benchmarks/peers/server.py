"""What every server's module offers, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks.peers.asked import Asked
from benchmarks.peers.cluster import Cluster

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server runs.

    Attributes
    ----------
    folder : Path
        For its configuration and logs; gone afterwards.
    geodata : Path
        The dataset as files, loaded into the cluster already.
    venvs : Path
        Virtual environments of the peers that are written in Python.
    """

    folder: Path
    geodata: Path
    venvs: Path
    cluster: Cluster | None


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs.

    Attributes
    ----------
    roots : tuple of int
        The processes whose CPU time, with that of their children, an answer costs.
    """

    port: int
    roots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """A server to measure.

    Attributes
    ----------
    install : callable
        Install what is missing, where that is possible; return the version, or None.
    run : callable
        Run the server for the time of a block.
    target : callable
        Return the path and query of a question, or None where it cannot be asked.
    """

    name: str
    install: Callable[[Path], str | None]
    run: Callable[[Place], AbstractContextManager[Running]]
    target: Callable[[Asked], str | None]


def query(**parameters: object) -> str:
    """Return a query string of those parameters that have a value."""
    return "?" + "&".join(
        f"{name}={quote(str(value), safe=',:')}"
        for name, value in parameters.items()
        if value not in (None, 0)
    )


def comma(numbers: tuple[float, ...] | None) -> str | None:
    """Return numbers as a list with commas."""
    return None if numbers is None else ",".join(map(str, numbers))
