"""A zipped Shapefile of a whole layer: zymap beside ogr2ogr, from the same GeoPackage.

Each writes in a process of its own, in turn. CPU seconds count, without Python's imports;
zymap's are told apart into those of writing and those of re-opening the file and comparing it,
which ogr2ogr does not do. Then the most memory that a large export takes.

``python -m benchmarks.shapefile [--features 20000] [--large 500000] [--rounds 3]``
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.dataset import write_dataset
from benchmarks.machine import machine
from zymap.load import load

LAYER, CRS = "projects", 4547

EXPORT = """
import json, os, sys, time
import pyogrio
from pathlib import Path
from benchmarks.processes import memory_mb
from zymap.catalog import Source
from zymap.export import run, shapefile_set
from zymap.query import Query
from zymap.store.gpkg import GpkgStore
store, target, layer, crs = sys.argv[1:]
checking, check = 0.0, shapefile_set.check_ogr
def timed(*positional, **named):
    global checking
    begin = time.process_time()
    check(*positional, **named)
    checking += time.process_time() - begin
shapefile_set.check_ogr = timed
begin = time.process_time()
query = Query((Source(layer),))
run(GpkgStore(Path(store)), query, format="shp", crs=int(crs), target=Path(target))
whole = time.process_time() - begin
# Not ru_maxrss, which begins with the memory of the process that started this one.
print(json.dumps({"whole": whole, "check": checking, "peak_mb": memory_mb(os.getpid())["peak"]}))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=500_000, help="0: leave it out")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{machine()}\n")
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        compare(Path(name), options.features, options.rounds)
        if options.large:
            store = make_store(Path(name) / "large", options.large)
            found = export(store, Path(name) / "large.zip")
            peak, spent = found["peak_mb"], found["whole"]
            print(f"{options.large:,} features: at most {peak:.0f} MB, {spent:.1f} CPU s")


def compare(work: Path, size: int, rounds: int) -> None:
    """Print what both take."""
    store = make_store(work / "small", size)
    theirs, writing, whole, peaks = [], [], [], []
    for _ in range(rounds):
        found = export(store, work / "zymap.zip")
        whole.append(found["whole"])
        writing.append(found["whole"] - found["check"])
        peaks.append(found["peak_mb"])
        if shutil.which("ogr2ogr"):
            theirs.append(ogr2ogr(store, work / "ogr.shp.zip"))
    if not theirs:
        print("ogr2ogr is missing (Debian: gdal-bin)")
    floor = statistics.median(theirs) if theirs else float("nan")
    print(f"| {size:,} polygons, EPSG:{CRS}, zipped | CPU s | × ogr2ogr |\n|---|---:|---:|")
    rows = {
        "ogr2ogr": floor,
        "zymap, writing": statistics.median(writing),
        "zymap, re-opening and comparing too": statistics.median(whole),
    }
    for title, seconds in rows.items():
        print(f"| {title} | {seconds:.2f} | {seconds / floor:.2f} |")
    print(f"\n{size:,} features: at most {max(peaks):.0f} MB", flush=True)


def make_store(folder: Path, size: int) -> Path:
    """Return the GeoPackage of a dataset in which every project has its place."""
    geodata = write_dataset(folder / "geodata", size, unlocated=False)
    return load(geodata, folder / "data").path


def export(store: Path, target: Path) -> dict[str, float]:
    """Write by zymap; return CPU seconds and the most memory."""
    arguments = [str(store), str(target), LAYER, str(CRS)]
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, *arguments], check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)


def ogr2ogr(store: Path, target: Path) -> float:
    """Write by ogr2ogr; return its CPU seconds."""
    target.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["ogr2ogr", "-f", "ESRI Shapefile", target, store, LAYER, "-nlt", "POLYGON"]
    command += ["-t_srs", f"EPSG:{CRS}", "-lco", "ENCODING=UTF-8"]
    # It warns of every name and text that it cuts.
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
