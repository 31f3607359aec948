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

import orjson

from zymap.store import sql
from zymap.store.base import SEPARATOR
from zymap.store.reading import MAPPED_BYTES

NUMBER_BYTES = 8
# Of a file of more than MAPPED_BYTES a worker looks at so much before it lets go of it, and
# texts that lie wider apart are read without the mapping: it would bring the neighbours of each.
RESIDENT_BYTES = 24 * 2**20
NEAR_BYTES = 16 * 2**10
_CAN_LET_GO = hasattr(os, "pread") and hasattr(mmap.mmap, "madvise")

Bytes = bytes | memoryview


class TextFile:
    """The texts of one revision, mapped into memory.

    Raises
    ------
    OSError, ValueError
        The file is not there, or is not what `zymap.store.text_writer` wrote.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        # What is cut out of it keeps it mapped; whoever lets go of it last ends that.
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._bytes = memoryview(self._map)
        self._is_large = _CAN_LET_GO and len(self._map) > MAPPED_BYTES
        self._looked_at_bytes = 0
        length = int.from_bytes(self._bytes[-NUMBER_BYTES:], sys.byteorder)
        index = self._bytes[-NUMBER_BYTES - length : -NUMBER_BYTES]
        self._starts = {
            layer_id: self._bytes[first:last].cast("Q")
            for layer_id, (first, last) in orjson.loads(index).items()
        }

    def __del__(self) -> None:
        if "_file" in vars(self):
            self._file.close()

    def texts(self, layer_id: str, fids: Sequence[int]) -> tuple[list[Bytes], bytes]:
        """Return the texts of some row numbers, at least one, in parts to be joined; and the last.

        All but the last have `SEPARATOR` behind them. A range is one part.
        """
        content, starts = self._bytes, self._starts[layer_id]
        first, end = starts[fids[0] - 1], starts[fids[-1]] - len(SEPARATOR)
        length = end - starts[fids[-1] - 1]
        parts: list[Bytes]
        if isinstance(fids, range):
            parts = [self._read(first, end) if self._is_large else content[first:end]]
        elif self._is_large and end - first > NEAR_BYTES * len(fids):
            parts = [self._read(starts[fid - 1], starts[fid]) for fid in fids[:-1]]
            parts.append(self._read(end - length, end))
        else:
            self._look_at(end - first)
            parts = [content[starts[fid - 1] : starts[fid]] for fid in fids[:-1]]
            parts.append(content[end - length : end])
        return parts, bytes(parts[-1][-length:])

    def _read(self, first: int, end: int) -> bytes:
        return os.pread(self._file.fileno(), end - first, first)

    def _look_at(self, size_bytes: int) -> None:
        """Let go of what is mapped of a large file, when that is much."""
        if not self._is_large:
            return
        self._looked_at_bytes += size_bytes
        if self._looked_at_bytes > RESIDENT_BYTES:
            self._map.madvise(mmap.MADV_DONTNEED)
            self._looked_at_bytes = 0


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
            return file.texts(layer_id, fids)
        statement = sql.texts(layer_id, list(fids))
        (joined,) = db.execute(*statement).fetchone()
        return [joined], joined.rpartition(SEPARATOR)[2]


def _opened(path: Path) -> TextFile | None:
    try:
        return TextFile(path)
    except (OSError, ValueError):
        return None


def text_path(store: Path, revision: str) -> Path:
    """Return where the texts of a revision of a store are."""
    return store.with_name(f".{store.stem}.{revision}.texts")
