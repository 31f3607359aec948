"""What zymap's answers cost beside a bare endpoint that returns the same bytes.

Both are served by uvicorn with one process each, on the same machine and in the same run, and
asked in turn over one kept connection by a client that does nothing but read. Printed are the
median time a request and its ratio to the bare endpoint's: machines differ, ratios less so.

``python -m benchmarks.serving [--features 20000] [--rounds 5]``
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.dataset import write_dataset

QUESTIONS = {
    "items page (100)": "/collections/projects/items?limit=100",
    "items page (1000)": "/collections/projects/items?limit=1000",
    "bbox (1 %)": "/collections/projects/items?bbox=113.5,34.7,113.54,34.73&located=true",
    "area": "/areas/area-1/projects?limit=100",
    "area + bbox": "/areas/area-1/projects?bbox=113.5,34.7,113.6,34.8&located=true",
    "text": "/collections/projects/items?q=77&limit=100",
    "sorted": "/collections/projects/items?sortby=-deadline,name_zh&limit=100",
    "single item": "/collections/projects/items/my-project-0000001",
}
EXPORT = "/collections/projects/items?f=shp&crs=EPSG:4547"
REQUESTS = 200
EXPORT_REQUESTS = 1  # each builds and checks a file of the whole layer

BARE = """
import sys, pathlib
folder = pathlib.Path(sys.argv[2])
bodies = {path.name: path.read_bytes() for path in folder.iterdir()}
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = bodies[scope["path"].strip("/")]
    length = str(len(body)).encode()
    headers = [(b"content-length", length), (b"content-type", b"application/geo+json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
import uvicorn
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False)
"""


class Connection:
    """One kept HTTP/1.1 connection that reads whole answers and nothing more."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.port = port

    def get(self, target: str) -> bytes:
        """Return the body of an answer."""
        request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n"
        self.socket.sendall(request.encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(1 << 20)
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
        parts, missing = [body], length - len(body)
        while missing > 0:
            parts.append(self.socket.recv(1 << 20))
            missing -= len(parts[-1])
        return b"".join(parts)


def median_us(connection: Connection, target: str, requests: int) -> float:
    """Return the median time of a request in microseconds."""
    times = []
    for _ in range(requests):
        start = time.perf_counter()
        connection.get(target)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


@contextmanager
def serving(command: list[str], port: int) -> Iterator[Connection]:
    """Run a server for the time of the block."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                connection = Connection(port)
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"no server on port {port}")
        yield connection
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        work = Path(name)
        geodata = write_dataset(work / "geodata", options.features)
        zymap = Path(sys.executable).with_name("zymap")
        os.environ["ZYMAP_DATA_DIR"] = str(work / "data")
        subprocess.run([zymap, "load", geodata], check=True)
        port = free_port()
        command = [str(zymap), "serve", "--port", str(port), "--geodata", str(geodata)]
        with serving(command, port) as ours:
            compare(ours, work, options.rounds)


def compare(ours: Connection, work: Path, rounds: int) -> None:
    """Ask zymap and the bare endpoint in turn, and print a table."""
    bodies = work / "bodies"
    bodies.mkdir()
    questions = {**QUESTIONS, "Shapefile of all": EXPORT}
    targets = {f"q{number}": target for number, target in enumerate(questions.values())}
    for name, target in targets.items():
        (bodies / name).write_bytes(ours.get(target))
    port = free_port()
    with serving([sys.executable, "-c", BARE, str(port), str(bodies)], port) as bare:
        print(f"{'question':20}{'kB':>8}{'bare µs':>10}{'zymap µs':>10}{'ratio':>8}")
        for label, (name, target) in zip(questions, targets.items(), strict=True):
            requests = EXPORT_REQUESTS if target == EXPORT else REQUESTS
            pairs = [
                (median_us(bare, f"/{name}", REQUESTS), median_us(ours, target, requests))
                for _ in range(rounds)
            ]
            floor, cost = (statistics.median(column) for column in zip(*pairs, strict=True))
            size = (bodies / name).stat().st_size / 1000
            print(f"{label:20}{size:8.1f}{floor:10.0f}{cost:10.0f}{cost / floor:8.2f}")


if __name__ == "__main__":
    main()
