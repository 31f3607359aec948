"""From a GeoPackage into a database and back again, nothing changes."""

import sqlite3
from contextlib import closing

import pytest
from tests.postgres import postgis_database
from tests.testland import FEATURES

from zymap.bundled import geodata_dir
from zymap.catalog import Source
from zymap.copying import copy
from zymap.errors import InvalidRequest, StoreUnavailable
from zymap.load import load_database
from zymap.query import Query
from zymap.store.gpkg import GpkgStore
from zymap.store.postgis.store import PostgisStore


def answers(store):
    """Return all that a store says of its data: every layer's features, in order."""
    layers = store.catalog().layers
    return {layer.id: store.select(Query((Source(layer.id),))) for layer in layers}


def test_a_copy_into_a_database_and_back_answers_the_same_byte_for_byte(
    gpkg_store, postgres, tmp_path
):
    url, back = postgis_database(postgres, "copied"), tmp_path / "deep" / "back.gpkg"
    there = copy(str(gpkg_store.path), url)
    assert there.features == {layer: len(rows) for layer, rows in FEATURES.items()}
    with closing(PostgisStore(url)) as store:
        assert store.revision() == there.revision == gpkg_store.revision()
        assert store.catalog().text == gpkg_store.catalog().text
        assert answers(store) == answers(gpkg_store)
    assert copy(url, str(back)) == there
    with closing(GpkgStore(back)) as store:
        assert store.revision() == there.revision
        assert answers(store) == answers(gpkg_store)


def test_a_database_with_several_datasets_is_copied_by_the_name_of_one(
    gpkg_store, postgres, tmp_path
):
    url = postgis_database(postgres, "several")
    copy(str(gpkg_store.path), url)
    load_database(geodata_dir(), url)
    with pytest.raises(StoreUnavailable, match="ZYMAP_DATASET"):
        PostgisStore(url)
    target = tmp_path / "one.gpkg"
    assert copy(url, str(target), dataset="testland").revision == gpkg_store.revision()


def test_a_file_that_zymap_did_not_write_is_not_replaced(gpkg_store, tmp_path):
    theirs = tmp_path / "theirs.gpkg"
    with closing(sqlite3.connect(theirs)) as db:
        db.execute("CREATE TABLE theirs (n)")
    before = theirs.read_bytes()
    with pytest.raises(InvalidRequest, match="not written by zymap"):
        copy(str(gpkg_store.path), str(theirs))
    assert theirs.read_bytes() == before
    assert copy(str(gpkg_store.path), str(theirs), force=True).revision == gpkg_store.revision()
