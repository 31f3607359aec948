import sqlite3
from contextlib import closing

import orjson
import pytest
from tests.testland import FEATURES, write_testland

from zymap.catalog import Source
from zymap.errors import InvalidData, StoreUnavailable
from zymap.load import load
from zymap.query import Query
from zymap.store.gpkg import GpkgStore

WORKS = Query((Source("works"),))


def edit(folder, old, new):
    path = folder / "works.geojson"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def geodata(tmp_path):
    return write_testland(tmp_path / "geodata")


def names(path):
    with closing(GpkgStore(path)) as store:
        return [orjson.loads(row)["properties"]["name_zh"] for row in store.iterate(WORKS)]


def test_loading_the_same_twice_does_nothing_the_second_time(geodata, tmp_path):
    first = load(geodata, tmp_path / "data")
    assert first.changed
    assert first.features == sum(len(features) for features in FEATURES.values())
    before = first.path.stat().st_mtime_ns
    second = load(geodata, tmp_path / "data")
    assert not second.changed
    assert second.revision == first.revision
    assert first.path.stat().st_mtime_ns == before


def test_an_open_store_takes_up_new_content_by_itself(geodata, tmp_path):
    path = load(geodata, tmp_path / "data").path
    with closing(GpkgStore(path)) as store:
        before = store.revision()
        assert store.count(WORKS).matched == len(FEATURES["works"])
        edit(geodata, "产业园", "科创产业园")
        assert load(geodata, tmp_path / "data").changed
        assert store.revision() != before
        assert "科创产业园" in store.feature("works", "zy-campus").text.decode()


def test_data_that_break_a_rule_leave_the_store_as_it_was(geodata, tmp_path):
    path = load(geodata, tmp_path / "data").path
    before = names(path)
    edit(geodata, '"status":"preparation"', '"status":"nonsense"')
    with pytest.raises(InvalidData, match="zymap validate"):
        load(geodata, tmp_path / "data")
    assert names(path) == before
    assert not list((tmp_path / "data").glob(".load-*"))


def test_a_layer_file_that_is_missing_is_named(geodata, tmp_path):
    (geodata / "lanes.geojson").unlink()
    with pytest.raises(InvalidData, match=r"lanes\.geojson"):
        load(geodata, tmp_path / "data")
    assert not list((tmp_path / "data").glob("*.gpkg"))


def test_a_store_that_is_no_database_is_not_written_over(geodata, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "testland.gpkg").write_text("somebody's notes")
    with pytest.raises(StoreUnavailable):
        load(geodata, data)
    assert (data / "testland.gpkg").read_text() == "somebody's notes"


def test_a_store_with_a_catalogue_that_no_longer_passes_is_written_anew(geodata, tmp_path):
    path = load(geodata, tmp_path / "data").path
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE zymap_meta SET value = 'format = 0' WHERE key = 'catalog'")
    with pytest.raises(InvalidData):
        GpkgStore(path)
    assert load(geodata, tmp_path / "data").changed
    assert len(names(path)) == len(FEATURES["works"])
