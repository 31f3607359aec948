"""GeoPackage and FlatGeobuf: what GDAL writes."""

import datetime as dt
import json
import sqlite3
import zipfile
from contextlib import closing

import geopandas
import pyogrio
import pytest

from zymap.export.csv_file import read_rows


def test_every_layer_is_a_table_with_its_chinese_title(store, hand):
    path, _ = hand(store, "gpkg", "works", "lanes", "goals", name="a.gpkg")
    with closing(sqlite3.connect(path)) as db:
        titles = dict(db.execute("SELECT table_name, identifier FROM gpkg_contents"))
    assert titles == {"works": "工程", "lanes": "道路", "goals": "目标", "fields": "字段说明"}


def test_the_unlocated_keep_their_row_without_a_shape(store, hand):
    path, manifest = hand(store, "gpkg", "works", name="a.gpkg")
    frame = geopandas.read_file(path, layer="works")
    assert len(frame) == manifest.features
    assert frame[frame.geometry.isna()]["id"].tolist() == ["zy-library", "zy-school"]


def test_types_and_nulls_are_kept(shelf, feature, hand):
    store = shelf(
        works=[
            feature(0, spaces=35, budget=1.5, open=True, deadline="2021-07-01", fact_ids=["F1"]),
            feature(1, spaces=None, budget=None, open=None, deadline=None),
        ]
    )
    path, _ = hand(store, "gpkg", "works", name="a.gpkg")
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT spaces, budget, open, deadline FROM works ORDER BY id").fetchall()
    assert rows == [(35, 1.5, 1, "2021-07-01"), (None, None, None, None)]
    info = pyogrio.read_info(path, layer="works")
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert (kinds["spaces"], kinds["open"]) == ("int64", "bool")
    assert kinds["deadline"] == "datetime64[D]"


@pytest.mark.parametrize("crs", [4326, 4490, 4547, 4526, 3857])
@pytest.mark.parametrize("format_", ["gpkg", "fgb"])
def test_x_comes_before_y_in_every_crs(crs, format_, shelf, feature, hand, tmp_path):
    path, _ = hand(shelf(works=[feature()]), format_, "works", crs=crs, name=f"a.{format_}")
    if format_ == "fgb":
        zipfile.ZipFile(path).extractall(tmp_path)
        path = tmp_path / "works_point.fgb"
    frame = geopandas.read_file(path, layer=0)
    assert frame.crs.to_epsg() == crs
    assert tuple(frame.to_crs(4326).get_coordinates().round(7).iloc[0]) == (113.6, 34.74)


def test_a_table_of_fields_explains_the_columns_and_the_manifest_is_inside(store, hand):
    path, manifest = hand(store, "gpkg", "works", name="a.gpkg")
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT layer, field, title_zh, codes FROM fields").fetchall()
    assert ("works", "name_zh", "name_zh的标题", "") in [(*row[:3], row[3] or "") for row in rows]
    held = json.loads(pyogrio.read_info(path, layer="works")["dataset_metadata"]["manifest"])
    assert held["features"] == manifest.features


def test_a_layer_of_several_kinds_of_shape_is_one_table(store, hand):
    path, manifest = hand(store, "gpkg", "works", name="a.gpkg")
    assert manifest.files[0].geometry == "Unknown"
    assert set(geopandas.read_file(path, layer="works").geometry.dropna().geom_type) == {
        "Point",
        "LineString",
        "Polygon",
    }


def test_single_and_multi_together_are_all_multi(shelf, feature, hand):
    several = {"type": "MultiPoint", "coordinates": [[113.6, 34.7], [113.7, 34.8]]}
    path, manifest = hand(
        shelf(works=[feature(0), feature(1, several), feature(2, None)]),
        "gpkg",
        "works",
        name="a.gpkg",
    )
    assert manifest.files[0].geometry == "MultiPoint"
    assert geopandas.read_file(
        path, layer="works"
    ).geometry.geom_type.dropna().unique().tolist() == ["MultiPoint"]


def test_flatgeobuf_has_a_file_a_kind_and_the_unlocated_beside(store, hand, tmp_path):
    target, manifest = hand(store, "fgb", "works", "goals")
    zipfile.ZipFile(target).extractall(tmp_path / "x")
    counts = {path.name: len(geopandas.read_file(path)) for path in (tmp_path / "x").glob("*.fgb")}
    assert set(counts) == {"works_point.fgb", "works_linestring.fgb", "works_polygon.fgb"}
    assert sum(counts.values()) == manifest.located
    assert len(read_rows(tmp_path / "x" / "unlocated.csv")) == 1 + 2
    assert len(read_rows(tmp_path / "x" / "goals.csv")) == 1 + 3


def test_dates_in_flatgeobuf_are_the_day(shelf, feature, hand, tmp_path):
    target, _ = hand(shelf(works=[feature(deadline="2021-07-01")]), "fgb", "works")
    zipfile.ZipFile(target).extractall(tmp_path)
    day = geopandas.read_file(tmp_path / "works_point.fgb")["deadline"][0]
    assert day.date() == dt.date(2021, 7, 1)


@pytest.mark.parametrize("format_", ["gpkg", "fgb"])
def test_nothing_found_is_still_a_file_with_its_schema(format_, shelf, hand, tmp_path):
    path, _ = hand(shelf(), format_, "spots", name=f"a.{format_}")
    if format_ == "fgb":
        zipfile.ZipFile(path).extractall(tmp_path)
        path = tmp_path / "spots_point.fgb"
    info = pyogrio.read_info(path, layer=0, force_feature_count=True)
    assert (info["features"], info["geometry_type"]) == (0, "Point")
    assert "name_zh" in info["fields"]
