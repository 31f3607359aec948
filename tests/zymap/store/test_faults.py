"""A store that is damaged, missing or replaced under an open reader: an error, then recovery."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing

import pytest
from tests.testland import write_testland

from zymap.catalog import Source
from zymap.errors import StoreUnavailable
from zymap.load import load
from zymap.query import Query
from zymap.store import gpkg
from zymap.store.gpkg import GpkgStore

WORKS = Query((Source("works"),))

# In a process of its own: reading behind the end of a mapped file would kill it.
READ_WHILE_IT_IS_REPLACED = """
import sys, shutil
from pathlib import Path
from zymap.catalog import Source
from zymap.errors import StoreUnavailable
from zymap.query import Query
from zymap.store import gpkg
gpkg._LOOK_AFTER_S = float(sys.argv[2])
path, good, bad = (Path(sys.argv[1]) / name for name in ("testland.gpkg", "good", "bad"))
works = Query((Source("works"),))
store = gpkg.GpkgStore(path)
before = store.select(works)
for _ in range(3):
    shutil.copyfile(bad, path)
    failed = 0
    for _ in range(5):
        try:
            store.select(works)
        except StoreUnavailable:
            failed += 1
    assert failed, "damage was not met"
    shutil.copyfile(good, path)
    gpkg._LOOK_AFTER_S = 0
    assert store.select(works) == before
print("recovered")
"""


@pytest.fixture
def path(tmp_path):
    return load(write_testland(tmp_path / "land"), tmp_path / "data").path


@pytest.fixture(autouse=True)
def _looking_at_once(monkeypatch):
    monkeypatch.setattr(gpkg, "_LOOK_AFTER_S", 0)


@pytest.mark.parametrize("look_after_s", [0, 3600])
@pytest.mark.parametrize("damage", ["empty", "cut", "zeros", "noise"])
def test_a_file_that_is_overwritten_with_a_damaged_one_and_back_is_read_again(
    path, tmp_path, damage, look_after_s
):
    folder = path.parent
    content = path.read_bytes()
    (folder / "good").write_bytes(content)
    bad = {
        "empty": b"",
        "cut": content[:8192],
        "zeros": bytes(len(content)),
        "noise": content[:4096] + b"\xa5" * (len(content) - 4096),
    }
    (folder / "bad").write_bytes(bad[damage])
    done = subprocess.run(
        [sys.executable, "-c", READ_WHILE_IT_IS_REPLACED, str(folder), str(look_after_s)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "recovered\n"), done


def test_a_file_that_is_moved_away_and_back_is_missed_and_read_again(path):
    with closing(GpkgStore(path)) as store:
        before = store.select(WORKS)
        away = path.with_name("away")
        path.rename(away)
        with pytest.raises(StoreUnavailable, match="not there"):
            store.select(WORKS)
        away.rename(path)
        assert store.select(WORKS) == before


def test_another_file_moved_into_the_place_is_what_is_read(path, tmp_path):
    land = write_testland(tmp_path / "other")
    file = land / "works.geojson"
    file.write_text(file.read_text("utf-8").replace("产业园", "科创产业园"), "utf-8")
    other = load(land, tmp_path / "elsewhere").path
    with closing(GpkgStore(path)) as store:
        before = store.revision()
        shutil.move(other, path)
        assert store.revision() != before
        assert "科创产业园" in store.feature("works", "zy-campus").text.decode()


def test_who_reads_while_the_file_is_replaced_reads_on_to_the_end(path, tmp_path):
    with closing(GpkgStore(path)) as store:
        whole = store.select(WORKS)
        reading = store.iterate(WORKS)
        first = next(reading)
        shutil.copyfile(path, tmp_path / "copy")
        (tmp_path / "copy").replace(path)
        assert store.select(WORKS) == whole
        assert [first, *reading] == whole
