"""The texts of all features of a store in a file beside it.

What a database hands over it has looked up and copied row by row, some times each. Of the file, a
text is a slice: it is copied once, into the answer. It repeats what the store holds and is named by
the revision, so whoever finds it missing reads the store instead.

Features are asked for by area more than by anything else, and those of an area stand far from each
other among all. So their texts stand there once more, area by area.

The file is, one behind the other: the texts of the layers, in the order of their row numbers (1, 2,
3, …), each with `SEPARATOR` behind it; behind those of a layer, those of its areas; for each of
these runs the numbers of the bytes at which its texts begin, and the last one ends; for an area the
row numbers, too; for each layer its row numbers behind the checksums of the ids, ascending; which
of those numbers are whose, as JSON; and how long that is. A number has 64 bits, in the order of the
machine.
"""

from __future__ import annotations

import mmap
import os
import sys
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from zymap.geojson import text_start
from zymap.store import sql
from zymap.store.base import SEPARATOR
from zymap.store.reading import MAPPED_BYTES, Connected

NUMBER_BYTES = 8
# Of a file of more than MAPPED_BYTES a worker looks at so much before it lets go of it, and
# texts that lie wider apart are read without the mapping: it would bring the neighbours of each.
RESIDENT_BYTES = 24 * 2**20
NEAR_BYTES = 16 * 2**10
_CAN_LET_GO = hasattr(os, "pread") and hasattr(mmap.mmap, "madvise")

# A row number, and the checksum of its feature's id before it.
ROW_BITS = 32

Bytes = bytes | memoryview


class Run(NamedTuple):
    """Texts that stand one behind the other.

    Attributes
    ----------
    starts : sequence of int
        The byte at which each begins, and the one behind the last.
    fids : sequence of int
        Their row numbers, ascending.
    """

    starts: Sequence[int]
    fids: Sequence[int]


class TextFile:
    """The texts of one revision, mapped into memory.

    Attributes
    ----------
    runs : dict
        The texts of a layer, and of those of its features that are in an area; by the ids.

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
        self.runs: dict[tuple[str, str | None], Run] = {}
        self._rows: dict[str, Sequence[int]] = {}
        described = orjson.loads(index)
        for layer_id, ends in described["rows"]:
            self._rows[layer_id] = self._numbers(ends)
        for layer_id, area, starts, fids in described["runs"]:
            numbers = range(1, (starts[1] - starts[0]) // NUMBER_BYTES)
            run = Run(self._numbers(starts), numbers if fids is None else self._numbers(fids))
            self.runs[layer_id, area] = run

    def __del__(self) -> None:
        if "_file" in vars(self):
            self._file.close()

    def texts(self, run: Run, numbers: Sequence[int]) -> tuple[list[Bytes], bytes]:
        """Return some texts of a run, at least one, in parts to be joined; and the last.

        All but the last have `SEPARATOR` behind them. A range is one part.

        Parameters
        ----------
        numbers : sequence of int
            Which of the run, ascending; the first is 1. Of a layer these are the row numbers.
        """
        content, starts = self._bytes, run.starts
        first, end = starts[numbers[0] - 1], starts[numbers[-1]] - len(SEPARATOR)
        length = end - starts[numbers[-1] - 1]
        parts: list[Bytes]
        if isinstance(numbers, range):
            parts = [self._cut(first, end)]
        elif self._is_large and end - first > NEAR_BYTES * len(numbers):
            parts = [self._read(starts[number - 1], starts[number]) for number in numbers[:-1]]
            parts.append(self._read(end - length, end))
        else:
            self._look_at(end - first)
            parts = [content[starts[number - 1] : starts[number]] for number in numbers[:-1]]
            parts.append(content[end - length : end])
        return parts, bytes(parts[-1][-length:])

    def find(self, layer_id: str, feature_id: str) -> tuple[int, bytes] | None:
        """Return the row number and the text of a feature; None where the layer has no such one."""
        rows, starts = self._rows[layer_id], self.runs[layer_id, None].starts
        least = checksum(feature_id) << ROW_BITS
        start = text_start(feature_id)
        for index in range(bisect_left(rows, least), len(rows)):
            fid = rows[index] - least
            if fid >> ROW_BITS:
                break
            first, end = starts[fid - 1], starts[fid] - len(SEPARATOR)
            text = bytes(self._cut(first, end))
            if text.startswith(start):
                return fid, text
        return None

    def _numbers(self, ends: tuple[int, int]) -> Sequence[int]:
        return self._bytes[ends[0] : ends[1]].cast("Q")

    def _cut(self, first: int, end: int) -> Bytes:
        """Return a piece; of a large file it is read: the mapping would bring its neighbours."""
        return self._read(first, end) if self._is_large else self._bytes[first:end]

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

    def file(self, revision: str) -> TextFile | None:
        """Return the file of a revision, if there is one."""
        if revision not in self._files:
            self._files = {revision: _opened(text_path(self._store, revision))}
        return self._files.get(revision)

    def find(self, revision: str, layer_id: str, feature_id: str) -> tuple[int, bytes] | None:
        """Return the row number and the text of a feature, if the file of texts has it."""
        file = self.file(revision)
        return None if file is None else file.find(layer_id, feature_id)

    def read(
        self, connected: Connected, revision: str, layer_id: str, fids: Sequence[int]
    ) -> tuple[Sequence[Bytes], bytes]:
        """Return the texts of row numbers of a layer, of the revision that a connection reads.

        See `TextFile.texts`.
        """
        file = self.file(revision)
        if file is not None:
            return file.texts(file.runs[layer_id, None], fids)
        statement = sql.texts(layer_id, list(fids))
        (joined,) = connected.db.execute(*statement).fetchone()
        return [joined], joined.rpartition(SEPARATOR)[2]


def checksum(feature_id: str) -> int:
    """Return the number of 32 bits that an id is found by; many ids may have the same."""
    return zlib.crc32(feature_id.encode())


def _opened(path: Path) -> TextFile | None:
    try:
        return TextFile(path)
    except (OSError, ValueError):
        return None


def text_path(store: Path, revision: str) -> Path:
    """Return where the texts of a revision of a store are."""
    return store.with_name(f".{store.stem}.{revision}.texts")
