"""Which rows of large layers a tile takes, and what is remembered to choose them by."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict

import numpy as np

from zymap.bbox import BBox
from zymap.catalog import Catalog
from zymap.query import Query
from zymap.store import sql, tile_sql
from zymap.store.thinning import Mask, Thinning, read_thinning
from zymap.tilematrix import Tile

# A byte a feature each.
MATCHES_REMEMBERED = 16


class Chooser:
    """The arrays of the large layers, and which features matched the latest questions.

    They are those of one revision; another one needs another chooser.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thinnings: dict[str, Thinning | None] = {}
        self._matches: OrderedDict[Query, Mask] = OrderedDict()

    def choose(
        self,
        db: sqlite3.Connection,
        catalog: Catalog,
        query: Query,
        area: sql.Area | None,
        tile: Tile,
        box: BBox,
    ) -> tuple[list[int], int] | None:
        """Return the row numbers that a tile shows and how many features it leaves out.

        Returns
        -------
        tuple or None
            None if the layer is small: all that matches is shown.
        """
        layer = query.sources[0].collection
        # The tiles of a view are asked for at once: one of them looks, the others wait for it.
        with self._lock:
            if layer not in self._thinnings:
                self._thinnings[layer] = read_thinning(db, layer)
            thinning = self._thinnings[layer]
            if thinning is None:
                return None
            matching = None
            if not tile_sql.is_whole(query):
                matching = self._matching(db, catalog, query, area, thinning)
        return thinning.shown(tile, box, matching)

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
