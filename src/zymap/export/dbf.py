"""The attribute table of a Shapefile: dBASE III.

Standard: dBASE III PLUS file structure; language driver id 0x4D is code page 936 (GBK).
Written here and not by GDAL because GDAL cuts text and drops characters behind a warning.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zymap.catalog import Field
from zymap.errors import NotRepresentable
from zymap.export.cells import join_list
from zymap.export.formats import GBK, UTF8

LANGUAGE_DRIVER = {UTF8: 0x00, GBK: 0x4D}
TEXT_BYTES = 254
RECORD_BYTES = 4000
FIELDS = 255
_TEXT_WIDTHS = (16, 32, 64, 128, TEXT_BYTES)
# Up to 9 digits readers see a 32-bit integer, up to 18 a 64-bit one; beyond that a float.
_INTEGER_WIDTHS = (9, 18)
_NUMBER_WIDTH, _NUMBER_LEAST_WIDTH, _NUMBER_DECIMALS = 24, 12, 15
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Column:
    """One field of the table.

    Attributes
    ----------
    field : Field
        The catalogue's field.
    type : str
        dBASE type: C text, N number, D date, L logical.
    width, decimals : int
        In bytes.
    cells : list of bytes
        One cell a record, not yet padded; b"" is null.
    texts : list of str
        What the cells of a text column stand for, whole.
    """

    field: Field
    type: str
    width: int
    decimals: int
    cells: list[bytes]
    texts: list[str] = dataclasses.field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text that stands in its cell in another form than in the data."""

    feature_id: str
    field: str
    text: str


def make_columns(
    fields: Sequence[Field], values: Sequence[list[Any]], ids: list[str], encoding: str
) -> list[Column]:
    """Turn values into the cells of a table.

    Parameters
    ----------
    values : sequence of list
        One list a field, as in `zymap.export.table.Table`.
    encoding : str
        ``UTF-8`` or ``GBK``.

    Raises
    ------
    NotRepresentable
        The encoding lacks a character, a number has too many digits, or there are too many
        fields.
    """
    if len(fields) > FIELDS:
        raise NotRepresentable(f"a Shapefile holds at most {FIELDS} fields, not {len(fields)}")
    columns = [
        _column(item, cells, ids, encoding) for item, cells in zip(fields, values, strict=True)
    ]
    return _fit(columns, encoding)


def write_dbf(path: Path, columns: Sequence[Column], encoding: str, day: dt.date) -> None:
    """Write the table.

    Parameters
    ----------
    day : datetime.date
        Day of the last change, for the header.
    """
    count = len(columns[0].cells)
    header_bytes = 32 * (len(columns) + 1) + 1
    record_bytes = 1 + sum(column.width for column in columns)
    header = struct.pack(
        "<B3BIHH17xB2x",
        0x03,
        *(day.year - 1900, day.month, day.day),
        count,
        header_bytes,
        record_bytes,
        LANGUAGE_DRIVER[encoding],
    )
    fields = b"".join(
        struct.pack(
            "<11sc4xBB14x",
            column.field.shp.encode("ascii"),
            column.type.encode("ascii"),
            column.width,
            column.decimals,
        )
        for column in columns
    )
    not_deleted = np.full((count, 1), ord(" "), dtype=np.uint8)
    records = np.concatenate([not_deleted, *(_matrix(column) for column in columns)], axis=1)
    path.write_bytes(header + fields + b"\r" + records.tobytes() + b"\x1a")


def shown_texts(column: Column, encoding: str) -> list[str]:
    """Return the cells of a text column as readers show them."""
    codec = _codec(encoding)
    text_of = {cell: cell.decode(codec) for cell in set(column.cells)}
    return [text_of[cell] for cell in column.cells]


def shortened(column: Column, shown: list[str], ids: list[str]) -> list[Shortened]:
    """Return the texts of a column that its cells, shown as `shown`, do not hold whole."""
    if shown == column.texts:
        return []
    return [
        Shortened(feature_id, column.field.name, text)
        for feature_id, text, cell in zip(ids, column.texts, shown, strict=True)
        if text != cell
    ]


def cut(data: bytes, width: int, encoding: str) -> bytes:
    """Cut encoded text to at most `width` bytes, never inside a character."""
    if len(data) <= width:
        return data
    codec = _codec(encoding)
    return data[:width].decode(codec, "ignore").rstrip().encode(codec)


def _column(field: Field, values: list[Any], ids: list[str], encoding: str) -> Column:
    if field.type == "integer":
        return _integers(field, values)
    if field.type == "number":
        return _numbers(field, values)
    if field.type == "date":
        return Column(field, "D", 8, 0, [b"" if v is None else _day(v) for v in values])
    if field.type == "boolean":
        # "?" is dBASE's own word for a logical value that nobody has set.
        marks = {True: b"T", False: b"F", None: b"?"}
        return Column(field, "L", 1, 0, [marks[value] for value in values])
    texts = _texts(values)
    return _sized(field, _encode(field, texts, ids, encoding), texts)


