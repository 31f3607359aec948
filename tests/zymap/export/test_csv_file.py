"""CSV: opens in Chinese Excel, runs nothing, loses nothing."""

import csv
import io
import zipfile

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zymap.export.csv_file import guard, read_rows, unguard

TEXT = st.text(st.characters(codec="utf-8"))
# What spreadsheets begin a formula with, full-width signs among them, and what they skip.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize(
    "text", ["2021年", "名称", "A", "(1)", "/", "'", "'s", "<b>", ":", ".5", ""]
)
def test_a_text_that_is_no_formula_stays_as_it_is(text):
    assert guard(text) == text


@given(TEXT | st.sampled_from((*STARTS, "'")).flatmap(lambda c: TEXT.map(c.__add__)))
def test_a_guarded_text_never_begins_like_a_formula_and_comes_back(text):
    shown = guard(text)
    assert not shown.startswith(STARTS)
    assert unguard(shown) == text


@pytest.mark.parametrize("number", [-5, -1.5, 0, 3])
def test_numbers_stay_numbers(number):
    assert guard(number) is number


def test_the_file_has_a_bom_crlf_and_chinese_headings(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(open=True, fact_ids=["F1", "F2"])]), "csv", "works")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    header, row = read_rows(path)
    assert header[:2] == ["编号(id)", "name_zh的标题(name_zh)"]
    assert header[-3:] == ["经度(lon)", "纬度(lat)", "几何(wkt)"]
    cells = dict(zip(header, row, strict=True))
    assert cells["open的标题(open)"] == "TRUE"
    assert cells["fact_ids的标题(fact_ids)"] == "F1; F2"
    assert (cells["经度(lon)"], cells["几何(wkt)"]) == ("113.6", "POINT (113.6 34.74)")


def test_a_formula_in_a_name_is_text_and_a_negative_number_is_a_number(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(name_zh="=1+1", budget=-2.5)]), "csv", "works")
    _, row = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    assert "'=1+1" in row
    assert "-2.5" in row


def test_no_cell_of_a_hostile_layer_is_a_formula(store, hand):
    path, _ = hand(store, "csv", "works")
    for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t"))]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(TEXT, max_size=6))
def test_what_is_exported_is_what_is_read(names, shelf, feature, hand):
    store = shelf(works=[feature(i, name_zh=name) for i, name in enumerate(names)])
    path, _ = hand(store, "csv", "works")
    assert [row[1] for row in read_rows(path)[1:]] == names


def test_projected_coordinates_say_so_in_their_heading(shelf, feature, hand):
    line = {"type": "LineString", "coordinates": [[113.6, 34.7], [113.7, 34.7]]}
    store = shelf(works=[feature(0), feature(1, line), feature(2, None)])
    path, _ = hand(store, "csv", "works", crs=4526)
    header, point, other, unlocated = read_rows(path)
    assert header[-3:-1] == ["东坐标(easting_4526)", "北坐标(northing_4526)"]
    assert 38_400_000 < float(point[-3]) < 38_500_000
    assert other[-3:-1] == ["", ""]
    assert shapely.from_wkt(other[-1]).length == pytest.approx(9160, rel=0.01)
    assert unlocated[-3:] == ["", "", ""]


def test_several_layers_come_as_a_zip_with_a_table_each(store, hand):
    target, manifest = hand(store, "csv", "works", "goals")
    names = zipfile.ZipFile(target).namelist()
    assert {"works.csv", "goals.csv", "fields.csv", "README.txt", "manifest.json"} == set(names)
    assert manifest.media_type == "application/zip"


def test_an_empty_layer_has_its_headings(shelf, hand):
    path, _ = hand(shelf(), "csv", "works")
    assert len(read_rows(path)) == 1
