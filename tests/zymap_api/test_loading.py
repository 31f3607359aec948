"""A server that has to load first, as an operator starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.dataset import write_dataset
from tests.serving import Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

MANY = 5000
# Who runs the tests in the background has Ctrl-C ignored, by all that they start.
AS_FROM_A_TERMINAL = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from zymap.cli import run; run()"
)


def loader_of(process):
    """Return the process that loads for a server, as soon as it is there."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.002)
    raise AssertionError("nobody loads")


@pytest.fixture
def starting(tmp_path):
    """Start a server that has much to load; return it at once."""
    geodata = write_dataset(tmp_path / "geodata", MANY)
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", AS_FROM_A_TERMINAL, "serve", "--port", "0"),
            *("--geodata", geodata, "--data", tmp_path / "data"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_a_server_that_loaded_holds_nothing_of_what_loading_takes(tmp_path):
    server = Server(tmp_path / "data")
    try:
        assert server.ask("collections/projects/items")["numberMatched"] > 0
        maps = Path(f"/proc/{server.process.pid}/maps").read_text()
        assert "pydantic_core" in maps
        assert not [name for name in ("pandas", "pyogrio", "shapely") if name in maps]
    finally:
        server.stop()


def test_a_load_that_somebody_ends_is_told_in_one_line(starting, tmp_path):
    os.kill(loader_of(starting), signal.SIGKILL)
    _, told = starting.communicate(timeout=20)
    assert starting.returncode == 1
    assert len(told.splitlines()) == 1
    assert "the load was ended" in told
    # What it left is swept away, and the next start loads.
    server = Server(tmp_path / "data", "--geodata", tmp_path / "geodata")
    try:
        assert server.ask("collections/projects/items?limit=1")["numberMatched"] == MANY
    finally:
        server.stop()
    assert not list((tmp_path / "data").glob(".load-*"))


def test_ctrl_c_ends_a_load_with_its_server(starting):
    loader = loader_of(starting)
    os.killpg(starting.pid, signal.SIGINT)
    _, told = starting.communicate(timeout=20)
    assert starting.returncode == 130
    assert told == ""
    assert not Path(f"/proc/{loader}").exists()
