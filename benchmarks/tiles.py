"""What a vector tile costs that nobody asked for before, in CPU time of one process.

For each zoom some tiles of a dataset are read from the store and encoded, each once. All tiles of
one zoom are then asked over HTTP, each once and each again, and beside them a bare Starlette
endpoint that returns the same bytes. With ``--postgres`` PostGIS makes the tiles of that zoom, too,
from the same features, with the same attributes; its figure holds no HTTP.

``python -m benchmarks.tiles [--features 500000] [--tiles 12] [--data DIR] [--postgres DSN]``
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.client import Connections
from benchmarks.dataset import write_dataset
from benchmarks.postgis import Postgis
from benchmarks.processes import free_port, serving
from benchmarks.serving import BARE
from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.geojson import read_features
from zymap.load import load
from zymap.query import Condition, Query
from zymap.store.base import tile_attributes
from zymap.store.gpkg import GpkgStore
from zymap.tilematrix import Tile, world_xy
from zymap.tiles import BUFFER_TILES, encode_tile

LAYER = "projects"
ZOOMS = (0, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18)
FILTERED_ZOOMS = (8, 10, 12, 14)
PEER_ZOOM = 14
PEER_ROUNDS = 5
CONNECTIONS = 8
ALL = Query((Source(LAYER),))
FILTERED = ALL._replace(conditions=(Condition("status", ("completion",)),))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=500_000)
    parser.add_argument("--tiles", type=int, default=12)
    parser.add_argument("--data", type=Path, help="keep the dataset and its store here")
    parser.add_argument("--postgres", help="a PostGIS database to compare with, for psql")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        work = options.data or Path(name)
        geodata = work / "geodata"
        if not geodata.exists():
            write_dataset(geodata, options.features)
        store = GpkgStore(load(geodata, work / "data").path)
        for title, query, zooms in (("all", ALL, ZOOMS), ("filtered", FILTERED, FILTERED_ZOOMS)):
            print(f"{title:9}{'rows':>7}{'kB':>7}{'store ms':>10}{'encode ms':>11}")
            for zoom in zooms:
                measure(store, query, zoom, options.tiles)
        if options.postgres:
            compare(store, geodata, options.postgres)
        over_http(store, geodata, work)
        store.close()


def measure(store: GpkgStore, query: Query, zoom: int, count: int) -> None:
    """Print the medians over different tiles of a zoom."""
    # What a process does once, such as reading a layer's arrays, is not what a tile costs.
    sample(store, query, Tile(24, 0, 0))
    samples = [sample(store, query, tile) for tile in some_tiles(extent(store), zoom, count)]
    rows, size, reading, encoding = map(statistics.median, zip(*samples, strict=True))
    line = f"{rows:7.0f}{size / 1000:7.0f}{reading:10.2f}{encoding:11.2f}"
    print(f"z{zoom:<8}{line}", flush=True)


def compare(store: GpkgStore, geodata: Path, dsn: str) -> None:
    """Print what all tiles of one zoom cost here and in PostGIS, in turn."""
    layer = store.catalog().layer(LAYER)
    peer = Postgis(dsn, read_features(geodata / layer.file), tile_attributes(layer))
    tiles = inner_tiles(extent(store), PEER_ZOOM)
    makers: dict[str, tuple[Callable[[Tile], int], Callable[[], float]]] = {
        "zymap": (lambda tile: sample(store, ALL, tile)[1], time.process_time),
        "PostGIS, projected beforehand": (
            lambda tile: peer.tile(tile, projected=True),
            peer.cpu_s,
        ),
        "PostGIS, projected when asked": (
            lambda tile: peer.tile(tile, projected=False),
            peer.cpu_s,
        ),
    }
    costs: dict[str, list[float]] = {name: [] for name in makers}
    sizes: dict[str, float] = {}
    for _ in range(PEER_ROUNDS):
        for name, (make, clock) in makers.items():
            sizes[name], cost = many(make, clock, tiles)
            costs[name].append(cost)
    print(f"z{PEER_ZOOM}, {len(tiles)} tiles{'kB':>24}{'CPU ms a tile':>16}")
    for name, found in costs.items():
        print(f"{name:32}{sizes[name] / 1000:8.1f}{statistics.median(found):16.2f}")
    peer.close()


def over_http(store: GpkgStore, geodata: Path, work: Path) -> None:
    """Print what a tile costs that is asked once, and again, beside a bare endpoint."""
    # Few enough for all of them to be kept.
    tiles = inner_tiles(extent(store), PEER_ZOOM)[:100]
    bodies = work / "bodies"
    shutil.rmtree(bodies, ignore_errors=True)
    bodies.mkdir()
    for number, tile in enumerate(tiles):
        content = store.tile(ALL, tile, BUFFER_TILES).content
        (bodies / str(number)).write_bytes(content)
    root = f"/collections/{LAYER}/tiles/WebMercatorQuad"
    asked = [f"{root}/{address(tile)}" for tile in tiles]
    above = [f"{root}/{name}" for name in dict.fromkeys(address(tile, 1) for tile in tiles)]
    plain = [f"/{number}" for number in range(len(tiles))]
    os.environ["ZYMAP_DATA_DIR"] = str(work / "data")
    zymap = str(Path(sys.executable).with_name("zymap"))
    costs: list[tuple[float, ...]] = []
    port = free_port()
    with serving([sys.executable, "-c", BARE, str(port), str(bodies)], port) as bare_pid:
        bare = Connections(port, CONNECTIONS)
        bare.ask(plain)
        for _ in range(PEER_ROUNDS):
            own = free_port()
            command = [zymap, "serve", "--port", str(own), "--geodata", str(geodata)]
            with serving(command, own) as pid:
                ours = Connections(own, CONNECTIONS)
                # What the process does once is not what a tile costs.
                ours.ask(above)
                first = ours.cost([pid], above[0], asked).cpu_us
                # An answer is kept when it is asked the second time.
                ours.ask(asked)
                again = ours.cost([pid], asked[0], asked * 10).cpu_us
                costs.append((first, again, bare.cost([bare_pid], plain[0], plain * 10).cpu_us))
    first, again, floor = map(statistics.median, zip(*costs, strict=True))
    print(f"over HTTP, z{PEER_ZOOM}{'CPU ms a tile':>37}{'share of bare':>16}")
    for name, cost in (("asked first", first), ("asked again", again), ("bare Starlette", floor)):
        print(f"{name:32}{cost / 1000:18.3f}{floor / cost:16.2f}")


def address(tile: Tile, up: int = 0) -> str:
    """Return the end of a tile's address, or of the tile that it is part of."""
    return f"{tile.matrix - up}/{tile.row >> up}/{tile.column >> up}"


