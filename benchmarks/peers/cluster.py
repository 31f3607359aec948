"""One PostGIS cluster for the peers: a folder and a port of its own, gone when it is closed."""

from __future__ import annotations

import csv
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import shapely

from benchmarks.peers.asked import LAYER
from benchmarks.peers.truth import Truth
from benchmarks.processes import free_port, serving
from zymap.catalog import Layer

DATABASE, USER = "gis", "postgres"
# What PostGIS's own manuals advise for reading: the data in memory, no set-up cost a query.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "1GB",
    "work_mem": "16MB",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "fsync": "off",
}
_TYPES = {"integer": "integer", "number": "double precision", "date": "date"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster that holds the dataset's layer as a table of its name.

    Attributes
    ----------
    pid : int
        The process whose children the sessions are.
    """

    port: int
    pid: int
    version: str

    @property
    def url(self) -> str:
        """Where it is, for programs."""
        return f"postgresql://{USER}:x@127.0.0.1:{self.port}/{DATABASE}"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest's."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    return found[-1] if found else None


@contextmanager
def cluster(layer: Layer, truth: Truth, columns: Sequence[str]) -> Iterator[Cluster]:
    """Run a cluster with the features of a layer for the time of the block."""
    binaries = programs()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="zymap-peers-pg-"))
    owner = _as_owner(folder)
    port = free_port()
    try:
        data = folder / "data"
        initialise = ["initdb", "-D", str(data), "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"]
        subprocess.run(
            [binaries / initialise[0], *initialise[1:], "-U", USER],
            check=True,
            stdout=subprocess.DEVNULL,
            **owner,
        )
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        command = [binaries / "postgres", "-D", data, f"--port={port}", *settings]
        log = folder / "log"
        with serving(command, port, log=log, stop=signal.SIGINT, **owner) as pid:
            _psql(port, "postgres", f"CREATE DATABASE {DATABASE}")
            _load(port, layer, truth, columns)
            version = _psql(
                port,
                DATABASE,
                "SELECT 'PostgreSQL ' || current_setting('server_version') "
                "|| ', PostGIS ' || postgis_lib_version()",
            )
            yield Cluster(port, pid, version)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner(folder: Path) -> dict[str, Any]:
    """Return how to run as a user that PostgreSQL accepts (it refuses root), and own the folder."""
    if os.getuid() != 0:
        return {"cwd": folder}
    entry = pwd.getpwnam("postgres")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"cwd": folder, "user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _load(port: int, layer: Layer, truth: Truth, columns: Sequence[str]) -> None:
    """Make the table, its indices (those that the questions can use) and its statistics.

    ``LAYER_tile`` is a view of it with the columns alone that zymap's tiles carry.
    """
    types = {item.name: _TYPES.get(item.type, "text") for item in layer.fields}
    declared = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        shapes = shapely.to_wkb(
            shapely.set_srid(truth.geometries, 4326), hex=True, include_srid=True
        )
        for feature, shape in zip(truth.features, shapes, strict=True):
            values = (_cell(feature["properties"].get(name)) for name in types)
            writer.writerow([feature["id"], *values, shape])
        file.flush()
        kept = ", ".join(f'"{name}"' for name in columns)
        for statement in (
            "CREATE EXTENSION postgis",
            f"CREATE TABLE {LAYER} (id text PRIMARY KEY, {declared}, geom geometry(Polygon, 4326))",
            f"\\copy {LAYER} FROM '{file.name}' CSV",
            f"CREATE INDEX ON {LAYER} USING gist (geom)",
            f"CREATE INDEX ON {LAYER} (area_id)",
            f"CREATE INDEX ON {LAYER} (status)",
            f"CREATE VIEW {LAYER}_tile AS SELECT {kept}, geom FROM {LAYER}",
            f"VACUUM ANALYZE {LAYER}",
        ):
            _psql(port, DATABASE, statement)


def _cell(value: object) -> object:
    return orjson.dumps(value).decode() if isinstance(value, list) else value


def _psql(port: int, database: str, statement: str) -> str:
    command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port)]
    done = subprocess.run(
        [*command, "-U", USER, "-d", database, "-c", statement],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()
