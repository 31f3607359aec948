"""Which features of a layer are in a tile or a box, by the arrays in memory.

What a question asks beside the place is looked up once and remembered, so that the tiles and boxes
of somebody who moves about the map cost a few comparisons of arrays.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from zymap.bbox import BBox
from zymap.catalog import Catalog
from zymap.query import Query
from zymap.store import sql
from zymap.store.in_box import fids_in_box
from zymap.store.in_shape import ranks_in_relation
from zymap.store.placing import Place, Relation
from zymap.store.reading import Connected
from zymap.store.thinning import Fids, Ints, Mask, Thinning
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
        connected: Connected,
        catalog: Catalog,
        query: Query,
        area: sql.Area | None,
        tile: Tile,
        box: BBox,
    ) -> tuple[TileTable, Ints, int]:
        """Return the layer's table, the ranks that a tile shows, and how many it leaves out."""
        # The tiles of a view are asked for at once: one of them looks, the others wait for it.
        with self._lock:
            table = self._table(connected, query)
            matching = None
            if not query.is_for_all:
                matches = self._matches.get(query)
                if matches is None:
                    matches = self._look_up(connected, catalog, query, area, table.thinning)
                matching = matches.located
        return table, *table.thinning.shown(tile, box, matching)

    def find(
        self,
        connected: Connected,
        catalog: Catalog,
        place: Place,
        anywhere: Query,
        area: sql.Area | None,
    ) -> tuple[Fids, Ints] | None:
        """Return the row numbers of what matches a question in a place, ascending.

        Returns
        -------
        tuple of two sequences of int, or None
            The located in the place, and the unlocated wherever they are. None for a question
            that was not asked lately: the database finds what is in one place at less cost than
            what is in all.
        """
        with self._lock:
            table = self._table(connected, anywhere)
            matches = self._matches.get(anywhere)
            if matches is None:
                if not anywhere.is_for_all and self._is_new(anywhere):
                    return None
                matches = self._look_up(connected, catalog, anywhere, area, table.thinning)
        return _found(connected, table, place, matches.located), matches.unlocated

    def _is_new(self, query: Query) -> bool:
        if query in self._asked:
            return False
        if query.is_short:
            self._asked[query] = None
        if len(self._asked) > QUESTIONS_REMEMBERED:
            self._asked.popitem(last=False)
        return True

    def _table(self, connected: Connected, query: Query) -> TileTable:
        layer = query.sources[0].collection
        if layer not in self._tables:
            self._tables[layer] = TileTable(connected.db, layer)
        return self._tables[layer]

    def _look_up(
        self,
        connected: Connected,
        catalog: Catalog,
        query: Query,
        area: sql.Area | None,
        thinning: Thinning,
    ) -> Matches:
        # Of all the located no number is needed: every rank is one of them.
        wanted = query._replace(located=False) if query.is_for_all else query
        statement = sql.fids(wanted, catalog, area)
        rows = connected.db.execute(*statement)
        fids = np.fromiter((fid for (fid,) in rows), dtype=np.int64)
        located = None if query.is_for_all else thinning.members(fids)
        found = Matches(located, np.setdiff1d(fids, thinning.fids))
        self._matches[query] = found
        if len(self._matches) > MATCHES_REMEMBERED:
            # The first that was looked up: to note each use would cost each question more.
            self._matches.popitem(last=False)
        return found


def _found(connected: Connected, table: TileTable, place: Place, matching: Mask | None) -> Fids:
    """Return the row numbers, among those that match, of what is in a place, ascending."""
    if isinstance(place, Relation):
        ranks = ranks_in_relation(connected, table, place, matching)
        return np.sort(table.thinning.fids[ranks])
    found = [fids_in_box(connected, table, part, matching) for part in place.parts()]
    if len(found) == 1:
        return found[0]
    # A feature may lie in both parts of a box that crosses the antimeridian.
    return np.unique(np.concatenate([np.asarray(part, dtype=np.int64) for part in found]))
