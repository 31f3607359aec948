"""What a vector tile costs that nobody asked for before, in CPU time of one process.

For each zoom some tiles of a generated dataset are read from the store and encoded, each once; the
same rows are then encoded by mapbox-vector-tile, given geometries that are projected already.

``python -m benchmarks.tiles [--features 500000] [--tiles 12] [--data DIR]``
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, write_dataset
from zymap.catalog import Source
from zymap.load import load
from zymap.query import Condition, Query
from zymap.store.base import TileRows
from zymap.store.gpkg import GpkgStore
from zymap.tilematrix import Tile, world_xy
from zymap.tiles import BUFFER_TILES, EXTENT, encode_tile

LAYER = "projects"
ZOOMS = (0, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18)
FILTERED_ZOOMS = (8, 10, 12, 14)
ALL = Query((Source(LAYER),))
FILTERED = replace(ALL, conditions=(Condition("status", ("completion",)),))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=500_000)
    parser.add_argument("--tiles", type=int, default=12)
    parser.add_argument("--data", type=Path, help="keep the dataset and its store here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        work = options.data or Path(name)
        geodata = work / "geodata"
        if not geodata.exists():
            write_dataset(geodata, options.features)
        store = GpkgStore(load(geodata, work / "data").path)
        for title, query, zooms in (("all", ALL, ZOOMS), ("filtered", FILTERED, FILTERED_ZOOMS)):
            print(f"{title:9}{'rows':>7}{'kB':>7}{'store ms':>10}{'encode ms':>11}{'mvt ms':>8}")
            for zoom in zooms:
                measure(store, query, zoom, options.tiles)
        store.close()


def measure(store: GpkgStore, query: Query, zoom: int, count: int) -> None:
    """Print the medians over different tiles of a zoom."""
    samples = [sample(store, query, tile) for tile in some_tiles(zoom, count)]
    rows, size, reading, encoding, other = map(statistics.median, zip(*samples, strict=True))
    line = f"{rows:7.0f}{size / 1000:7.0f}{reading:10.1f}{encoding:11.1f}{other:8.1f}"
    print(f"z{zoom:<8}{line}", flush=True)


def some_tiles(zoom: int, count: int) -> list[Tile]:
    """Return up to `count` different tiles that lie on the dataset."""
    chance = random.Random(zoom)
    found: dict[Tile, None] = {}
    for _ in range(count):
        place = np.array([[chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)]])
        ((x, y),) = (world_xy(place) * 2**zoom).astype(int).tolist()
        found[Tile(zoom, y, x)] = None
    return list(found)


def sample(store: GpkgStore, query: Query, tile: Tile) -> tuple[float, ...]:
    """Return rows, bytes, and the CPU ms of reading, encoding, and encoding by the other."""
    rows, reading = timed(lambda: store.tile(query, tile, BUFFER_TILES))
    content, encoding = timed(
        lambda: encode_tile(LAYER, tile, rows.numbers, rows.wkb, rows.columns)
    )
    plain = as_features(rows, tile)
    _, other = timed(lambda: mapbox_vector_tile.encode({"name": LAYER, "features": plain}))
    return len(rows.wkb), len(content), reading, encoding, other


def as_features(rows: TileRows, tile: Tile) -> list[dict[str, Any]]:
    """Return the rows as the other encoder takes them."""
    corner = np.array([tile.column, tile.row])

    def project(lonlat: np.ndarray) -> np.ndarray:
        return (world_xy(lonlat) * 2.0**tile.matrix - corner) * EXTENT

    shapes = shapely.transform(shapely.from_wkb(np.array(rows.wkb, dtype=object)), project)
    names = list(rows.columns)
    values = zip(*rows.columns.values(), strict=True)
    return [
        {"geometry": shape, "properties": dict(zip(names, texts, strict=True))}
        for shape, texts in zip(shapes, values, strict=True)
    ]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` returns and its CPU time in ms."""
    start = time.process_time()
    made = work()
    return made, (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
