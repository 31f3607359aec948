"""What is looked up without a transaction is of one state of the data all the same."""

from __future__ import annotations

from contextlib import closing
from functools import partial

import orjson
import pytest
from tests.testland import write_testland

from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.load import load
from zymap.query import Condition, Query
from zymap.store.gpkg import GpkgStore
from zymap.tilematrix import Tile

WORKS = (Source("works"),)
PREPARED = (Condition("status", ("preparation",)),)


def page(**asked):
    """Return a function that tells a page of a store."""

    def told(store):
        found = store.page(Query(WORKS, limit=2, **asked))
        return found.rows(), found.returned, found.last, found.count, found.revision

    return told


def tile(**asked):
    """Return a function that tells the world's tile of a store."""
    return lambda store: store.tile(Query(WORKS, **asked), Tile(0, 0, 0), 0.0)


QUESTIONS = [
    page(),
    page(conditions=PREPARED),
    page(bbox=BBox(-180, -90, 180, 90)),
    tile(),
    tile(conditions=PREPARED),
]


@pytest.fixture
def editions(tmp_path):
    """The store's path, and functions that load the made-up district with all works, or fewer."""
    geodata = write_testland(tmp_path / "land")
    path = load(geodata, tmp_path / "data").path
    file = geodata / "works.geojson"
    old = file.read_bytes()
    fewer = orjson.loads(old)
    fewer["features"] = fewer["features"][1:]

    def put(content):
        file.write_bytes(content)
        load(geodata, tmp_path / "data")

    return path, partial(put, old), partial(put, orjson.dumps(fewer))


def answers_of_both(path, put_old, put_new, told):
    found = []
    for put in (put_old, put_new):
        put()
        with closing(GpkgStore(path)) as store:
            found.append(told(store))
    put_old()
    before, after = found
    assert before != after
    return before, after


@pytest.mark.parametrize("told", QUESTIONS)
def test_a_load_in_the_middle_of_a_look_leaves_no_trace_in_what_is_remembered(editions, told):
    path, put_old, put_new = editions
    before, after = answers_of_both(*editions, told)
    with closing(GpkgStore(path)) as store:
        store.revision()
        store._forget()
        loads = [put_new]
        # What is asked first is found in the new state, by the name of the old one.
        store._local.connection.db.set_trace_callback(lambda _: loads and loads.pop()())
        assert told(store) == after
        assert not loads
        put_old()
        assert told(store) == before


def test_of_a_store_that_is_held_one_look_for_changes_is_enough(editions):
    path, _, put_new = editions
    told, looks = page(), []
    with closing(GpkgStore(path)) as store:
        before = told(store)
        store._local.connection.db.set_trace_callback(looks.append)
        store.hold()
        assert [told(store) for _ in range(3)] == [before] * 3
        assert store.revision() == before[-1]
        assert looks == ["PRAGMA data_version"]
        store.let_go()
        told(store)
        told(store)
        assert len(looks) == 3
        put_new()
        store.hold()
        assert told(store) != before


@pytest.mark.parametrize("told", QUESTIONS)
def test_what_is_looked_up_in_the_file_of_a_held_store_is_of_the_state_that_it_has(editions, told):
    path, put_old, put_new = editions
    before, after = answers_of_both(*editions, told)
    with closing(GpkgStore(path)) as store:
        store.hold()
        assert told(store) == before
        store.revision()
        put_new()
        store._forget()
        assert told(store) == after
        store.let_go()
        put_old()
        assert told(store) == before
