"""What goes into the cells of a dBASE III table, and how wide they have to be.

A kind of column is shown the distinct values of all batches; then it knows its width and makes the
cells. In between, what it `gather`s of a batch may lie on the disk.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from zymap.catalog import Field
from zymap.errors import NotRepresentable
from zymap.export.formats import GBK, UTF8

TEXT_BYTES = 254
CODEC = {UTF8: "utf-8", GBK: "gbk"}
_TEXT_WIDTHS = (16, 32, 64, 128, TEXT_BYTES)
# Up to 9 digits readers see a 32-bit integer, up to 18 a 64-bit one; beyond that a float.
_INTEGER_WIDTHS = (9, 18)
_NUMBER_WIDTH, _NUMBER_LEAST_WIDTH, _NUMBER_DECIMALS = 24, 12, 15
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# "?" is dBASE's own word for a logical value that nobody has set.
_MARKS = {True: b"T", False: b"F", None: b"?"}


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
    longest : int
        Bytes of the longest cell of a text column, however wide the column is.
    """

    field: Field
    type: str
    width: int
    decimals: int = 0
    longest: int = 0


class Cells(Protocol):
    """A kind of column."""

    def gather(self, values: list[Any], owner: Owner) -> Any:
        """Look at distinct values; return what `cells` needs of them, as plain values.

        Parameters
        ----------
        values : list
            As in `zymap.export.table.Table`, but lists are joined.
        owner : callable
            Returns the id of a feature that has the value of that number.

        Raises
        ------
        NotRepresentable
            A value cannot be in a Shapefile.
        """
        ...

    def column(self) -> Column:
        """Return the column that has room for all that was gathered."""
        ...

    def cells(self, gathered: Any, column: Column) -> list[bytes]:
        """Return the cells of what was gathered; blanks may follow, b"" is null."""
        ...


Owner = Callable[[int], str]
_GatheredTexts = tuple[list[bytes], dict[int, str]]


def cells_of(field: Field, encoding: str) -> Cells:
    """Return the kind of column that a field makes."""
    if field.type == "integer":
        return _Integers(field)
    if field.type == "number":
        return _Numbers(field)
    if field.type == "date":
        return _Dates(field)
    return _Booleans(field) if field.type == "boolean" else TextCells(field, encoding)


class _Dates:
    def __init__(self, field: Field) -> None:
        self._field = field

    def gather(self, values: list[dt.date | None], owner: Owner) -> list[bytes]:  # noqa: ARG002
        return [b"" if v is None else v.isoformat().replace("-", "").encode() for v in values]

    def column(self) -> Column:
        return Column(self._field, "D", 8)

    def cells(self, gathered: list[bytes], column: Column) -> list[bytes]:  # noqa: ARG002
        return gathered


class _Booleans:
    def __init__(self, field: Field) -> None:
        self._field = field

    def gather(self, values: list[bool | None], owner: Owner) -> list[bytes]:  # noqa: ARG002
        return [_MARKS[value] for value in values]

    def column(self) -> Column:
        return Column(self._field, "L", 1)

    def cells(self, gathered: list[bytes], column: Column) -> list[bytes]:  # noqa: ARG002
        return gathered


class _Integers:
    def __init__(self, field: Field) -> None:
        self._field = field
        self._width = _INTEGER_WIDTHS[0]

    def gather(self, values: list[int | None], owner: Owner) -> list[bytes]:  # noqa: ARG002
        cells = [b"" if value is None else b"%d" % value for value in values]
        longest = max(self._width, *map(len, cells))
        if longest > _INTEGER_WIDTHS[-1]:
            raise NotRepresentable(
                f"{self._field.name} has a whole number of more than {_INTEGER_WIDTHS[-1]} digits, "
                "which Shapefile readers would round; use GeoPackage"
            )
        self._width = next(width for width in _INTEGER_WIDTHS if width >= longest)
        return cells

    def column(self) -> Column:
        return Column(self._field, "N", self._width)

    def cells(self, gathered: list[bytes], column: Column) -> list[bytes]:
        return [cell and cell.rjust(column.width) for cell in gathered]


