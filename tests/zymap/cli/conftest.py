"""The doctor, as an operator calls it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.testland import write_testland


@pytest.fixture
def land(tmp_path):
    return write_testland(tmp_path / "land")


@pytest.fixture
def doctor(land, tmp_path):
    """Return a function that runs the doctor; it hands back exit code and findings by check."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ZYMAP_")}

    def run(**settings):
        given = {"geodata": land, "data_dir": tmp_path / "data", "port": 0, **settings}
        environment = {f"ZYMAP_{name.upper()}": str(value) for name, value in given.items()}
        done = subprocess.run(
            [sys.executable, "-c", "from zymap.cli import run; run()", "doctor"],
            env=clean | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stderr == ""
        assert "hush" not in done.stdout
        found = {}
        for line in done.stdout.splitlines():
            level, check, message = line.split(maxsplit=2)
            found.setdefault(check.rstrip(":"), []).append((level, message))
        return done.returncode, found

    return run
