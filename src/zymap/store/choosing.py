"""Which features of a layer are in a tile or a box, by the arrays in memory.

What a question asks beside the place is looked up once and remembered, so that the tiles and boxes
of somebody who moves about the map cost a few comparisons of arrays.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from zymap.bbox import BBox
from zymap.catalog import Catalog
from zymap.planebox import PlaneBox
from zymap.query import Query
from zymap.store import sql
from zymap.store.in_box import ranks_in_box
from zymap.store.thinning import Ints, Mask, Thinning
from zymap.store.tile_table import TileTable
from zymap.tilematrix import Tile

# A byte a located feature each, and eight an unlocated one.
MATCHES_REMEMBERED = 16
QUESTIONS_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Matches:
    """What of a layer matches a question that names no place.

    Attributes
    ----------
    located : (n,) array or None
        Of each rank, whether it matches; None where all do.
    unlocated : array of int
        Row numbers of those without a geometry, ascending.
    """

    located: Mask | None
    unlocated: Ints


class Chooser:
    """The arrays of the layers, and which features matched the latest questions.

    They are those of one revision; another one needs another chooser.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, TileTable] = {}
        self._matches: OrderedDict[Query, Matches] = OrderedDict()
        self._asked: OrderedDict[Query, None] = OrderedDict()

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
        # The tiles of a view are asked for at once: one of them looks, the others wait for it.
        with self._lock:
            table = self._table(db, query)
            matching = None
            if query != Query(query.sources):
                matching = self._matching(db, catalog, query, area, table.thinning).located
        return table, *table.thinning.shown(tile, box, matching)

    def find(
        self, db: sqlite3.Connection, catalog: Catalog, query: Query, area: sql.Area | None
    ) -> tuple[Ints, Ints] | None:
        """Return the row numbers of what matches a question with a box, ascending.

        Returns
        -------
        tuple of two arrays of int, or None
            The located in the box, and the unlocated, which match any box. None for a question
            that was not asked lately: the database finds what is in one box at less cost than
            what is in all.
        """
        if query.bbox is None or isinstance(query.bbox, PlaneBox) or len(query.sources) != 1:
            return None
        anywhere = replace(query.unpaged(), bbox=None, located=None)
        plain = anywhere == Query(query.sources)
        with self._lock:
            if not plain and anywhere not in self._matches and self._is_new(anywhere):
                return None
            thinning = self._table(db, query).thinning
            matches = self._matching(db, catalog, anywhere, area, thinning)
        layer = query.sources[0].collection
        found = [
            thinning.fids[ranks_in_box(db, layer, thinning, part, matches.located)]
            for part in query.bbox.parts()
        ]
        # A feature may lie in both parts of a box that crosses the antimeridian.
        located = np.sort(found[0]) if len(found) == 1 else np.unique(np.concatenate(found))
        return located, matches.unlocated[:0] if query.located else matches.unlocated

    def _is_new(self, query: Query) -> bool:
        if query in self._asked:
            return False
        if query.is_short:
            self._asked[query] = None
        if len(self._asked) > QUESTIONS_REMEMBERED:
            self._asked.popitem(last=False)
        return True

    def _table(self, db: sqlite3.Connection, query: Query) -> TileTable:
        layer = query.sources[0].collection
        if layer not in self._tables:
            self._tables[layer] = TileTable(db, layer)
        return self._tables[layer]

    def _matching(
        self,
        db: sqlite3.Connection,
        catalog: Catalog,
        query: Query,
        area: sql.Area | None,
        thinning: Thinning,
    ) -> Matches:
        if query in self._matches:
            self._matches.move_to_end(query)
            return self._matches[query]
        statement = sql.fids(query, catalog, area)
        rows = db.execute(statement.text, statement.parameters)
        fids = np.fromiter((fid for (fid,) in rows), dtype=np.int64)
        located = None if query == Query(query.sources) else thinning.members(fids)
        found = Matches(located, np.setdiff1d(fids, thinning.fids))
        self._matches[query] = found
        if len(self._matches) > MATCHES_REMEMBERED:
            self._matches.popitem(last=False)
        return found
