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
from bisect import bisect_left, bisect_right
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

    def number(self, fid: int) -> tuple[int, bool]:
        """Return how many row numbers are not above one, and whether it is the last of them."""
        if isinstance(self.fids, range):
            return fid, True
        number = bisect_right(self.fids, fid)
        return number, number > 0 and self.fids[number - 1] == fid


class Stretch(NamedTuple):
    """Texts of a run that stand one behind the other.

    Attributes
    ----------
    parts : sequence of bytes
        The texts, joined by `SEPARATOR`, as one part; none where there are none.
    returned : int
        How many they are.
    last : bytes or None
        The text of the last one, if others stand behind it.
    """

    parts: Sequence[Bytes]
    returned: int
    last: bytes | None


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
        # The numbers stand behind the texts.
        self._texts_end = min(starts[0] for _, _, starts, _ in described["runs"])
        for layer_id, ends in described["rows"]:
            self._rows[layer_id] = self._numbers(ends)
        for layer_id, area, starts, fids in described["runs"]:
            numbers = range(1, (starts[1] - starts[0]) // NUMBER_BYTES)
            run = Run(self._numbers(starts), numbers if fids is None else self._numbers(fids))
            self.runs[layer_id, area] = run

    def __del__(self) -> None:
        if "_file" in vars(self):
            self._file.close()

    def texts(self, layer_id: str, fids: Sequence[int]) -> tuple[list[Bytes], bytes]:
        """Return some texts of a layer, at least one, in parts to be joined; and the last.

        All but the last have `SEPARATOR` behind them.

        Parameters
        ----------
        fids : sequence of int
            Their row numbers, ascending.
        """
        content, starts = self._bytes, self.runs[layer_id, None].starts
        first, end = starts[fids[0] - 1], starts[fids[-1]] - len(SEPARATOR)
        begin = starts[fids[-1] - 1]
        if self._is_large and end - first > NEAR_BYTES * len(fids):
            parts: list[Bytes] = [self._read(starts[fid - 1], starts[fid]) for fid in fids[:-1]]
            parts.append(self._read(begin, end))
        else:
            self._look_at(end - first)
            parts = [content[starts[fid - 1] : starts[fid]] for fid in fids[:-1]]
            parts.append(content[begin:end])
        return parts, bytes(parts[-1])

    def stretch(
        self, layer_id: str, area: str | None, after: str | None, limit: int | None
    ) -> Stretch | None:
        """Return what stands behind a feature in a run, or at its beginning.

        Returns
        -------
        Stretch or None
            None where the layer has no such feature.
        """
        run = self.runs[layer_id, area]
        if after is None:
            return self._behind(run, 0, limit)
        start = text_start(after)
        for fid in self._alike(layer_id, after):
            number, is_in = run.number(fid)
            # Its own text tells whether it is the one: one of the run is read with those behind it.
            if is_in or self._text(layer_id, fid).startswith(start):
                found = self._behind(run, number, limit, start if is_in else b"")
                if found is not None:
                    return found
        return None

    def find(self, layer_id: str, feature_id: str) -> bytes | None:
        """Return the text of a feature; None where the layer has no such one."""
        start = text_start(feature_id)
        for fid in self._alike(layer_id, feature_id):
            text = self._text(layer_id, fid)
            if text.startswith(start):
                return text
        return None

    def _alike(self, layer_id: str, feature_id: str) -> list[int]:
        """Return the row numbers of the features whose ids have the checksum of this one."""
        rows, found = self._rows[layer_id], []
        least = checksum(feature_id) << ROW_BITS
        for index in range(bisect_left(rows, least), len(rows)):
            fid = rows[index] - least
            if fid >> ROW_BITS:
                break
            found.append(fid)
        return found

    def _text(self, layer_id: str, fid: int) -> bytes:
        starts = self.runs[layer_id, None].starts
        return bytes(self._cut(starts[fid - 1], starts[fid] - len(SEPARATOR)))

    def _behind(
        self, run: Run, number: int, limit: int | None, start: bytes = b""
    ) -> Stretch | None:
        """Return what stands behind so many texts of a run.

        Parameters
        ----------
        start : bytes
            What the last of those many texts must begin with; it is None where it does not.
        """
        starts, held = run.starts, len(run.fids)
        shown = held if limit is None else min(number + limit, held)
        first = starts[number - 1] if start else starts[number]
        text = self._cut(first, starts[shown] - len(SEPARATOR)) if starts[shown] > first else b""
        if text[: len(start)] != start:
            return None
        if shown == number:
            return Stretch((), 0, None)
        last = bytes(text[starts[shown - 1] - first :]) if shown < held else None
        return Stretch((memoryview(text)[starts[number] - first :],), shown - number, last)

    def _numbers(self, ends: tuple[int, int]) -> Sequence[int]:
        return self._bytes[ends[0] : ends[1]].cast("Q")

    def _cut(self, first: int, end: int) -> Bytes:
        """Return a piece; of a large file it is read: the mapping would bring its neighbours."""
        return self._read(first, end) if self._is_large else self._bytes[first:end]

    def _read(self, first: int, end: int) -> bytes:
        return os.pread(self._file.fileno(), end - first, first)

    def _look_at(self, size_bytes: int) -> None:
        """Let go of the texts that are mapped of a large file, when they are many."""
        if not self._is_large:
            return
        self._looked_at_bytes += size_bytes
        if self._looked_at_bytes > RESIDENT_BYTES:
            self._map.madvise(mmap.MADV_DONTNEED, 0, self._texts_end)
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

    def read(
        self, connected: Connected, revision: str, layer_id: str, fids: Sequence[int]
    ) -> tuple[Sequence[Bytes], bytes]:
        """Return the texts of row numbers of a layer, of the revision that a connection reads.

        See `TextFile.texts`.
        """
        file = self.file(revision)
        if file is not None:
            return file.texts(layer_id, fids)
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
