"""zymap itself, with a store of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zymap
from benchmarks.peers.asked import LAYER, STATUS, Asked
from benchmarks.peers.server import WORKERS, Place, Running, Server, comma, query
from benchmarks.processes import free_port, serving
from zymap.crs import CRS84


@contextmanager
def run(place: Place) -> Iterator[Running]:
    """Load the dataset if that has not been done, and serve it."""
    port = free_port()
    program = Path(sys.executable).with_name("zymap")
    command = [program, "serve", "--port", str(port), "--workers", str(WORKERS)]
    command += ["--geodata", place.geodata, "--data", place.folder / "zymap"]
    # No server here writes a line for each request.
    quiet = {**os.environ, "ZYMAP_ACCESS_LOG": "off"}
    with serving(command, port, log=place.folder / "zymap.log", env=quiet) as pid:
        yield Running(port, (pid,))


def target(asked: Asked) -> str:
    """Return the address of a question."""
    if asked.tile:
        z, x, y = asked.tile.matrix, asked.tile.column, asked.tile.row
        return f"/collections/{LAYER}/tiles/WebMercatorQuad/{z}/{y}/{x}"
    items = f"/collections/{LAYER}/items"
    # It keeps answers by their addresses: what holds anyway may be said or not.
    f, crs = asked.wording & 1, asked.wording & 2
    said = {"f": f and "json", "crs": crs and CRS84.uri}
    if asked.item:
        return f"{items}/{asked.item}{query(**said)}".rstrip("?")
    condition = asked.within and f"status='{STATUS}' AND S_INTERSECTS(geometry,{asked.within})"
    # A feature without a geometry meets every bbox (OGC 17-069r4); no peer has it so.
    return items + query(
        limit=asked.limit,
        after=asked.after,
        area=asked.area,
        bbox=comma(asked.bbox),
        located="true" if asked.bbox else None,
        filter=condition,
        **said,
    )


SERVER = Server("zymap", lambda _: zymap.__version__, run, target)