def _sized(field: Field, cells: list[bytes], texts: list[str]) -> Column:
    longest = max(map(len, cells), default=0) or _TEXT_WIDTHS[2]
    width = next(width for width in _TEXT_WIDTHS if width >= longest)
    return Column(field, "C", width, 0, cells, texts)


def _texts(values: list[Any]) -> list[str]:
    return [value if type(value) is str else join_list(value) if value else "" for value in values]


def _encode(field: Field, texts: list[str], ids: list[str], encoding: str) -> list[bytes]:
    codec = _codec(encoding)
    cell_of: dict[str, bytes] = {}
    for text in set(texts):
        try:
            cell_of[text] = cut(_storable(text).encode(codec), TEXT_BYTES, encoding)
        except UnicodeEncodeError as error:
            lost = error.object[error.start]
            raise NotRepresentable(
                f"{encoding} lacks the character {lost} (U+{ord(lost):04X}) in {field.name} of "
                f"{ids[texts.index(text)]} ({text[:30]}); use UTF-8; nothing was written",
                parameter="encoding",
            ) from error
    return [cell_of[text] for text in texts]


def _storable(text: str) -> str:
    """Return a text as every reader gives it back: they strip blanks and stop at a NUL."""
    return text.strip() if text.isprintable() else _CONTROL.sub(" ", text).strip()


def _codec(encoding: str) -> str:
    return {UTF8: "utf-8", GBK: "gbk"}[encoding]


def _day(value: dt.date) -> bytes:
    return value.isoformat().replace("-", "").encode("ascii")


def _integers(field: Field, values: list[int | None]) -> Column:
    cells = [b"" if value is None else b"%d" % value for value in values]
    longest = max(map(len, cells), default=0)
    if longest > _INTEGER_WIDTHS[-1]:
        raise NotRepresentable(
            f"{field.name} has a whole number of more than {_INTEGER_WIDTHS[-1]} digits, which "
            "Shapefile readers would round; use GeoPackage"
        )
    width = next(width for width in _INTEGER_WIDTHS if width >= longest)
    return Column(field, "N", width, 0, cells)


def _numbers(field: Field, values: list[float | None]) -> Column:
    exact = [None if value is None else Decimal(repr(value)) for value in values]
    plain = [f"{value:f}".partition(".") for value in exact if value is not None]
    whole = max((len(head) for head, _, _ in plain), default=1)
    room = _NUMBER_WIDTH - whole - 1
    if room < 1:
        raise NotRepresentable(f"{field.name} has a number too large for a Shapefile")
    # At least one decimal: readers take N without decimals for whole numbers.
    needed = max((len(tail) for _, _, tail in plain), default=1)
    decimals = max(1, min(needed, room, _NUMBER_DECIMALS))
    cells = [b"" if value is None else f"{value:.{decimals}f}".encode() for value in exact]
    return Column(field, "N", max(_NUMBER_LEAST_WIDTH, whole + 1 + decimals), decimals, cells)


def _fit(columns: list[Column], encoding: str) -> list[Column]:
    """Narrow the text columns, the widest first, until a record has no more than 4000 bytes."""
    if 1 + sum(column.width for column in columns) <= RECORD_BYTES:
        return columns
    texts = [column for column in columns if column.type == "C"]
    room = RECORD_BYTES - 1 - sum(column.width for column in columns if column.type != "C")
    needed = [max(1, *map(len, column.cells), 1) for column in texts]
    cap = next(
        (cap for cap in range(TEXT_BYTES, 0, -1) if sum(min(n, cap) for n in needed) <= room), 1
    )
    widths = {column.field.name: min(n, cap) for column, n in zip(texts, needed, strict=True)}
    return [_narrow(column, widths.get(column.field.name), encoding) for column in columns]


def _narrow(column: Column, width: int | None, encoding: str) -> Column:
    if width is None:
        return column
    cells = [cut(cell, width, encoding) for cell in column.cells]
    return dataclasses.replace(column, width=width, cells=cells)


def _matrix(column: Column) -> npt.NDArray[np.uint8]:
    """Return the cells as bytes padded with blanks, shape (n, width)."""
    cells = column.cells
    if column.type == "N":
        cells = [cell.rjust(column.width) for cell in cells]
    packed = np.array(cells, dtype=f"S{column.width}")
    matrix = packed.view(np.uint8).reshape(len(cells), column.width)
    return np.where(matrix == 0, np.uint8(ord(" ")), matrix)