class _Numbers:
    def __init__(self, field: Field) -> None:
        self._field = field
        # At least one decimal: readers take N without decimals for whole numbers.
        self._whole = self._decimals = 1

    def gather(self, values: list[float | None], owner: Owner) -> list[str | None]:  # noqa: ARG002
        exact = [None if value is None else f"{Decimal(repr(value)):f}" for value in values]
        for number in exact:
            whole, _, decimals = (number or "").partition(".")
            self._whole = max(self._whole, len(whole))
            self._decimals = max(self._decimals, len(decimals))
        if self._room < 1:
            raise NotRepresentable(f"{self._field.name} has a number too large for a Shapefile")
        return exact

    @property
    def _room(self) -> int:
        return _NUMBER_WIDTH - self._whole - 1

    def column(self) -> Column:
        decimals = min(self._decimals, self._room, _NUMBER_DECIMALS)
        width = max(_NUMBER_LEAST_WIDTH, self._whole + 1 + decimals)
        return Column(self._field, "N", width, decimals)

    def cells(self, gathered: list[str | None], column: Column) -> list[bytes]:
        form = f"{column.width}.{column.decimals}f"
        return [
            b"" if number is None else f"{Decimal(number):{form}}".encode() for number in gathered
        ]


class TextCells:
    """A column of texts.

    What is gathered is the cells that hold most of the texts, and the texts that are others.

    Parameters
    ----------
    encoding : str
        ``UTF-8`` or ``GBK``.
    """

    def __init__(self, field: Field, encoding: str) -> None:
        self._field = field
        self._encoding = encoding
        self._longest = 0

    def gather(self, values: list[str | None], owner: Owner) -> _GatheredTexts:
        """See `Cells`."""
        texts = [value or "" for value in values]
        stored = _storable(texts)
        cells = self._encode(stored, owner)
        changed = stored != texts
        longest = max(map(len, cells))
        if longest > TEXT_BYTES:
            cells, changed = self._cut(cells, TEXT_BYTES), True
            longest = max(map(len, cells))
        self._longest = max(self._longest, longest)
        return cells, self._differing(texts, cells) if changed else {}

    def column(self) -> Column:
        """Return the narrowest of a few widths that has room; a column of nothing has some."""
        needed = self._longest or _TEXT_WIDTHS[2]
        width = next(width for width in _TEXT_WIDTHS if width >= needed)
        return Column(self._field, "C", width, longest=self._longest)

    def cells(self, gathered: _GatheredTexts, column: Column) -> list[bytes]:
        """Return the cells, cut where the column is narrower than the longest."""
        cells, _ = gathered
        return cells if column.width >= self._longest else self._cut(cells, column.width)

    def whole(self, gathered: _GatheredTexts, cells: list[bytes]) -> dict[int, str]:
        """Return the texts that `cells` do not hold as they are, by their number."""
        full, known = gathered
        if cells is full:
            return known
        texts = [cell.decode(CODEC[self._encoding]) for cell in full]
        return self._differing(texts, cells) | known

    def _cut(self, cells: list[bytes], width: int) -> list[bytes]:
        return [cut(cell, width, self._encoding) for cell in cells]

    def _differing(self, texts: list[str], cells: list[bytes]) -> dict[int, str]:
        codec = CODEC[self._encoding]
        pairs = enumerate(zip(texts, cells, strict=True))
        return {number: text for number, (text, cell) in pairs if text != cell.decode(codec)}

    def _encode(self, texts: list[str], owner: Owner) -> list[bytes]:
        codec = CODEC[self._encoding]
        try:
            return [text.encode(codec) for text in texts]
        except UnicodeEncodeError as error:
            text, lost = error.object, error.object[error.start]
            raise NotRepresentable(
                f"{self._encoding} lacks the character {lost} (U+{ord(lost):04X}) in "
                f"{self._field.name} of {owner(texts.index(text))} ({text[:30]}); use UTF-8; "
                "nothing was written",
                parameter="encoding",
            ) from error


def cut(data: bytes, width: int, encoding: str) -> bytes:
    """Cut encoded text to at most `width` bytes, never inside a character."""
    if len(data) <= width:
        return data
    codec = CODEC[encoding]
    return data[:width].decode(codec, "ignore").rstrip().encode(codec)


def _storable(texts: list[str]) -> list[str]:
    """Return texts as every reader gives them back: they strip blanks and stop at a NUL."""
    if not "".join(texts).isprintable():
        texts = [_CONTROL.sub(" ", text) for text in texts]
    return [text.strip() for text in texts]
