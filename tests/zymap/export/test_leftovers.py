import os
import time

from zymap import export
from zymap.catalog import Source
from zymap.query import Query


def test_an_export_sweeps_what_a_killed_one_left_and_nothing_younger(store, tmp_path):
    target = tmp_path / "works.geojson"
    old, young = tmp_path / "works.geojson.part-old", tmp_path / "works.geojson.part-young"
    for folder in (old, young):
        folder.mkdir()
    yesterday = time.time() - 86_400
    os.utime(old, (yesterday, yesterday))
    export.run(store, Query((Source("works"),)), format="geojson", target=target)
    assert target.exists()
    assert not old.exists()
    assert young.exists()
