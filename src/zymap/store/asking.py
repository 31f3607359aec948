"""What a store answers by SQL, whatever its database is: a reading of it, and the questions."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from zymap.bbox import BBox, bounds_of
from zymap.catalog import Catalog, Layer, parse_catalog, parse_source
from zymap.errors import InvalidRequest, StoreUnavailable, UnknownName, ZymapError
from zymap.planebox import PlaneBox, outline
from zymap.query import Query
from zymap.store import sql
from zymap.store.base import Count, Extent, One
from zymap.store.dialect import Dialect, Parameter
from zymap.store.naming import quote
from zymap.store.placing import placed

COUNTS_REMEMBERED = 4096
Answer = TypeVar("Answer")


class Reading(Protocol):
    """A look at one state of the data."""

    @property
    def revision(self) -> str:
        """The fingerprint of the data."""
        ...

    @property
    def dialect(self) -> Dialect:
        """How to spell what is asked."""
        ...

    def rows(self, text: str, parameters: Sequence[Parameter] = ()) -> Sequence[Sequence[Any]]:
        """Return what a statement finds."""
        ...

    def meta(self, key: str) -> str | None:
        """Return what was written down about the data as a whole."""
        ...


class SqlStore(ABC):
    """The questions of `zymap.store.base.Store` that are one statement each, and what is kept.

    What was counted is remembered until the data change.
    """

    def __init__(self) -> None:
        self._catalogs: dict[str, Catalog] = {}
        self._counts: dict[tuple[str, Query], Count] = {}
        self._extents: dict[tuple[str, str], Extent] = {}

    @abstractmethod
    def _ask(self, ask: Callable[[Reading], Answer]) -> Answer:
        """Return what a function makes of a reading; it may be called again where one fails."""

    def _ask_at_sight(self, ask: Callable[[Reading], Answer]) -> Answer:
        """Return what a function makes of a reading, which may be one of no transaction."""
        return self._ask(ask)

    def _forget(self) -> None:
        """Remember nothing of the data."""
        self._catalogs, self._counts, self._extents = {}, {}, {}

    @abstractmethod
    def close(self) -> None:
        """Give back what the store holds open."""

    def _look_in(self) -> None:
        """Read the catalogue: what cannot be read is closed, and nobody gets it."""
        try:
            self.catalog()
        except ZymapError:
            self.close()
            raise

    def catalog(self) -> Catalog:
        """Return the catalogue that the data was loaded with."""
        return self._ask(self._catalog)

    def select(self, query: Query) -> list[bytes]:
        """Return the matching features as GeoJSON in UTF-8, in order."""
        return self._ask(lambda reading: self._selected(reading, query))

    def count(self, query: Query) -> Count:
        """Count what matches; remembered until the data change."""
        return self._ask(lambda reading: self._count(reading, query.unpaged()))

    def search_texts(self, query: Query) -> dict[str, str]:
        """Return the matching features' search texts by id."""

        def ask(reading: Reading) -> dict[str, str]:
            asked, catalog = self._looked_up(reading, query.unpaged()), self._catalog(reading)
            area = self._area(reading, asked)
            return dict(found(reading, sql.search_texts(asked, catalog, area, reading.dialect)))

        return self._ask(ask)

    def facet(self, query: Query, field: str) -> dict[str | None, int]:
        """Count the matching features for each value of `field`."""

        def ask(reading: Reading) -> dict[str | None, int]:
            asked, catalog = self._looked_up(reading, query.unpaged()), self._catalog(reading)
            area = self._area(reading, asked)
            return dict(found(reading, sql.facet(asked, catalog, area, field, reading.dialect)))

        return self._ask(ask)

    def feature(self, collection: str, feature_id: str) -> One:
        """Return one feature."""

        def ask(reading: Reading) -> One:
            layer = self._catalog(reading).layer(collection)
            return One(self._text(reading, layer.id, feature_id), reading.revision)

        return self._ask_at_sight(ask)

    def _text(self, reading: Reading, layer_id: str, feature_id: str) -> bytes | None:
        rows = reading.rows(sql.feature(layer_id, reading.dialect), (feature_id,))
        return rows[0][0] if rows else None

    def extent(self, collection: str) -> Extent:
        """Return where (WGS 84) and when the features of a collection are."""
        return self._ask(
            lambda reading: self._extent(reading, self._catalog(reading).layer(collection))
        )

    def _catalog(self, reading: Reading) -> Catalog:
        known = self._catalogs.get(reading.revision)
        if known is None:
            known = parse_catalog(self._stated(reading, "catalog"))
            self._catalogs = {reading.revision: known}
        return known

    @staticmethod
    def _stated(reading: Reading, key: str) -> str:
        value = reading.meta(key)
        if value is None:
            raise StoreUnavailable(f"the store has no {key}; load it again")
        return value

    def _statement(self, reading: Reading, query: Query) -> sql.Statement:
        asked = self._looked_up(reading, query)
        area = self._area(reading, asked)
        after = None if asked.after is None else self._position(reading, asked, asked.after)
        return sql.select(asked, self._catalog(reading), area, after, reading.dialect)

    def _selected(self, reading: Reading, query: Query) -> list[bytes]:
        return [row[0] for row in found(reading, self._statement(reading, query))]

    def _count(self, reading: Reading, query: Query) -> Count:
        known = self._counts.get((reading.revision, query))
        if known is not None:
            return known
        asked = self._looked_up(reading, sql.by_place(query)[0])
        area = self._area(reading, asked)
        statement = sql.count(asked, self._catalog(reading), area, reading.dialect)
        return self._with_unlocated(reading, query, Count(*found(reading, statement)[0]))

    def _with_unlocated(self, reading: Reading, query: Query, count: Count) -> Count:
        """Add the unlocated that match a box to what lies in it, and remember the sum."""
        unlocated = self._unlocated(reading, query)
        count = Count(count.matched + unlocated, count.located)
        # Free-text and bbox questions are endless, so the memory is bounded.
        if len(self._counts) >= COUNTS_REMEMBERED:
            self._counts = {}
        if query.is_short:
            self._counts[reading.revision, query] = count
        return count

    def _unlocated(self, reading: Reading, query: Query) -> int:
        """Count the unlocated that match a box: as many for every box, and remembered."""
        return sum(self._count(reading, part).matched for part in sql.by_place(query)[1:])

    def _extent(self, reading: Reading, layer: Layer) -> Extent:
        key = (reading.revision, layer.id)
        known = self._extents.get(key)
        if known is None:
            known = self._measured(reading, layer)
            self._extents[key] = known
        return known

    def _measured(self, reading: Reading, layer: Layer) -> Extent:
        sides = "min(west), min(south), max(east), max(north)"
        dialect = reading.dialect
        bounds = reading.rows(f"SELECT {sides} FROM {dialect.side_table(layer.id)}")[0]
        span: Sequence[str | None] = (None, None)
        if layer.temporal is not None:
            column = quote(layer.temporal)
            ends = f"SELECT min({column}), max({column}) FROM {dialect.table(layer.id)}"
            span = reading.rows(ends)[0]
        box = BBox(*bounds) if bounds[0] is not None else None
        return Extent(box, *span)

    def _looked_up(self, reading: Reading, query: Query) -> Query:
        """Put what the data tell in the place of what ``query`` only names, for the database."""
        return placed(self._resolved(reading, query))

    def _resolved(self, reading: Reading, query: Query) -> Query:
        """Put what the data tell in the place of what ``query`` only names."""
        if query.target is not None:
            query = self._targeted(reading, query)
        if not isinstance(query.bbox, PlaneBox):
            return query
        catalog = self._catalog(reading)
        layers = [catalog.layer(source.collection) for source in query.sources]
        extent = bounds_of(self._extent(reading, layer).bbox for layer in layers)
        return query._replace(bbox=outline(query.bbox, extent))

    def _targeted(self, reading: Reading, query: Query) -> Query:
        """Put what counts towards ``query.target`` in its place."""
        for layer in self._catalog(reading).by_role("targets"):
            rows = reading.rows(
                f"SELECT CAST(t.counted_from AS text) FROM {_both(reading, layer)} WHERE x.id = ?",
                (query.target,),
            )
            if rows:
                expressions: list[str] = json.loads(rows[0][0] or "[]")
                return query._replace(target=None, among=tuple(map(parse_source, expressions)))
        raise UnknownName(f"target: there is no target {query.target!r}", parameter="target")

    def _area(self, reading: Reading, query: Query) -> sql.Area | None:
        """Look up the geometry of the key area that ``query.within`` names."""
        if query.within is None:
            return None
        shape = reading.dialect.wkb("t.geom")
        for layer in self._catalog(reading).by_role("areas"):
            rows = reading.rows(
                f"SELECT {shape}, x.west, x.south, x.east, x.north FROM {_both(reading, layer)} "
                "WHERE t.area_id = ? AND x.located = 1 ORDER BY x.fid",
                (query.within,),
            )
            if rows:
                return sql.Area(rows[0][0], BBox(*rows[0][1:]))
        raise InvalidRequest(f"within: area {query.within} has no geometry", parameter="within")

    def _position(self, reading: Reading, query: Query, feature_id: str) -> sql.Position:
        rows = found(reading, sql.position(query, feature_id, reading.dialect))
        if not rows:
            raise InvalidRequest(
                f"after: none of the collections asked has a feature {feature_id!r}",
                parameter="after",
            )
        source, fid, *keys = rows[0]
        return sql.Position(keys=tuple(keys), source=source, fid=fid)


def _both(reading: Reading, layer: Layer) -> str:
    """Return the two tables of a layer, joined."""
    dialect = reading.dialect
    side, table = dialect.side_table(layer.id), dialect.table(layer.id)
    return f"{side} x JOIN {table} t ON t.fid = x.fid"


def found(reading: Reading, statement: sql.Statement) -> Sequence[Any]:
    """Return what a statement finds."""
    return reading.rows(*statement)
