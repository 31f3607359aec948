"""Names of downloads."""

import datetime as dt
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.catalog import Source
from zymap.export import DownloadName, content_disposition, download_name
from zymap.query import Condition, Query

DAY = dt.date(2026, 11, 24)


def test_a_name_tells_place_area_layer_and_day(store):
    query = Query((Source("works"),), conditions=(Condition("area_id", ("east",)),))
    name = download_name(store.catalog(), query, "shp", day=DAY)
    assert name.utf8 == "测试区_东_工程_20261124.shp.zip"
    assert name.ascii == "testland_east_works_20261124.shp.zip"


def test_several_layers_are_counted_and_within_names_the_area_too(store):
    query = Query((Source("works"), Source("lanes")), within="west")
    name = download_name(store.catalog(), query, "csv", day=DAY)
    assert name.utf8 == "测试区_西_2个图层_20261124.csv.zip"
    assert name.ascii == "testland_west_2-layers_20261124.csv.zip"


@pytest.mark.parametrize(
    ("format_", "suffix"),
    [("shp", ".shp.zip"), ("gpkg", ".gpkg"), ("geojson", ".geojson"), ("csv", ".csv"),
     ("xlsx", ".xlsx"), ("kml", ".kml"), ("fgb", ".fgb.zip")],
)  # fmt: skip
def test_the_suffix_is_that_of_the_file(format_, suffix, store):
    name = download_name(store.catalog(), Query((Source("works"),)), format_, day=DAY)
    assert name.utf8.endswith(f"20261124{suffix}")


def test_a_header_holds_the_chinese_name_in_ascii():
    header = content_disposition(DownloadName("重点项目.zip", "projects.zip"))
    assert header == (
        'attachment; filename="projects.zip"; '
        "filename*=UTF-8''%E9%87%8D%E7%82%B9%E9%A1%B9%E7%9B%AE.zip"
    )


@given(st.text(st.characters(codec="utf-8")), st.text())
def test_no_name_breaks_out_of_the_header(utf8, plain):
    header = content_disposition(DownloadName(utf8, plain))
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    message = Message()
    message["Content-Disposition"] = header
    # Only what RFC 5987 allows unescaped: the value ends where it should.
    assert unquote(header.partition("filename*=UTF-8''")[2]) == utf8


def test_what_windows_forbids_is_not_in_a_name(store):
    from dataclasses import replace

    catalog = store.catalog()
    hostile = replace(catalog.dataset, place_zh='a/b\\c:d*e?"f<g>|h\r\n..')
    name = download_name(replace(catalog, dataset=hostile), Query((Source("works"),)), "csv")
    assert not set('/\\:*?"<>|\r\n') & set(name.utf8)
