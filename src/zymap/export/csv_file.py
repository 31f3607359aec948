"""CSV that Chinese Excel opens right and that runs nothing.

Standard: RFC 4180; CWE-1236 (formula elements in a CSV file).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zymap.catalog import Field
from zymap.errors import ExportFailed
from zymap.export.cells import coordinate_decimals, coordinate_titles, point_coordinates, show_codes
from zymap.export.job import ALL_COLUMNS, Columns, Job, Part
from zymap.export.table import ID, Table

# Excel also takes the full-width signs; TAB, CR, LF and NUL are skipped before the formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")


def guard(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: text that begins like a formula gets a ``'``.

    Numbers stay numbers, negative ones too. The way back is `unguard`; it is exact, because a
    text that already has a ``'`` before such a beginning gets another one.
    """
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table: UTF-8 with BOM, CRLF, no cell a formula; None is an empty cell."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def read_rows(path: Path) -> list[list[str]]:
    """Return the cells of a table that `write_rows` wrote, the header among them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [[unguard(cell) for cell in row] for row in csv.reader(file)]


def write(job: Job) -> list[Part]:
    """Write a table a layer."""
    return [write_table(job.folder, table, job.crs, job.columns) for table in job.tables]


def write_table(folder: Path, table: Table, crs: int, columns_asked: Columns = ALL_COLUMNS) -> Part:
    """Write a layer as ``<layer>.csv``, re-open and check it.

    The heading of a column is its Chinese title with the field's name in brackets. Layers with
    shapes have the coordinates of points and the shape as WKT at the end.

    Raises
    ------
    ExportFailed
        The file does not read back as it was written.
    """
    path = folder / f"{table.layer.id}.csv"
    fields = _fields(table, columns_asked)
    header = [f"{field.title_zh}({field.name})" for field in fields]
    columns = [[show_codes(value) for value in table.values(field.name)] for field in fields]
    if table.layer.geometry and columns_asked.shape:
        header += [*coordinate_titles(crs), "几何(wkt)"]
        columns += [*zip(*point_coordinates(table, crs), strict=True)] or [[], []]
        columns.append(_wkt(table, crs))
    rows = list(zip(*columns, strict=True))
    write_rows(path, header, rows)
    _check(path, header, rows)
    return Part(path.name, table.layer.id, None, len(table))


def _fields(table: Table, asked: Columns) -> list[Field]:
    if asked.names is None:
        return list(table.fields)
    return [ID, *(table.layer.field(name) for name in asked.names if name != ID.name)]


def _wkt(table: Table, crs: int) -> list[str | None]:
    import shapely

    from zymap.crs import project

    texts = shapely.to_wkt(
        project(table.geometries, crs), rounding_precision=coordinate_decimals(crs), trim=True
    )
    return list(texts)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return guard(value)


def _check(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    expected = [list(header), *(["" if c is None else _plain(c) for c in row] for row in rows)]
    if read_rows(path) != expected:
        raise ExportFailed(f"{path.name} does not read back as it was written")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else str(_cell(value))
