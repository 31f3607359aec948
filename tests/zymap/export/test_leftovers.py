from zymap import export
from zymap.catalog import Source
from zymap.query import Query


def test_an_export_removes_what_a_killed_one_left_and_nothing_else(store, tmp_path):
    target = tmp_path / "works.geojson"
    left, other = tmp_path / "works.geojson.part-left", tmp_path / "works.geojsonl.part-left"
    for folder in (left, other):
        folder.mkdir()
    export.run(store, Query((Source("works"),)), format="geojson", target=target)
    assert target.exists()
    assert not left.exists()
    assert other.exists()
