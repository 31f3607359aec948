import pytest

from zymap import export
from zymap.catalog import Source
from zymap.errors import InvalidRequest
from zymap.query import Condition, Query

ALL = tuple(Source(name) for name in ("areas", "works", "lanes", "spots", "goals"))
WEST = (Condition("area_id", ("west",)),)


def test_shapefiles_leave_out_the_layers_in_which_nothing_matches(store):
    kept = export.leave_out_empty(store, Query(ALL, conditions=WEST), "shp")
    assert kept.collections == ("areas", "works")
    assert kept.conditions == WEST


def test_a_layer_that_holds_only_unlocated_features_is_not_empty(store):
    query = Query(ALL, located=False, conditions=(Condition("area_id", ("east",)),))
    assert "lanes" in export.leave_out_empty(store, query, "shp").collections


def test_a_file_of_many_tables_keeps_them_all(store):
    query = Query(ALL, conditions=WEST)
    for name in ("gpkg", "xlsx", "csv", "geojson", "kml"):
        assert export.leave_out_empty(store, query, name) == query


def test_where_nothing_matches_at_all_one_layer_keeps_its_schema(store, tmp_path):
    query = Query(ALL, text="nothing is called this")
    kept = export.leave_out_empty(store, query, "shp")
    assert len(kept.sources) == 1
    done = export.run(store, kept, format="shp", target=tmp_path / "nothing.zip")
    assert done.features == 0


def test_what_does_not_exist_is_refused_before_anything_is_counted(store):
    with pytest.raises(InvalidRequest):
        export.leave_out_empty(store, Query(ALL, conditions=(Condition("no", ("1",)),)), "shp")
