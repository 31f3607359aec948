"""The texts of a layer in blocks of neighbours: a page of all its features is a few rows long.

Reading a hundred rows costs more than all else that a page takes. Every other question finds the
texts row by row in the side table.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from zymap.store.base import SEPARATOR
from zymap.store.naming import quote, side_table

# Smaller blocks make more rows of a page, larger ones more bytes that are read and cut off.
BLOCK = 16
_NUMBER_BYTES = 4


def write_blocks(db: sqlite3.Connection, layer_id: str, texts: Sequence[bytes]) -> None:
    """Write the texts of a layer, in the order of their row numbers (1, 2, 3, …)."""
    db.execute(
        f"CREATE TABLE {_table(layer_id)} "
        "(block INTEGER PRIMARY KEY, starts BLOB NOT NULL, texts BLOB NOT NULL)"
    )
    parts = (texts[first : first + BLOCK] for first in range(0, len(texts), BLOCK))
    db.executemany(
        f"INSERT INTO {_table(layer_id)} VALUES (?, ?, ?)",
        (
            (number, _starts(part), SEPARATOR.join((*part, b"")))
            for number, part in enumerate(parts)
        ),
    )


class Neighbours(NamedTuple):
    """Texts of rows that stand one behind the other.

    Attributes
    ----------
    parts : list of memoryview
        The texts joined by `SEPARATOR`, a part a block, to be copied once: into the answer.
    last : bytes
        The last of them.
    returned : int
        How many they are.
    end : int
        The row number of the last.
    """

    parts: list[memoryview]
    last: bytes
    returned: int
    end: int


def read_behind(
    db: sqlite3.Connection, layer_id: str, feature_id: str | None, limit: int
) -> Neighbours | None:
    """Return the texts of at most `limit` rows behind a feature, or of the first ones.

    None if the feature is not there, or no other is behind it.
    """
    rows = db.execute(*_statement(layer_id, feature_id, limit)).fetchall()
    if not rows:
        return None
    behind, block, starts, texts = rows[-1]
    # The last block may have texts behind those that are asked for, or fewer than were.
    stop = min(behind + limit - block * BLOCK, len(starts) // _NUMBER_BYTES - 1)
    end = block * BLOCK + stop
    if end == behind:
        return None
    parts = [memoryview(row[3]) for row in rows]
    stop_byte = _number(starts, stop) - len(SEPARATOR)
    parts[-1] = parts[-1][:stop_byte]
    parts[0] = parts[0][_number(rows[0][2], behind % BLOCK) :]
    last = texts[_number(starts, stop - 1) : stop_byte]
    return Neighbours(parts, last, end - behind, end)


def _statement(
    layer_id: str, feature_id: str | None, limit: int
) -> tuple[str, tuple[str | int, ...]]:
    from_start, behind = _statements(layer_id)
    return (from_start, (limit,)) if feature_id is None else (behind, (feature_id, limit))


@lru_cache(maxsize=64)
def _statements(layer_id: str) -> tuple[str, str]:
    """Return the statements for the first blocks, and for those behind a feature."""
    columns = "b.block, b.starts, b.texts"
    return (
        f"SELECT 0, {columns} FROM {_table(layer_id)} b "
        f"WHERE b.block <= (? - 1) / {BLOCK} ORDER BY b.block",
        f"SELECT x.fid, {columns} FROM {side_table(layer_id)} x "
        f"CROSS JOIN {_table(layer_id)} b WHERE x.id = ? "
        f"AND b.block BETWEEN x.fid / {BLOCK} AND (x.fid + ? - 1) / {BLOCK} ORDER BY b.block",
    )


def _table(layer_id: str) -> str:
    return quote(f"zymap_blocks_{layer_id}")


def _starts(texts: Sequence[bytes]) -> bytes:
    """Return where each text begins in the joined ones, and where the next would.

    They are 32-bit numbers, little-endian.
    """
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + len(SEPARATOR))
    return struct.pack(f"<{len(starts)}I", *starts)


def _number(packed: bytes, index: int) -> int:
    first = _NUMBER_BYTES * index
    return int.from_bytes(packed[first : first + _NUMBER_BYTES], "little")
