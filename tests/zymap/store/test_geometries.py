"""The geometries of a small layer are held; those of another one are read where they are needed."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
import shapely
from tests.testland import write_testland

from zymap.load import load
from zymap.store import geometries, thinning
from zymap.store.geometries import Geometries
from zymap.store.gpkg import GpkgStore
from zymap.store.thinning import read_thinning


@pytest.fixture
def look(tmp_path):
    """Return the geometries of the located works, a connection, the texts sent over it, their number."""
    path = load(write_testland(tmp_path / "land"), tmp_path / "data").path
    with closing(GpkgStore(path)) as store:
        connection, texts = store._local.connection, []
        known = read_thinning(connection.db, "works")
        connection.db.set_trace_callback(texts.append)
        yield Geometries("works", known), connection, texts, len(known.fids)


def expected(connection, found):
    fids = read_thinning(connection.db, "works").fids.tolist()
    blobs = dict(connection.rows("SELECT fid, geom FROM works"))
    return [shapely.from_wkb(geometries.wkb_of(blobs[fid])) for fid in fids] == list(found)


def test_small_ones_are_read_once(look):
    kept, connection, texts, number = look
    assert kept.are_held(connection)
    del texts[:]
    found = kept.of(connection, range(number))
    assert not texts
    assert expected(connection, found)
    assert list(kept.of(connection, [1, 0])) == [found[1], found[0]]


@pytest.mark.parametrize(
    ("module", "name"), [(geometries, "HELD_BYTES"), (thinning, "SMALL_MAXIMUM")]
)
def test_of_large_ones_those_that_are_needed_are_read(request, monkeypatch, module, name):
    monkeypatch.setattr(module, name, 1)
    look = request.getfixturevalue("look")
    kept, connection, texts, number = look
    assert not kept.are_held(connection)
    del texts[:]
    found = [kept.of(connection, np.array([rank]))[0] for rank in range(number)]
    assert len(texts) == len(found) > 1
    assert expected(connection, found)
    assert list(kept.of(connection, np.array([1, 0]))) == [found[1], found[0]]
