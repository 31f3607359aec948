"""The server as an operator meets it: a process that logs, counts, and is stopped."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from benchmarks.dataset import write_dataset
from prometheus_client.parser import text_string_to_metric_families
from tests.serving import Server
from tests.testland import write_testland


@pytest.fixture
def serve(tmp_path):
    """Return a function that starts a server; what it logs is in ``log`` of the folder."""
    land = write_testland(tmp_path / "land")
    servers = []

    def start(*arguments, **settings):
        with (tmp_path / "log").open("w") as log:
            server = Server(
                tmp_path / "data", "--geodata", land, *arguments, settings=settings, log=log
            )
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


def lines(tmp_path):
    return [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]


def counts(server):
    with urllib.request.urlopen(server.root + "metrics", timeout=20) as answer:
        text = answer.read().decode()
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def total(found, name):
    return sum(value for sample, _, value in found if sample == name)


def workers_of(server):
    name = "zymap_worker_resident_memory_bytes"
    return {labels["pid"] for sample, labels, _ in counts(server) if sample == name}


def folder_of(pid):
    """Return the folder that a server process counts in, if it has one."""
    variables = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    pairs = dict(pair.partition("=")[::2] for pair in variables)
    return pairs.get("PROMETHEUS_MULTIPROC_DIR")


@pytest.mark.parametrize("workers", [1, 2])
def test_what_all_processes_did_is_one_log_and_one_sum(serve, tmp_path, workers):
    server = serve("--workers", workers, access_log="all")
    wait_until(lambda: len(workers_of(server)) == workers, "not all server processes are there")
    ids = {f"n{number}" for number in range(40)}
    for request_id in ids:
        request = urllib.request.Request(
            server.root + "areas", headers={"x-request-id": request_id}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.headers["x-request-id"] == request_id

    def counted():
        found = counts(server)
        made = [
            value
            for name, labels, value in found
            if name == "zymap_requests_total" and labels["route"] == "/areas"
        ]
        return sum(made) + total(found, "zymap_kept_answers_total")

    # Each process tells the others some time later.
    wait_until(lambda: counted() == len(ids), "not all requests were counted")
    folder = folder_of(next(iter(workers_of(server))))
    assert (folder is None) == (workers == 1)
    server.stop()
    assert folder is None or not Path(folder).exists()
    logged = [line for line in lines(tmp_path) if line.get("path") == "/areas"]
    assert {line["request_id"] for line in logged} == ids
    assert {line["status"] for line in logged} == {200}


class Download:
    """An answer that is asked for at once and read when the test wants."""

    def __init__(self, server, path):
        address = urllib.parse.urlsplit(server.root)
        self._socket = socket.socket()
        # What the system would hold for a reader who is slow is little.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(60)
        self._socket.connect((address.hostname, address.port))
        host = f"Host: {address.netloc}"
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{host}\r\n\r\n".encode())

    def read(self, wait_s=0.0):
        """Return the body, read slowly at first; its length must be what its head says."""
        with self._socket, http.client.HTTPResponse(self._socket, method="GET") as answer:
            answer.begin()
            assert answer.status == 200
            body = bytearray()
            for _ in range(10):
                body += answer.read(10_000)
                time.sleep(wait_s)
            body += answer.read()
            assert len(body) == int(answer.headers["content-length"])
            return bytes(body)

    def close(self):
        self._socket.close()


@pytest.fixture
def large(tmp_path):
    """Return the folder of a district that takes a while to export."""
    return write_dataset(tmp_path / "large", 8_000)


def is_refused(server):
    address = urllib.parse.urlsplit(server.root)
    try:
        socket.create_connection((address.hostname, address.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def wait_until(condition, message):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, message
        time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_cuts_no_download_and_no_running_export(serve, large, workers):
    server = serve("--workers", workers, "--geodata", large)
    whole = Download(server, "/collections/projects/items?f=geojson").read()
    slow = Download(server, "/collections/projects/items?f=geojson")
    wait_until(lambda: total(counts(server), "zymap_exports_running") == 0, "still exporting")
    export = Download(server, "/collections/projects/items?f=gpkg")
    wait_until(lambda: total(counts(server), "zymap_exports_running") == 1, "no export runs")
    server.process.terminate()
    wait_until(lambda: is_refused(server), "connections are still taken")
    assert server.process.poll() is None
    assert len(slow.read(wait_s=0.1)) == len(whole)
    assert export.read()[:15] == b"SQLite format 3"
    # uvicorn hands the signal on when all is done; systemd takes that for a clean end.
    assert server.process.wait(timeout=60) in (0, -signal.SIGTERM)


def test_a_stop_waits_for_a_reader_who_does_not_read_no_longer_than_it_is_told(serve, large):
    server = serve("--geodata", large, shutdown_s="1")
    stuck = Download(server, "/collections/projects/items?f=geojson")
    wait_until(lambda: total(counts(server), "zymap_exports_running") == 0, "still exporting")
    server.process.terminate()
    server.process.wait(timeout=30)
    stuck.close()
