"""zymap, tipg, pygeoapi, MapServer and QGIS Server with the same data, asked the same in one run.

What is missing is installed where that takes no password; what cannot be is named and left out. A
server whose answers hold other ids than shapely finds in the file is named and left out of that
workload. Everything listens on 127.0.0.1, and nothing is left running.

``python -m benchmarks.peers [--features 20000] [--connections 8,64] [--seconds 2] [--rounds 2]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.dataset import write_dataset
from benchmarks.machine import machine
from benchmarks.named import chosen, matches
from benchmarks.peers import mapserver, pygeoapi, qgis, tipg, zymap
from benchmarks.peers.asked import LAYER, Workload, workloads
from benchmarks.peers.cluster import cluster, programs
from benchmarks.peers.install import debian
from benchmarks.peers.measure import Turn, measure
from benchmarks.peers.report import tables
from benchmarks.peers.server import Place, Running, Server
from benchmarks.peers.truth import Truth
from benchmarks.peers.verify import Wrong, seconds, share
from benchmarks.processes import ServerFailed
from zymap.catalog import read_catalog
from zymap.store.base import tile_attributes

SERVERS = (zymap.SERVER, tipg.SERVER, pygeoapi.SERVER, mapserver.SERVER, qgis.SERVER)


def main() -> None:
    """Install, load, verify, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=20_000)
    parser.add_argument("--connections", default="8,64")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--slow", type=float, default=0.3, help="s an answer, to be spared the many connections"
    )
    parser.add_argument(
        "--servers", default="", help="part of the names, with commas; all if empty"
    )
    parser.add_argument("--workloads", default="", help="part of the names, with commas")
    parser.add_argument(
        "--venvs", type=Path, default=Path(".peers"), help="environments of peers; kept"
    )
    options = parser.parse_args()
    print(machine(), flush=True)
    venvs = options.venvs.resolve()
    servers = _installed(_chosen(SERVERS, options.servers), venvs)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zymap-peers-")))
        # MapServer leaves out what has no geometry, so all have one.
        geodata = write_dataset(folder / "geodata", options.features, unlocated=False)
        layer = read_catalog(geodata).layer(LAYER)
        truth = Truth(geodata / layer.file)
        asked = chosen(parser, "--workloads", workloads(truth), options.workloads)
        database = None
        if debian("postgresql-15-postgis-3") and programs():
            database = stack.enter_context(cluster(layer, truth, tile_attributes(layer)))
            print(database.version)
        elif any(server is not zymap.SERVER for server in servers):
            print("PostGIS cannot be installed: no peers")
            servers = {
                server: version for server, version in servers.items() if server is zymap.SERVER
            }
        load = [Path(sys.executable).with_name("zymap"), "load", geodata]
        subprocess.run([*load, "--data", folder / "zymap"], check=True, stdout=subprocess.DEVNULL)
        place = Place(folder, geodata, venvs, database)
        running = _start(servers, place, stack)
        turns = [
            turn
            for workload in asked.values()
            for server, where in running.items()
            if (turn := _turn(server, where, workload, truth))
        ]
        connections = [int(number) for number in options.connections.split(",")]
        found = measure(turns, connections, options.seconds, options.rounds, options.slow)
        print(f"\n{options.features:,} features\n")
        print(tables(found, [server.name for server in running], list(asked)))


def _chosen(servers: Sequence[Server], names: str) -> list[Server]:
    """Return zymap and the servers whose names are given in part."""
    return [s for s in servers if s is zymap.SERVER or matches(s.name, names)]


def _installed(servers: Sequence[Server], venvs: Path) -> list[Server]:
    found = []
    for server in servers:
        version = server.install(venvs)
        print(f"{server.name}: {version or 'cannot be installed, left out'}", flush=True)
        if version:
            found.append(server)
    return found


def _start(servers: Sequence[Server], place: Place, stack: ExitStack) -> Mapping[Server, Running]:
    running = {}
    for server in servers:
        try:
            running[server] = stack.enter_context(server.run(place))
        except (ServerFailed, subprocess.CalledProcessError) as error:
            print(f"{server.name}: does not start, left out: {error}")
    return running


def _turn(server: Server, running: Running, workload: Workload, truth: Truth) -> Turn | None:
    """Return the turn of a server that answers a workload rightly; say what is wrong of another."""
    try:
        held = share(server, running, workload, truth)
    except Wrong as wrong:
        print(f"{workload.name}: without {server.name}: {wrong}", flush=True)
        return None
    if held < 1:
        print(f"{workload.name}: {server.name} shows {held:.1%} of the features", flush=True)
    return Turn(server, running, workload, seconds(server, running, workload), held)


if __name__ == "__main__":
    main()
