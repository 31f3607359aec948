"""Shapefile of 20,000 polygons: zymap against pyogrio and against nothing but the zip.

Run: ``python -m benchmarks.export``. All candidates run in turn in one process; what counts is
the ratios, because the machine's speed cancels out.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Generator
from pathlib import Path
from statistics import median

import geopandas
import numpy as np
import shapely

from zymap.catalog import Catalog, Source, parse_catalog
from zymap.export import run
from zymap.export.table import read_tables
from zymap.geojson import feature_text
from zymap.query import Query

SIZE, CORNERS, ROUNDS = 20_000, 32, 5
QUERY = Query((Source("projects"),))


class Memory:
    """A store of ready texts, so that no database is measured."""

    def __init__(self, catalog: Catalog, texts: list[bytes]) -> None:
        self._catalog, self._texts = catalog, texts

    def catalog(self) -> Catalog:
        return self._catalog

    def revision(self) -> str:
        return "benchmark"

    def iterate(self, query: Query) -> Generator[bytes]:  # noqa: ARG002
        yield from self._texts


def make_store() -> Memory:
    import zymap

    starter = Path(zymap.__file__).parent / "starter" / "catalog.toml"
    catalog = parse_catalog(starter.read_text(encoding="utf-8"))
    names = [item.name for item in catalog.layer("projects").fields]
    chance = np.random.default_rng(1)
    turn = np.linspace(0, 2 * np.pi, CORNERS + 1)
    texts = []
    for number in range(SIZE):
        lon, lat, radius = chance.uniform((113.4, 34.6, 0.0002), (113.8, 34.9, 0.002))
        ring = np.column_stack([lon + radius * np.cos(turn), lat + radius * np.sin(turn)])
        ring[-1] = ring[0]
        geometry = {"type": "Polygon", "coordinates": [ring.round(6).tolist()]}
        values = {
            "name_zh": f"生成项目第{number}号",
            "name_en": f"Generated project {number}",
            "kind": "project",
            "status": "implementation",
            "deadline": ("2026-06-30", None)[number % 2],
            "description_zh": "由基准程序生成,不代表任何真实项目。" * 2,
            "fact_ids": ["F001", "F002"],
            "coordinateUncertaintyInMeters": (50, None)[number % 2],
        }
        feature = {"type": "Feature", "id": f"my-{number}", "geometry": geometry}
        texts.append(feature_text({**feature, "properties": values}, "projects", names))  # type: ignore[arg-type]
    return Memory(catalog, texts)


def make_frame(store: Memory) -> geopandas.GeoDataFrame:
    (table,) = read_tables([store.catalog().layer("projects")], store.iterate(QUERY))
    columns = {
        field.shp: ["; ".join(v) if isinstance(v, list) else v for v in table.values(field.name)]
        for field in table.fields
    }
    return geopandas.GeoDataFrame(columns, geometry=table.geometries, crs=4326).to_crs(4547)


def zip_folder(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)


def cpu_s(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    warnings.simplefilter("ignore")  # pyogrio warns of what it cuts; that is not measured here
    store = make_store()
    frame = make_frame(store)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        plain, unpacked = place / "plain", place / "unpacked"

        def read() -> None:
            (table,) = read_tables([store.catalog().layer("projects")], store.iterate(QUERY))
            shapely.total_bounds(table.geometries)

        def whole() -> None:
            moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            run(store, QUERY, format="shp", crs=4547, target=place / "a.zip", created=moment)  # type: ignore[arg-type]

        def pyogrio_only() -> None:
            plain.mkdir(exist_ok=True)
            frame.to_file(plain / "x.shp", engine="pyogrio", encoding="UTF-8")

        def pyogrio_zip() -> None:
            pyogrio_only()
            zip_folder(plain, place / "b.zip")

        def bare_zip() -> None:
            zip_folder(unpacked, place / "c.zip")

        whole()
        with zipfile.ZipFile(place / "a.zip") as archive:
            archive.extractall(unpacked)
        works = (read, whole, pyogrio_only, pyogrio_zip, bare_zip)
        spent: dict[str, list[float]] = {work.__name__: [] for work in works}
        for _ in range(ROUNDS):
            for work in works:
                spent[work.__name__].append(cpu_s(work))
    report({name: median(times) for name, times in spent.items()})


def report(cpu: dict[str, float]) -> None:
    own = cpu["whole"] - cpu["read"]
    print(f"{SIZE} polygons of {CORNERS} corners, {ROUNDS} rounds, median CPU seconds")
    for name, seconds in cpu.items():
        print(f"  {name:<14}{seconds:6.2f}")
    print(
        f"  {'write+check':<14}{own:6.2f}   (whole - read: project, write, re-open, zip, manifest)"
    )
    print(f"write+check / pyogrio write_dataframe        {own / cpu['pyogrio_only']:.2f}")
    print(f"write+check / pyogrio write_dataframe + zip  {own / cpu['pyogrio_zip']:.2f}")
    print(f"write+check / bare zip of the same files     {own / cpu['bare_zip']:.2f}")


if __name__ == "__main__":
    main()
