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


@pytest.mark.parametrize("told", QUESTIONS)
def test_a_load_in_the_middle_of_a_look_leaves_no_trace_in_what_is_remembered(tmp_path, told):
    geodata = write_testland(tmp_path / "land")
    path = load(geodata, tmp_path / "data").path
    file = geodata / "works.geojson"
    old = file.read_bytes()
    fewer = orjson.loads(old)
    fewer["features"] = fewer["features"][1:]
    new = orjson.dumps(fewer)

    def put(content):
        file.write_bytes(content)
        load(geodata, tmp_path / "data")

    with closing(GpkgStore(path)) as store:
        before = told(store)
    put(new)
    with closing(GpkgStore(path)) as store:
        after = told(store)
    assert before != after
    put(old)
    with closing(GpkgStore(path)) as store:
        store.revision()
        store._forget()
        loads = [new]
        # What is asked first is found in the new state, by the name of the old one.
        store._local.connection.db.set_trace_callback(lambda _: loads and put(loads.pop()))
        assert told(store) == after
        assert not loads
        put(old)
        assert told(store) == before
