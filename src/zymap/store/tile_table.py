"""The features of a layer as its tiles take them: a table in the order of their places.

Neighbours on the map are neighbours in the table, so that a tile's rows are few ranges of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import orjson

from zymap.store.cells import Cells
from zymap.store.geometries import Geometries
from zymap.store.naming import quote
from zymap.store.thinning import Ints, read_thinning, thin, whole, write_thinning
from zymap.tiles import PackedFeature, TileRows, Vocabulary, pack

# Rows that nobody asked for are cheaper to read over than another look-up, if they are few.
_GAP = 4
_RANGE_MINIMUM = 16


class TileTable:
    """What of a layer is held in memory, and the way to the rest.

    Raises
    ------
    sqlite3.Error
        The store cannot be read.
    """

    def __init__(self, db: sqlite3.Connection, layer_id: str) -> None:
        row = db.execute(
            "SELECT keys, common FROM zymap_tile_words WHERE layer = ?", (layer_id,)
        ).fetchone()
        self.vocabulary = Vocabulary(*(tuple(orjson.loads(text)) for text in row))
        self.thinning = read_thinning(db, layer_id)
        self.geometries = Geometries(layer_id, self.thinning)
        self._select = f"SELECT rank, runs, lonlat, attributes FROM {_name(layer_id)}"

    @cached_property
    def cells(self) -> Cells | None:
        """The bounds of a small layer; None of a large one, and of none."""
        has_any = len(self.thinning.fids) > 0
        return Cells(self.thinning) if has_any and self.thinning.is_small else None

    def rows(self, db: sqlite3.Connection, ranks: Ints, left_out: int) -> TileRows:
        """Read some features, in the order of their row numbers."""
        fids = self.thinning.fids[ranks]
        order = np.argsort(fids)
        found = self._read(db, ranks)
        read = [found[rank] for rank in ranks[order].tolist()]
        columns: Any = zip(*read, strict=True) if read else [()] * 4
        _, runs, lonlat, attributes = columns
        numbers = fids[order].astype(np.uint32)
        return TileRows(self.vocabulary, numbers, runs, lonlat, attributes, left_out)

    def _read(self, db: sqlite3.Connection, ranks: Ints) -> dict[int, Any]:
        """Return the rows of some ranks, and perhaps a few more."""
        ranges, single = _ranges(ranks)
        found: list[Any] = []
        for ends in ranges:
            found += db.execute(f"{self._select} WHERE rank BETWEEN ? AND ?", ends).fetchall()
        if single:
            found += db.execute(
                f"{self._select} WHERE rank IN (SELECT value FROM json_each(?))",
                (orjson.dumps(single).decode(),),
            ).fetchall()
        return {row[0]: row for row in found}


def write_tile_table(
    db: sqlite3.Connection,
    layer_id: str,
    shapes: np.ndarray[Any, Any],
    columns: Mapping[str, Sequence[str | None]],
) -> None:
    """Write the located features of a layer for its tiles.

    Parameters
    ----------
    shapes : (n,) array of shapely geometries
        WGS 84 lon, lat, in the order of the row numbers; None where a feature is not located.
    columns : mapping of attribute name to n values
    """
    import shapely

    bounds = shapely.bounds(shapes)
    located = np.flatnonzero(~np.isnan(bounds[:, 0]))
    thinning = thin(located + 1, bounds[located])
    if not thinning.thinned:
        thinning = whole(thinning)
    order = thinning.fids - 1
    values = {name: [column[row] for row in order.tolist()] for name, column in columns.items()}
    vocabulary, packed = pack(shapes[order], values)
    _write(db, layer_id, vocabulary, packed)
    write_thinning(db, layer_id, thinning)


def _write(
    db: sqlite3.Connection,
    layer_id: str,
    vocabulary: Vocabulary,
    packed: Sequence[PackedFeature],
) -> None:
    table = _name(layer_id)
    db.execute(
        f"CREATE TABLE {table} (rank INTEGER PRIMARY KEY, "
        "runs BLOB NOT NULL, lonlat BLOB NOT NULL, attributes BLOB NOT NULL)"
    )
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?)",
        ((rank, item.runs, item.lonlat, item.attributes) for rank, item in enumerate(packed)),
    )
    db.execute(
        "CREATE TABLE IF NOT EXISTS zymap_tile_words "
        "(layer TEXT PRIMARY KEY, keys TEXT NOT NULL, common TEXT NOT NULL)"
    )
    words = [orjson.dumps(texts).decode() for texts in (vocabulary.keys, vocabulary.common)]
    db.execute("INSERT INTO zymap_tile_words VALUES (?, ?, ?)", (layer_id, *words))


def _name(layer_id: str) -> str:
    return quote(f"zymap_tiles_{layer_id}")


def _ranges(ranks: Ints) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the ranges, both ends included, that hold most ranks, and the other ranks."""
    if not len(ranks):
        return [], []
    breaks = (ranks[1:] - ranks[:-1] > _GAP).nonzero()[0] + 1
    starts = np.concatenate(([0], breaks))
    ends = np.concatenate((breaks, [len(ranks)]))
    long = ends - starts >= _RANGE_MINIMUM
    ranges = zip(ranks[starts[long]].tolist(), ranks[ends[long] - 1].tolist(), strict=True)
    single = ranks[(~long).repeat(ends - starts)]
    return list(ranges), single.tolist()
