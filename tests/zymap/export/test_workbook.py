"""Excel workbooks, read by openpyxl and checked by GDAL."""

import datetime as dt

import openpyxl
import pytest

from zymap.export.workbook import sheet_title


def sheet_of(path, title="工程"):
    book = openpyxl.load_workbook(path)
    return book[title]


def cells_of(sheet):
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_dates_and_numbers_are_typed_and_codes_are_chinese(shelf, feature, hand):
    path, _ = hand(
        shelf(works=[feature(deadline="2021-07-01", spaces=35, budget=1.5, open=True,
                             status="implementation", fact_ids=["F1", "F2"])]),
        "xlsx", "works",
    )  # fmt: skip
    (row,) = cells_of(sheet_of(path))
    assert row["deadline的标题"] == dt.datetime(2021, 7, 1)  # noqa: DTZ001 (a day)
    assert (row["spaces的标题"], row["budget的标题"], row["open的标题"]) == (35, 1.5, True)
    assert row["status的标题"] == "在建"
    assert row["area_id的标题"] == "东片区"
    assert row["fact_ids的标题"] == "F1; F2"
    assert (row["经度(lon)"], row["纬度(lat)"]) == (113.6, 34.74)
    sheet = sheet_of(path)
    column = [cell.value for cell in sheet[1]].index("deadline的标题")
    assert sheet[2][column].is_date
    assert "yyyy" in sheet[2][column].number_format


def test_the_header_is_frozen_bold_and_filtered(store, hand):
    sheet = sheet_of(hand(store, "xlsx", "works")[0])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row))
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width >= 8


def test_a_text_that_begins_with_equals_is_text(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(name_zh="=1+1")]), "xlsx", "works")
    cell = sheet_of(path)["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_control_characters_do_not_break_the_file(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(name_zh="甲\x07乙\uffff丙")]), "xlsx", "works")
    assert sheet_of(path)["B2"].value == "甲\ufffd乙\ufffd丙"


def test_a_text_longer_than_a_cell_is_cut(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(section="长" * 40_000)]), "xlsx", "works")
    (row,) = cells_of(sheet_of(path))
    assert row["section的标题"] == "长" * 32_767


def test_a_day_before_excels_calendar_is_text(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(deadline="1899-12-31")]), "xlsx", "works")
    (row,) = cells_of(sheet_of(path))
    assert row["deadline的标题"] == "1899-12-31"


def test_notes_tell_source_licence_and_counts(store, hand):
    path, manifest = hand(store, "xlsx", "works", "goals")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["工程", "目标", "说明", "字段"]
    notes = dict(book["说明"].iter_rows(min_row=2, values_only=True))
    assert notes["许可"] == "CC0-1.0"
    assert (notes["待落图"], notes["无空间的表格行"]) == (2, 3)
    assert (manifest.unlocated, manifest.not_spatial) == (2, 3)
    fields = list(book["字段"].iter_rows(values_only=True))
    assert any(row[0] == "工程" and "implementation=在建" in (row[-1] or "") for row in fields)


def test_an_empty_layer_has_its_headings(shelf, hand):
    path, _ = hand(shelf(), "xlsx", "works")
    assert cells_of(sheet_of(path)) == []
    assert sheet_of(path)["A1"].value == "编号"


@pytest.mark.parametrize(
    ("title", "taken", "meant"),
    [
        ("工程", (), "工程"),
        ("a/b[c]:d*e?f\\g", (), "a_b_c__d_e_f_g"),
        ("长" * 40, (), "长" * 31),
        ("工程", ("工程",), "工程_2"),
        ("Works", ("works", "WORKS_2"), "Works_3"),
        ("'quoted'", (), "quoted"),
        ("History", (), "History_2"),
        ("", (), "Sheet"),
    ],
)
def test_sheet_titles_are_what_excel_allows(title, taken, meant):
    assert sheet_title(title, taken) == meant
