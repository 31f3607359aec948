import shutil
import sqlite3
import threading
from contextlib import closing

import pyogrio
import pytest
from tests.testland import FEATURES, write_testland

from zymap.backup import backup, restore
from zymap.catalog import Source
from zymap.errors import InvalidData, InvalidRequest, StoreUnavailable
from zymap.load import load
from zymap.query import Query
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_check import check_gpkg

WORKS = Query((Source("works"),))
TOTAL = sum(len(features) for features in FEATURES.values())


@pytest.fixture
def geodata(tmp_path):
    return write_testland(tmp_path / "geodata")


@pytest.fixture
def path(geodata, tmp_path):
    return load(geodata, tmp_path / "data").path


def change(geodata, old, new):
    file = geodata / "works.geojson"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def rows(path):
    with closing(GpkgStore(path)) as store:
        return store.select(WORKS)


def test_a_backup_holds_what_the_store_held_and_opens_in_gdal(path, tmp_path):
    target = tmp_path / "backup.gpkg"
    made = backup(path, target)
    assert made.content == check_gpkg(path)
    assert made.content.features == TOTAL
    assert rows(target) == rows(path)
    assert pyogrio.read_info(target, layer="works")["features"] == len(FEATURES["works"])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.gpkg", "data", "geodata"]
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_taken_while_the_store_is_loaded_is_of_one_moment(geodata, path, tmp_path):
    stop, states = threading.Event(), {check_gpkg(path).revision}

    def reload():
        number = 0
        while not stop.is_set():
            change(
                geodata,
                f'"name_en":"{number} ' if number else '"name_en":"',
                f'"name_en":"{number + 1} ',
            )
            number += 1
            states.add(load(geodata, path.parent).revision)

    loader = threading.Thread(target=reload)
    loader.start()
    taken = [backup(path, tmp_path / "backup.gpkg").content for _ in range(15)]
    stop.set()
    loader.join()
    assert {content.revision for content in taken} <= states
    assert len({content.revision for content in taken}) > 1
    assert {content.features for content in taken} == {TOTAL}


def test_a_restored_store_is_what_it_was_and_an_open_one_takes_it_up(geodata, path, tmp_path):
    before, target = rows(path), tmp_path / "backup.gpkg"
    revision = backup(path, target).content.revision
    change(geodata, "产业园", "科创产业园")
    load(geodata, path.parent)
    with closing(GpkgStore(path)) as store:
        assert store.select(WORKS) != before
        assert restore(target, path).revision == revision
        assert store.select(WORKS) == before
        assert store.revision() == revision
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert not list(path.parent.glob(".restore-*"))


def test_a_backup_is_restored_where_there_is_no_store(path, tmp_path):
    target, elsewhere = tmp_path / "backup.gpkg", tmp_path / "other" / path.name
    backup(path, target)
    restore(target, elsewhere)
    assert rows(elsewhere) == rows(path)
    with closing(sqlite3.connect(elsewhere)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def overwrite(path, offset, content):
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def execute(path, statement):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


DAMAGES = {
    "no database": lambda path: path.write_text("somebody's notes"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:100_000]),
    "empty": lambda path: path.write_bytes(b""),
    "page of zeros": lambda path: overwrite(path, 40 * 4096, bytes(4096)),
    "row too few": lambda path: execute(path, "DELETE FROM zymap_works WHERE fid = 1"),
    "index entry too few": lambda path: execute(path, "DELETE FROM rtree_works_geom WHERE id = 1"),
    "format of another version": lambda path: execute(
        path, "UPDATE zymap_meta SET value = '1' WHERE key = 'format'"
    ),
    "format of a version before there were any": lambda path: execute(
        path, "DELETE FROM zymap_meta WHERE key = 'format'"
    ),
    "another dataset": lambda path: execute(
        path,
        "UPDATE zymap_meta SET value = replace(value, '\"testland\"', '\"elsewhere\"') "
        "WHERE key = 'catalog'",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_the_store_stays(path, tmp_path, damage):
    target, before = tmp_path / "backup.gpkg", rows(path)
    backup(path, target)
    DAMAGES[damage](target)
    with pytest.raises(InvalidData):
        restore(target, path)
    assert rows(path) == before
    assert not list(path.parent.glob(".restore-*"))


def test_a_damaged_store_gives_no_backup_and_the_old_one_stays(path, tmp_path):
    target = tmp_path / "backup.gpkg"
    backup(path, target)
    held = target.read_bytes()
    execute(path, "DELETE FROM rtree_works_geom WHERE id = 1")
    with pytest.raises(StoreUnavailable, match="no backup was written"):
        backup(path, target)
    assert target.read_bytes() == held


def test_places_that_cannot_be_are_named(path, tmp_path):
    with pytest.raises(InvalidRequest, match="is the store itself"):
        backup(path, path)
    with pytest.raises(InvalidRequest, match="no folder"):
        backup(path, tmp_path / "nowhere" / "backup.gpkg")
    with pytest.raises(InvalidRequest, match="is a folder"):
        backup(path, tmp_path)
    with pytest.raises(InvalidRequest, match="no file"):
        restore(tmp_path / "nothing.gpkg", path)
    with pytest.raises(StoreUnavailable, match="is not there"):
        backup(tmp_path / "none.gpkg", tmp_path / "backup.gpkg")


def test_a_store_that_is_no_database_is_not_written_over_by_a_backup(path, tmp_path):
    target = tmp_path / "backup.gpkg"
    backup(path, target)
    other = tmp_path / "other" / path.name
    other.parent.mkdir()
    other.write_text("somebody's notes")
    with pytest.raises(StoreUnavailable, match="not a database"):
        restore(target, other)
    shutil.move(other, tmp_path / "notes")
    restore(target, other)
    assert rows(other) == rows(path)
