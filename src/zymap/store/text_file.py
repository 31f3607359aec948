"""The texts of all features of a store in a file beside it.

What a database hands over it has looked up and copied row by row, some times each. Of the file, a
text is a slice: it is copied once, into the answer. It repeats what the store holds and is named by
the revision, so whoever finds it missing reads the store instead.

The file is, one behind the other: the texts of the layers, in the order of their row numbers (1, 2,
3, …), each with `SEPARATOR` behind it; for each layer the numbers of the bytes at which its texts
begin, and the last one ends; which of those numbers are whose, as JSON; and how long that is. A
number has 64 bits, in the order of the machine.
"""

from __future__ import annotations

import mmap
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import orjson

from zymap.store import sql
from zymap.store.base import SEPARATOR
from zymap.store.reading import MAPPED_BYTES

NUMBER_BYTES = 8
Bytes = bytes | memoryview


class TextFile:
    """The texts of one revision.

    Raises
    ------
    OSError, ValueError
        The file is not there, or is not what `zymap.store.text_writer` wrote.
    """

    def __init__(self, path: Path) -> None:
        self._bytes, size = _contents(path)
        length = int.from_bytes(self._bytes[size - NUMBER_BYTES : size], sys.byteorder)
        index = self._bytes[size - NUMBER_BYTES - length : size - NUMBER_BYTES]
        self._starts = {
            layer_id: memoryview(self._bytes[first:last]).cast("Q")
            for layer_id, (first, last) in orjson.loads(index).items()
        }

    def texts(self, layer_id: str, fids: Sequence[int]) -> tuple[list[Bytes], bytes]:
        """Return the texts of some row numbers, at least one, in parts to be joined; and the last.

        All but the last have `SEPARATOR` behind them. A range is one part.
        """
        content, starts = self._bytes, self._starts[layer_id]
        begin, end = starts[fids[-1] - 1], starts[fids[-1]] - len(SEPARATOR)
        if isinstance(fids, range):
            first = starts[fids[0] - 1]
            run = content[first:end]
            return [run], bytes(run[begin - first :])
        last = content[begin:end]
        parts = [content[starts[fid - 1] : starts[fid]] for fid in fids[:-1]]
        parts.append(last)
        return parts, bytes(last)


class _Unmapped:
    """A file that is read where it is sliced."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __getitem__(self, part: slice) -> bytes:
        wanted = part.stop - part.start
        if part.start >= 0:
            found = os.pread(self._file.fileno(), wanted, part.start)
            if len(found) == wanted:
                return found
        raise OSError("the file of texts is shorter than it was")

    def __del__(self) -> None:
        self._file.close()


def _contents(path: Path) -> tuple[memoryview | _Unmapped, int]:
    """Return what a file holds, to be sliced from a number to a number, and its size in bytes.

    A small one is mapped; what is cut out of it keeps it so, until nobody has it any more.
    """
    size = path.stat().st_size
    if size > MAPPED_BYTES:
        return _Unmapped(path.open("rb")), size
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), size


class Texts:
    """The texts of a store: out of the file beside it, else row by row."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._files: dict[str, TextFile | None] = {}

    def read(
        self, db: sqlite3.Connection, revision: str, layer_id: str, fids: Sequence[int]
    ) -> tuple[Sequence[Bytes], bytes]:
        """Return what `TextFile.texts` does, of the revision that a connection reads."""
        if revision not in self._files:
            self._files = {revision: _opened(text_path(self._store, revision))}
        file = self._files.get(revision)
        if file is not None:
            try:
                return file.texts(layer_id, fids)
            except OSError:
                self._files[revision] = None
        statement = sql.texts(layer_id, list(fids))
        (joined,) = db.execute(statement.text, statement.parameters).fetchone()
        return [joined], joined.rpartition(SEPARATOR)[2]


def _opened(path: Path) -> TextFile | None:
    try:
        return TextFile(path)
    except (OSError, ValueError):
        return None


def text_path(store: Path, revision: str) -> Path:
    """Return where the texts of a revision of a store are."""
    return store.with_name(f".{store.stem}.{revision}.texts")
