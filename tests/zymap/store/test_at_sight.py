"""What is looked up without a transaction is of one state of the data all the same."""

from __future__ import annotations

from contextlib import closing

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
# So many works are left out.
OLD, NEW = 0, 1


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
    page(polygon=((-180, -90), (180, -90), (180, 90), (-180, 90))),
    tile(),
    tile(conditions=PREPARED),
]


@pytest.fixture
def put(tmp_path):
    """Return a function that loads the made-up district without its first few works."""
    geodata = write_testland(tmp_path / "land")
    file = geodata / "works.geojson"
    works = orjson.loads(file.read_bytes())

    def loaded(left_out):
        kept = {**works, "features": works["features"][left_out:]}
        file.write_bytes(orjson.dumps(kept))
        return load(geodata, tmp_path / "data").path

    return loaded


@pytest.fixture(params=QUESTIONS)
def asked(request, put):
    """A store of the first edition, a question, and its answers of two editions."""
    told, found = request.param, []
    for edition in (NEW, OLD):
        path = put(edition)
        with closing(GpkgStore(path)) as store:
            found.append(told(store))
    after, before = found
    assert before != after
    with closing(GpkgStore(path)) as store:
        yield store, told, before, after


def test_a_load_in_the_middle_of_a_look_leaves_no_trace_in_what_is_remembered(asked, put):
    store, told, before, after = asked
    store.revision()
    store._forget()
    loads = [NEW]
    # What is asked first is found in the new state, by the name of the old one.
    store._local.connection.db.set_trace_callback(lambda _: loads and put(loads.pop()))
    assert told(store) == after
    assert not loads
    put(OLD)
    assert told(store) == before


def test_what_is_looked_up_in_the_file_of_a_held_store_is_of_the_state_that_it_has(asked, put):
    store, told, before, after = asked
    store.hold()
    assert told(store) == before
    store.revision()
    put(NEW)
    store._forget()
    assert told(store) == after
    store.let_go()
    put(OLD)
    assert told(store) == before


def test_of_a_store_that_is_held_one_look_for_changes_is_enough(put):
    told, looks = page(), []
    with closing(GpkgStore(put(OLD))) as store:
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
        put(NEW)
        store.hold()
        assert told(store) != before
