"""The texts of a layer in blocks of neighbours: a page of all its features is a few rows long.

Reading a hundred rows costs more than all else that a page takes. Every other question finds the
texts row by row in the side table.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence

from zymap.store.base import SEPARATOR
from zymap.store.naming import quote

# Smaller blocks make more rows of a page, larger ones more bytes that are read and cut off.
BLOCK = 16


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


def read_blocks(
    db: sqlite3.Connection, layer_id: str, first: int, last: int
) -> tuple[list[memoryview], bytes]:
    """Return the texts of the rows `first` to `last`, both of them there, and the last one.

    They are joined by `SEPARATOR`, and come in parts, one a block, to be copied once: into the
    answer.
    """
    start_block, start = divmod(first - 1, BLOCK)
    end_block, end = divmod(last - 1, BLOCK)
    rows = db.execute(
        f"SELECT starts, texts FROM {_table(layer_id)} WHERE block BETWEEN ? AND ?",
        (start_block, end_block),
    ).fetchall()
    parts = [memoryview(texts) for _, texts in rows]
    starts, texts = rows[-1]
    stop = _number(starts, end + 1) - len(SEPARATOR)
    parts[-1] = parts[-1][:stop]
    parts[0] = parts[0][_number(rows[0][0], start) :]
    return parts, texts[_number(starts, end) : stop]


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
    return int.from_bytes(packed[4 * index : 4 * index + 4], "little")
