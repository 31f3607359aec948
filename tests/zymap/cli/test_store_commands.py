"""The commands on a database as the store."""

import os
import subprocess
import sys

import pytest
from tests.testland import FEATURES


def zymap(*arguments, **environment):
    command = [sys.executable, "-c", "from zymap.cli import run; run()", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}
    )


@pytest.fixture(scope="module")
def address(postgres):
    return postgres.create_database("commands")


def test_migrate_load_export_and_copy_work_on_the_database_that_the_setting_names(
    address, testland, tmp_path
):
    total = sum(map(len, FEATURES.values()))
    refused = zymap("load", testland, ZYMAP_STORE=address)
    assert refused.returncode == 1
    assert "zymap store migrate" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert zymap("store", "migrate", ZYMAP_STORE=address).stdout.startswith("done: 0001.loads")
    assert zymap("store", "migrate", ZYMAP_STORE=address).stdout == "nothing to do\n"
    loaded = zymap("load", testland, ZYMAP_STORE=address)
    assert loaded.stdout.startswith(f"loaded {total} features"), loaded.stderr
    target = tmp_path / "works.csv.zip"
    exported = zymap("export", "works", "-f", "csv", "-o", target, ZYMAP_STORE=address)
    assert f"{len(FEATURES['works'])} features" in exported.stdout, exported.stderr
    copied = zymap("store", "copy", address, tmp_path / "copy.gpkg")
    assert f"works: {len(FEATURES['works'])}" in copied.stdout.splitlines()
    revision = loaded.stdout.split("revision ")[1].split(":")[0]
    assert copied.stdout.splitlines()[-1] == f"copied {total} features, revision {revision}"


def test_a_database_that_is_not_there_is_one_line_without_its_password():
    away = "postgresql://somebody:hush-hush@127.0.0.1:1/nothing"
    for command in (("load",), ("export",), ("store", "migrate"), ("serve", "--port", "0")):
        done = zymap(*command, ZYMAP_STORE=away)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "127.0.0.1" in line
        assert "hush" not in line


def test_without_a_database_there_is_nothing_to_migrate(tmp_path):
    done = zymap("store", "migrate")
    assert done.returncode == 2
    assert "ZYMAP_STORE" in done.stderr
