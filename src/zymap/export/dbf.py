"""The attribute table of a Shapefile: dBASE III.

Standard: dBASE III PLUS file structure; language driver id 0x4D is code page 936 (GBK).
Written here and not by GDAL because GDAL cuts text and drops characters behind a warning.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zymap.catalog import Field
from zymap.errors import NotRepresentable
from zymap.export.cells import join_list
from zymap.export.dbf_cells import CODEC, TEXT_BYTES, Cells, Column, TextCells, cells_of
from zymap.export.formats import GBK, UTF8
from zymap.export.spool import Spool

LANGUAGE_DRIVER = {UTF8: 0x00, GBK: 0x4D}
RECORD_BYTES = 4000
FIELDS = 255
_NUL_AS_BLANK = bytes.maketrans(b"\0", b" ")


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text that stands in its cell in another form than in the data."""

    feature_id: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class _Batch:
    """A column of some rows of a finished table.

    Attributes
    ----------
    cells : list of bytes
        The distinct ones.
    rows : numpy.ndarray of int, shape (n,)
        Which of them each row has.
    whole : dict of int to str
        The texts that cells do not hold as they are, by the number of the cell.
    """

    cells: list[bytes]
    rows: npt.NDArray[np.int32]
    whole: dict[int, str]


class DbfTable:
    """A table whose rows wait on the disk until the widths of its columns are known.

    Parameters
    ----------
    encoding : str
        ``UTF-8`` or ``GBK``.
    folder : pathlib.Path
        Where the rows wait.

    Raises
    ------
    NotRepresentable
        There are too many fields.
    """

    def __init__(self, fields: Sequence[Field], encoding: str, folder: Path) -> None:
        if len(fields) > FIELDS:
            raise NotRepresentable(f"a Shapefile holds at most {FIELDS} fields, not {len(fields)}")
        self._encoding = encoding
        self._kinds = [cells_of(field, encoding) for field in fields]
        self._spool = Spool(folder)
        self.count = 0

    def add(self, ids: list[str], values: Sequence[list[Any]]) -> None:
        """Take rows.

        Parameters
        ----------
        values : sequence of list
            One list a field, as in `zymap.export.table.Table`.

        Raises
        ------
        NotRepresentable
            The encoding lacks a character, or a number has too many digits.
        """
        if not ids:
            return
        pairs = zip(self._kinds, values, strict=True)
        self._spool.add((ids, [_gather(kind, column, ids) for kind, column in pairs]))
        self.count += len(ids)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns, once all rows are there."""
        return _fit([kind.column() for kind in self._kinds])

    def write(self, path: Path, day: dt.date, lost: Callable[[Shortened], object]) -> None:
        """Write the table.

        Parameters
        ----------
        day : datetime.date
            Day of the last change, for the header.
        lost : callable
            Told each text that the table does not hold whole.
        """
        layout = np.dtype([(str(n), f"S{column.width}") for n, column in enumerate(self.columns)])
        with path.open("wb") as file:
            file.write(_header(self.columns, self.count, self._encoding, day))
            for ids, batch in self._batches():
                file.write(_bytes(batch, len(ids), layout))
                for column, cells in zip(self.columns, batch, strict=True):
                    for row in np.flatnonzero(np.isin(cells.rows, [*cells.whole])).tolist():
                        text = cells.whole[int(cells.rows[row])]
                        lost(Shortened(ids[row], column.field.name, text))
            file.write(b"\x1a")

    def shown(self) -> Iterator[dict[str, list[str]]]:
        """Yield the text columns as readers show them by short name, some rows at a time."""
        codec = CODEC[self._encoding]
        for _, batch in self._batches():
            shown: dict[str, list[str]] = {}
            for column, cells in zip(self.columns, batch, strict=True):
                if column.type == "C":
                    texts = [cell.decode(codec) for cell in cells.cells]
                    shown[column.field.shp] = [texts[number] for number in cells.rows.tolist()]
            yield shown

    def _batches(self) -> Iterator[tuple[list[str], list[_Batch]]]:
        for ids, gathered in self._spool:
            batch: list[_Batch] = []
            for kind, column, (distinct, rows) in zip(
                self._kinds, self.columns, gathered, strict=True
            ):
                cells = kind.cells(distinct, column)
                whole = kind.whole(distinct, cells) if isinstance(kind, TextCells) else {}
                batch.append(_Batch(cells, np.frombuffer(rows, dtype=np.int32), whole))
            yield ids, batch

    def close(self) -> None:
        """Forget the rows."""
        self._spool.close()


def _header(columns: Sequence[Column], count: int, encoding: str, day: dt.date) -> bytes:
    header = struct.pack(
        "<B3BIHH17xB2x",
        0x03,
        *(day.year - 1900, day.month, day.day),
        count,
        32 * (len(columns) + 1) + 1,
        1 + sum(column.width for column in columns),
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
    return header + fields + b"\r"


def _gather(kind: Cells, values: list[Any], ids: list[str]) -> tuple[Any, bytes]:
    """Return what a kind of column needs of each distinct value, and which of them each row has."""
    if list in set(map(type, values)):
        values = [join_list(value) if value else "" for value in values]
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    rows = np.fromiter(map(numbers.__getitem__, values), dtype=np.int32, count=len(values))
    gathered = kind.gather(list(numbers), lambda number: ids[int(np.argmax(rows == number))])
    return gathered, rows.tobytes()


def _bytes(batch: Sequence[_Batch], count: int, layout: np.dtype[Any]) -> bytes:
    """Return records: a blank, which says that they are not deleted, and the padded cells."""
    records = np.zeros(count, dtype=[("not deleted", "S1"), ("cells", layout)])
    for name, column in zip(layout.names or (), batch, strict=True):
        records["cells"][name] = np.array(column.cells, dtype=layout[name])[column.rows]
    return records.tobytes().translate(_NUL_AS_BLANK)


def _fit(columns: list[Column]) -> list[Column]:
    """Narrow the text columns, the widest first, until a record has no more than 4000 bytes."""
    if 1 + sum(column.width for column in columns) <= RECORD_BYTES:
        return columns
    room = RECORD_BYTES - 1 - sum(column.width for column in columns if column.type != "C")
    needed = [max(1, column.longest) for column in columns if column.type == "C"]
    cap = next(
        (cap for cap in range(TEXT_BYTES, 0, -1) if sum(min(n, cap) for n in needed) <= room), 1
    )
    return [
        replace(column, width=min(max(1, column.longest), cap)) if column.type == "C" else column
        for column in columns
    ]
