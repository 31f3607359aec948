"""The server as an operator meets it: a process that logs, counts, and is stopped."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

import pytest
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
        if server.process.poll() is None:
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
    deadline = time.monotonic() + 60
    while len(workers_of(server)) < workers:
        assert time.monotonic() < deadline, "not all server processes are there"
        time.sleep(0.1)
    ids = {f"n{number}" for number in range(40)}
    for request_id in ids:
        request = urllib.request.Request(
            server.root + "areas", headers={"x-request-id": request_id}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.headers["x-request-id"] == request_id
    found = counts(server)
    made = [
        value
        for name, labels, value in found
        if name == "zymap_requests_total" and labels["route"] == "/areas"
    ]
    assert sum(made) + total(found, "zymap_kept_answers_total") == len(ids)
    folder = folder_of(next(iter(workers_of(server))))
    assert (folder is None) == (workers == 1)
    server.stop()
    assert folder is None or not Path(folder).exists()
    logged = [line for line in lines(tmp_path) if line.get("path") == "/areas"]
    assert {line["request_id"] for line in logged} == ids
    assert {line["status"] for line in logged} == {200}
