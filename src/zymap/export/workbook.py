"""Excel workbooks: a sheet a layer under Chinese headings, typed, with filters.

Codes are shown as their Chinese titles; the sheet 字段 tells the codes themselves.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zymap.crs import OFFERED
from zymap.export.archive import write_zip
from zymap.export.cells import coordinate_titles, point_coordinates, show_titles
from zymap.export.check import Expected, check_ogr
from zymap.export.csv_file import guard
from zymap.export.job import Job, Part
from zymap.export.manifest import Manifest, describe_job
from zymap.export.notes import FIELD_HEADINGS, field_rows
from zymap.export.table import Table

FILE = "export.xlsx"
NOTE_SHEET, FIELD_SHEET = "说明", "字段"
CELL_LENGTH = 32_767
_SHEET_LENGTH = 31
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# Illegal in XML 1.0; Excel calls such a file broken.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# When a workbook was made and changed: ECMA-376 part 2, 11 (core properties).
_CORE = "docProps/core.xml"
_MOMENT = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_FIRST_DAY = dt.date(1900, 3, 1)
_NARROWEST, _WIDEST, _SAMPLE = 8, 48, 200


def write(job: Job) -> list[Part]:
    """Write the workbook, re-open and check the sheets of the layers."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    parts: list[Part] = []
    sheets: dict[str, dict[str, list[Any]]] = {}
    for table in job.tables:
        title = sheet_title(table.layer.title_zh, [NOTE_SHEET, FIELD_SHEET, *sheets])
        columns = _columns(job, table)
        _sheet(book, title, list(columns), list(zip(*columns.values(), strict=True)))
        parts.append(Part(FILE, table.layer.id, None, len(table)))
        sheets[title] = columns
    _sheet(book, NOTE_SHEET, ("项目", "内容"), _notes(job, describe_job(job, tuple(parts))))
    named = [Part(title, part.collection) for title, part in zip(sheets, parts, strict=True)]
    rows = [[row[0], *row[2:]] for row in field_rows(job, named)]
    _sheet(book, FIELD_SHEET, ("工作表", *FIELD_HEADINGS[2:]), rows)
    path = job.folder / FILE
    book.properties.creator = "zymap"
    book.save(path)
    _date(path, job.created)
    for title, columns in sheets.items():
        _check(path, title, columns)
    return parts


def _date(path: Path, moment: dt.datetime) -> None:
    """Pack a workbook anew with this moment for the clock's: the same job, the same bytes."""
    text = f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    folder = path.with_suffix(".parts")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        archive.extractall(folder)
    core = folder / _CORE
    dated = _MOMENT.sub(rf"\g<1>{text}\g<2>", core.read_text(encoding="utf-8"))
    core.write_text(dated, encoding="utf-8")
    write_zip(path, folder, names)
    shutil.rmtree(folder)


def sheet_title(title: str, taken: Sequence[str]) -> str:
    """Return a title as Excel allows it: 31 characters, without brackets and the like, unique."""
    base = _SHEET_FORBIDDEN.sub("_", title).strip("' ")[:_SHEET_LENGTH] or "Sheet"
    lowered = {name.lower() for name in (*taken, "history")}
    name, number = base, 2
    while name.lower() in lowered:
        ending = f"_{number}"
        name, number = base[: _SHEET_LENGTH - len(ending)] + ending, number + 1
    return name


def _columns(job: Job, table: Table) -> dict[str, list[Any]]:
    """Return the cells by heading."""
    columns = {
        field.title_zh: [
            _value(show_titles(job.catalog, field, value)) for value in table.values(field.name)
        ]
        for field in table.fields
    }
    if table.layer.geometry:
        points = point_coordinates(table, job.crs)
        for axis, heading in enumerate(coordinate_titles(job.crs)):
            columns[heading] = [point[axis] for point in points]
    return columns


def _value(value: Any) -> Any:
    if isinstance(value, str):
        # A cell's line ends with LF. XML readers make one of CR LF and CR, but openpyxl escapes
        # them where it finds lxml: what is read must not depend on that.
        return re.sub("\r\n?", "\n", _ILLEGAL.sub("\ufffd", value))[:CELL_LENGTH]
    if isinstance(value, dt.date) and value < _FIRST_DAY:
        # Excel has no days before 1900 and a wrong one in February of it.
        return value.isoformat()
    return value


def _sheet(book: Any, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    last = get_column_letter(len(header))
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    for number, heading in enumerate(header):
        width = max(_width(cell) for cell in (heading, *(row[number] for row in rows[:_SAMPLE])))
        letter = get_column_letter(number + 1)
        sheet.column_dimensions[letter].width = min(_WIDEST, max(_NARROWEST, width + 2))
    sheet.append([_cell(sheet, heading, Font(bold=True)) for heading in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, font: Any = None) -> Any:
    if font is None and not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        # openpyxl takes a text that begins with = for a formula; here it is a text.
        cell.data_type = "s"
        if guard(value) != value:
            # Keeps it one when somebody edits the cell.
            cell.quotePrefix = True
    if font is not None:
        cell.font = font
    return cell


def _width(value: Any) -> int:
    text = "" if value is None else str(value)
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text[:_WIDEST])


def _notes(job: Job, manifest: Manifest) -> list[tuple[str, Any]]:
    dataset, crs = job.catalog.dataset, OFFERED[job.crs]
    rows: list[tuple[str, Any]] = [
        ("名称", dataset.title_zh),
        ("来源", dataset.attribution_zh),
        ("许可", dataset.licence),
        ("数据日期", dataset.date),
        ("坐标系", f"EPSG:{crs.code} {crs.zh}"),
        ("要素总数", manifest.features),
        ("已落图", manifest.located),
        ("待落图", manifest.unlocated),
        ("无空间的表格行", manifest.not_spatial),
        ("导出时间(UTC)", manifest.created),
        ("zymap", manifest.zymap),
    ]
    for layer in manifest.layers:
        counts = f"{layer.features}个,其中已落图{layer.located}个"
        rows.append((layer.title_zh, f"{counts};来源:{layer.source};许可:{layer.licence}"))
    return [(name, _value(value)) for name, value in rows]


def _check(path: Path, title: str, columns: dict[str, list[Any]]) -> None:
    rows = len(next(iter(columns.values())))
    if rows == 0:
        # GDAL takes a lone heading for a row, so that is what it is compared as.
        headings = {f"Field{n}": [heading] for n, heading in enumerate(columns, start=1)}
        check_ogr(path, Expected(1, None, None, [*headings], [headings]), title, HEADERS="DISABLE")
        return
    texts = {
        heading: _as_read(cells)
        for heading, cells in columns.items()
        if any(isinstance(cell, str) for cell in cells)
    }
    check_ogr(path, Expected(rows, None, None, [*columns], [texts]), title, HEADERS="FORCE")


def _as_read(cells: Iterable[Any]) -> list[str]:
    return ["" if c is None else str(c) for c in cells]