def many(
    make: Callable[[Tile], int], clock: Callable[[], float], tiles: Sequence[Tile], repeat: int = 10
) -> tuple[float, float]:
    """Return the mean bytes and CPU ms of a tile; Linux counts the time in steps of 10 ms."""
    start, total = clock(), 0
    for _ in range(repeat):
        total += sum(map(make, tiles))
    count = repeat * len(tiles)
    return total / count, (clock() - start) * 1000 / count


def extent(store: GpkgStore) -> BBox:
    """Return where the layer's features are."""
    found = store.extent(LAYER).bbox
    assert found is not None
    return found


def some_tiles(box: BBox, zoom: int, count: int) -> list[Tile]:
    """Return up to `count` different tiles that lie on the dataset."""
    chance = random.Random(zoom)
    found: dict[Tile, None] = {}
    for _ in range(count):
        lon, lat = chance.uniform(box.west, box.east), chance.uniform(box.south, box.north)
        ((x, y),) = (world_xy(np.array([[lon, lat]])) * 2**zoom).astype(int).tolist()
        found[Tile(zoom, y, x)] = None
    return list(found)


def inner_tiles(box: BBox, zoom: int) -> list[Tile]:
    """Return the tiles of a zoom that lie inside a box."""
    corners = np.array([[box.west, box.north], [box.east, box.south]])
    (west, north), (east, south) = (world_xy(corners) * 2**zoom).astype(int).tolist()
    return [
        Tile(zoom, row, column)
        for row in range(north + 1, south)
        for column in range(west + 1, east)
    ]


def sample(store: GpkgStore, query: Query, tile: Tile) -> tuple[int, int, float, float]:
    """Return rows, bytes, and the CPU ms of reading and of encoding."""
    start = time.process_time()
    rows = store.tile_rows(query, tile, BUFFER_TILES)
    read = time.process_time()
    content = encode_tile(LAYER, tile, rows)
    done = time.process_time()
    return len(rows.numbers), len(content), (read - start) * 1000, (done - read) * 1000


if __name__ == "__main__":
    main()
