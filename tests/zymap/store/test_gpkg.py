"""The file itself: what other programs find in it, and what happens around it."""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest
from tests.testland import FEATURES

from zymap.catalog import Source
from zymap.errors import StoreUnavailable
from zymap.query import Query
from zymap.store.gpkg import GpkgStore


@pytest.fixture(scope="session")
def store(gpkg_store):
    return gpkg_store


def test_other_programs_find_the_layers_and_nothing_of_ours(store):
    found = dict(pyogrio.list_layers(store.path).tolist())
    assert set(found) == {*FEATURES, "layer_styles"}
    assert found["goals"] is None
    assert found["lanes"] is not None


def test_another_reader_sees_names_types_and_missing_places(store):
    frame = pyogrio.read_dataframe(store.path, layer="works")
    assert list(frame["name_zh"]) == [f["properties"]["name_zh"] for f in FEATURES["works"]]
    assert list(frame.geometry.isna()) == [f["geometry"] is None for f in FEATURES["works"]]
    assert frame.crs.to_epsg() == 4326
    types = pyogrio.read_info(store.path, layer="works")["ogr_types"]
    fields = pyogrio.read_info(store.path, layer="works")["fields"]
    kinds = dict(zip(fields, types, strict=True))
    assert kinds["deadline"] == "OFTDate"
    assert kinds["spaces"] == "OFTInteger64"


def test_every_layer_with_shapes_has_an_r_tree_and_the_file_a_write_ahead_log(store):
    with closing(sqlite3.connect(f"{store.path.as_uri()}?mode=ro", uri=True)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        assert {f"rtree_{layer}_geom" for layer in FEATURES if layer != "goals"} <= tables
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_each_layer_with_shapes_has_a_default_qgis_style(store):
    with closing(sqlite3.connect(f"{store.path.as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1")
        styles = dict(rows.fetchall())
    assert set(styles) == {layer for layer in FEATURES if layer != "goals"}
    assert all(text.startswith("<!DOCTYPE qgis") for text in styles.values())


def test_an_attribute_question_takes_its_order_from_the_index(store):
    from zymap.query import Condition
    from zymap.store import sql

    query = Query((Source("works"),), conditions=(Condition("area_id", ("east",)),), limit=5)
    statement = sql.select(query, store.catalog(), None, None)
    with closing(sqlite3.connect(f"{store.path.as_uri()}?mode=ro", uri=True)) as db:
        plan = db.execute(f"EXPLAIN QUERY PLAN {statement.text}", statement.parameters).fetchall()
    text = " ".join(row[3] for row in plan)
    assert "ix_works_area_id" in text
    assert "TEMP B-TREE" not in text


def test_several_threads_may_ask_at_once(store):
    results, errors = [], []

    def ask():
        try:
            results.extend(len(store.select(Query((Source("works"),)))) for _ in range(20))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert set(results) == {len(FEATURES["works"])}


def test_a_file_that_is_not_there_or_not_ours_is_unavailable(tmp_path):
    with pytest.raises(StoreUnavailable, match="zymap load"):
        GpkgStore(tmp_path / "nothing.gpkg")
    garbage = tmp_path / "garbage.gpkg"
    garbage.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreUnavailable):
        GpkgStore(garbage)


def test_a_store_in_a_folder_that_cannot_be_written_is_read_all_the_same(store, tmp_path):
    folder = tmp_path / "read-only"
    folder.mkdir()
    shutil.copy(store.path, folder / "copy.gpkg")
    folder.chmod(0o555)
    try:
        with closing(GpkgStore(folder / "copy.gpkg")) as copy:
            assert copy.count(Query((Source("works"),))).matched == len(FEATURES["works"])
    finally:
        folder.chmod(0o755)


def test_a_count_that_a_load_came_into_is_right_when_the_old_data_are_loaded_again(
    tmp_path, monkeypatch
):
    from tests.reloading import Reloading

    from zymap.bbox import BBox
    from zymap.store import sql
    from zymap.store.base import Count

    reloading = Reloading(tmp_path)
    counting, parts = sql.count, []

    def interrupted(*given):
        # The located are counted first, then the others.
        parts.append(given)
        if len(parts) == 2:
            reloading.load(1)
        return counting(*given)

    monkeypatch.setattr(sql, "count", interrupted)
    query = Query((Source("works"),), bbox=BBox(-180, -90, 180, 90))
    with closing(GpkgStore(reloading.path)) as store:
        assert store.count(query) == Count(11, 9)
        assert store.count(query) == Count(10, 9)
        reloading.load(0)
        assert store.count(query) == Count(11, 9)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux for the open files")
def test_threads_that_have_ended_hold_no_file_open(store):
    with closing(GpkgStore(store.path)) as read:

        def held():
            links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
            return sum(link.readlink() == store.path for link in links)

        before = held()
        for _ in range(10):
            thread = threading.Thread(target=read.count, args=(Query((Source("works"),)),))
            thread.start()
            thread.join()
        assert held() <= before + 1
