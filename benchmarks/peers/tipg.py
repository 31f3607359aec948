"""tipg: OGC API - Features and Tiles of PostGIS, in Python (FastAPI, asyncpg)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.asked import LAYER, STATUS, WHOLE, Asked
from benchmarks.peers.install import python
from benchmarks.peers.server import WORKERS, Place, Running, Server, comma, query
from benchmarks.processes import free_port, serving

REQUIREMENTS = ("tipg==1.6.1", "uvicorn[standard]")


def install(venvs: Path) -> str | None:
    """Return the version."""
    return python(venvs / "tipg", REQUIREMENTS)


@contextmanager
def run(place: Place) -> Iterator[Running]:
    """Serve the cluster."""
    assert place.cluster is not None
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": place.cluster.url,
        "TIPG_MAX_FEATURES_PER_QUERY": str(WHOLE),
    }
    command = [place.venvs / "tipg/bin/uvicorn", "tipg.main:app", "--workers", str(WORKERS)]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    log = place.folder / "tipg.log"
    with serving(command, port, log=log, env=environment, cwd=place.folder) as pid:
        yield Running(port, (pid, place.cluster.pid))


def target(asked: Asked) -> str:
    """Return the address of a question."""
    if asked.tile:
        z, x, y = asked.tile.matrix, asked.tile.column, asked.tile.row
        return f"/collections/public.{LAYER}_tile/tiles/WebMercatorQuad/{z}/{x}/{y}"
    items = f"/collections/public.{LAYER}/items"
    if asked.item:
        return f"{items}/{asked.item}?f=geojson"
    condition = asked.within and f"status='{STATUS}' AND S_INTERSECTS(geom,{asked.within})"
    return items + query(
        f="geojson",
        limit=asked.limit,
        offset=asked.offset,
        area_id=asked.area,
        bbox=comma(asked.bbox),
        filter=condition,
        **{"filter-lang": "cql2-text" if condition else None},
    )


SERVER = Server("tipg", install, run, target)
