"""Which features of a layer a tile takes, and what is remembered to choose them by."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict

import numpy as np

from zymap.bbox import BBox
from zymap.catalog import Catalog, Source
from zymap.query import Query
from zymap.store import sql
from zymap.store.thinning import Ints, Mask, Thinning
from zymap.store.tile_table import TileTable
from zymap.tilematrix import Tile

# A byte a feature each.
MATCHES_REMEMBERED = 16


class Chooser:
    """The arrays of the layers, and which features matched the latest questions.

    They are those of one revision; another one needs another chooser.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, TileTable] = {}
        self._matches: OrderedDict[Query, Mask] = OrderedDict()

    def choose(
        self,
        db: sqlite3.Connection,
        catalog: Catalog,
        query: Query,
        area: sql.Area | None,
        tile: Tile,
        box: BBox,
    ) -> tuple[TileTable, Ints, int]:
        """Return the layer's table, the ranks that a tile shows, and how many it leaves out."""
        layer = query.sources[0].collection
        # The tiles of a view are asked for at once: one of them looks, the others wait for it.
        with self._lock:
            if layer not in self._tables:
                self._tables[layer] = TileTable(db, layer)
            table = self._tables[layer]
            matching = None
            if query != Query((Source(layer),)):
                matching = self._matching(db, catalog, query, area, table.thinning)
        return table, *table.thinning.shown(tile, box, matching)

    def _matching(
        self,
        db: sqlite3.Connection,
        catalog: Catalog,
        query: Query,
        area: sql.Area | None,
        thinning: Thinning,
    ) -> Mask:
        if query in self._matches:
            self._matches.move_to_end(query)
            return self._matches[query]
        statement = sql.fids(query, catalog, area)
        rows = db.execute(statement.text, statement.parameters)
        found = thinning.members(np.fromiter((fid for (fid,) in rows), dtype=np.int64))
        self._matches[query] = found
        if len(self._matches) > MATCHES_REMEMBERED:
            self._matches.popitem(last=False)
        return found
