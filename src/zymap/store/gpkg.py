"""The embedded store: one GeoPackage, read as plain SQLite.

Standard: OGC 12-128r19 (GeoPackage 1.4), clause 2.1.3 (geometry encoding) and the R-tree
extension (annex F.3).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from zymap.bbox import BBox, bounds_of
from zymap.catalog import Catalog, Layer, parse_catalog, parse_source
from zymap.errors import InvalidRequest, StoreUnavailable, UnknownName, ZymapError
from zymap.planebox import PlaneBox, outline
from zymap.query import Query
from zymap.store import functions, sql
from zymap.store.base import SEPARATOR, Count, Extent, Page, tile_attributes
from zymap.store.functions import wkb_of
from zymap.store.placing import placed
from zymap.store.text_blocks import read_blocks
from zymap.tilematrix import Tile
from zymap.tiles import TileRows, Vocabulary, no_rows

if TYPE_CHECKING:
    from zymap.store.choosing import Chooser
    from zymap.store.thinning import Ints

COUNTS_REMEMBERED = 4096
# All of the file, as far as SQLite maps one (2 GB): the pages are the system's cache of it, shared
# by all workers, and are given back when memory is short.
_MAP, _UNMAP = "PRAGMA mmap_size = 2147418112", "PRAGMA mmap_size = 0"


@dataclass(slots=True)
class _Connection:
    """One thread's connection, and what it last knew of the data."""

    db: sqlite3.Connection
    data_version: int = -1
    revision: str = ""


class GpkgStore:
    """A GeoPackage that `zymap.load` wrote; see `zymap.store.base.Store`.

    Parameters
    ----------
    path : pathlib.Path
        The file. It is opened for reading only.

    Raises
    ------
    StoreUnavailable
        The file is not there or was not written by zymap.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._catalogs: dict[str, Catalog] = {}
        self._counts: dict[tuple[str, Query], Count] = {}
        self._choosers: dict[str, Chooser] = {}
        self._extents: dict[tuple[str, str], Extent] = {}
        try:
            self.revision()
        except ZymapError:
            self.close()
            raise

    def revision(self) -> str:
        """Return the fingerprint of the data."""
        with self._reading() as (connection, _):
            return connection.revision

    def catalog(self) -> Catalog:
        """Return the catalogue that the data was loaded with."""
        with self._reading() as (_, catalog):
            return catalog

    def select(self, query: Query) -> list[bytes]:
        """Return the matching features as GeoJSON in UTF-8, in order."""
        with self._reading() as (connection, catalog):
            asked = self._looked_up(connection, query, catalog)
            statement = _select(connection.db, asked, catalog)
            return [row[0] for row in connection.db.execute(*_pair(statement))]

    def page(self, query: Query, after: str | None = None) -> Page:
        """Return a page of what matches, joined by the database."""
        with self._reading() as (connection, catalog):
            if len(query.sources) == 1 and query.is_for_all:
                return self._page_of_all(connection, query, after, catalog)
            asked = self._looked_up(connection, query, catalog)
            area = _area(connection.db, asked, catalog)
            position = None if after is None else _position(connection.db, asked, after)
            behind = 0 if position is None else position.fid
            found = None if asked.sort else self._find(connection, asked, catalog, area)
            if found is not None:
                return _page_of(connection.db, asked, *found, behind)
            whole = query.unpaged()
            anywhere = asked.bbox is not None and asked.located is None
            if anywhere and not self._unlocated(connection, whole, catalog):
                asked = replace(asked, located=True)
            count = self._counts.get((connection.revision, whole))
            if count is None and len(query.sources) == 1:
                statement = sql.counted_page(asked, catalog, area, position)
                texts, found, *matched = connection.db.execute(*_pair(statement)).fetchone()
                count = self._with_unlocated(connection, whole, Count(*matched), catalog)
            else:
                statement = sql.page(asked, catalog, area, position)
                texts, found = connection.db.execute(*_pair(statement)).fetchone()
                count = count or self._count(connection, whole, catalog)
            return _page(texts or b"", found, query.limit, count)

    def _page_of_all(
        self, connection: _Connection, query: Query, after: str | None, catalog: Catalog
    ) -> Page:
        """Return a page of all features of a collection: their row numbers are 1 to their count."""
        count = self._count(connection, Query(query.sources), catalog)
        behind = 0 if after is None else _position(connection.db, query, after).fid
        last = min(behind + (query.limit or count.matched), count.matched)
        if last == behind:
            return Page([], 0, None, count)
        layer = catalog.layer(query.sources[0].collection)
        parts, text = read_blocks(connection.db, layer.id, behind + 1, last)
        return Page(parts, last - behind, _id_of(text) if last < count.matched else None, count)

    def iterate(self, query: Query) -> Generator[bytes]:
        """Yield what `select` returns, without holding all of it."""
        with self._reading() as (connection, catalog):
            asked = self._looked_up(connection, query, catalog)
            statement = _select(connection.db, asked, catalog)
            # Who reads everything needs no page twice, and would have all of the file in the
            # process's memory in the end.
            connection.db.execute(_UNMAP)
            try:
                for row in connection.db.execute(*_pair(statement)):
                    yield row[0]
            finally:
                connection.db.execute(_MAP)

    def count(self, query: Query) -> Count:
        """Count what matches; remembered until the data changes."""
        with self._reading() as (connection, catalog):
            return self._count(connection, query.unpaged(), catalog)

    def _count(self, connection: _Connection, query: Query, catalog: Catalog) -> Count:
        known = self._counts.get((connection.revision, query))
        if known is not None:
            return known
        part = sql.by_place(query)[0]
        asked = self._looked_up(connection, part, catalog)
        statement = sql.count(asked, catalog, _area(connection.db, asked, catalog))
        found = Count(*connection.db.execute(*_pair(statement)).fetchone())
        return self._with_unlocated(connection, query, found, catalog)

    def _with_unlocated(
        self, connection: _Connection, query: Query, found: Count, catalog: Catalog
    ) -> Count:
        """Add the unlocated that match a box to what lies in it, and remember the sum."""
        unlocated = self._unlocated(connection, query, catalog)
        found = Count(found.matched + unlocated, found.located)
        # Free-text and bbox questions are endless, so the memory is bounded.
        if len(self._counts) >= COUNTS_REMEMBERED:
            self._counts = {}
        if query.is_short:
            self._counts[connection.revision, query] = found
        return found

    def _unlocated(self, connection: _Connection, query: Query, catalog: Catalog) -> int:
        """Count the unlocated that match a box: as many for every box, and remembered."""
        parts = sql.by_place(query)[1:]
        return sum(self._count(connection, part, catalog).matched for part in parts)

    def search_texts(self, query: Query) -> dict[str, str]:
        """Return the matching features' search texts by id."""
        with self._reading() as (connection, catalog):
            asked = self._looked_up(connection, query.unpaged(), catalog)
            area = _area(connection.db, asked, catalog)
            statement = sql.search_texts(asked, catalog, area)
            return dict(connection.db.execute(*_pair(statement)).fetchall())

    def facet(self, query: Query, field: str) -> dict[str | None, int]:
        """Count the matching features for each value of `field`."""
        with self._reading() as (connection, catalog):
            asked = self._looked_up(connection, query.unpaged(), catalog)
            area = _area(connection.db, asked, catalog)
            statement = sql.facet(asked, catalog, area, field)
            return dict(connection.db.execute(*_pair(statement)).fetchall())

    def feature(self, collection: str, feature_id: str) -> bytes | None:
        """Return one feature as GeoJSON in UTF-8, or None."""
        with self._reading() as (connection, catalog):
            table = sql.side_table(catalog.layer(collection).id)
            row = connection.db.execute(
                f"SELECT feature FROM {table} WHERE id = ?",
                (feature_id,),
            ).fetchone()
            return None if row is None else row[0]

    def tile(self, query: Query, tile: Tile, buffer: float) -> TileRows:
        """Return the matching features whose bounds meet a tile, thinned where they are many."""
        asked = replace(query.unpaged(), located=None if query.located else query.located)
        with self._reading() as (connection, catalog):
            asked = self._looked_up(connection, asked, catalog)
            layer = catalog.layer(query.sources[0].collection)
            if not layer.geometry or asked.located is not None:
                return no_rows(Vocabulary(tile_attributes(layer), ()))
            area = _area(connection.db, asked, catalog)
            table, ranks, left_out = self._chooser(connection.revision).choose(
                connection.db, catalog, asked, area, tile, tile.bbox(buffer)
            )
            return table.rows(connection.db, ranks, left_out)

    def _find(
        self, connection: _Connection, query: Query, catalog: Catalog, area: sql.Area | None
    ) -> tuple[Ints, Ints] | None:
        """Return what a question with a box finds, as far as the arrays in memory tell."""
        places = all(catalog.layer(source.collection).geometry for source in query.sources)
        if query.bbox is None or query.located is False or not places:
            return None
        chooser = self._chooser(connection.revision)
        return chooser.find(connection.db, catalog, query, area)

    def _chooser(self, revision: str) -> Chooser:
        from zymap.store.choosing import Chooser

        with self._lock:
            if revision not in self._choosers:
                self._choosers = {revision: Chooser()}
            return self._choosers[revision]

    def extent(self, collection: str) -> Extent:
        """Return where (WGS 84) and when the features of a collection are."""
        with self._reading() as (connection, catalog):
            return self._extent(connection, catalog.layer(collection))

    def _extent(self, connection: _Connection, layer: Layer) -> Extent:
        key = (connection.revision, layer.id)
        known = self._extents.get(key)
        if known is None:
            known = _extent(connection.db, layer)
            self._extents[key] = known
        return known

    def _looked_up(self, connection: _Connection, query: Query, catalog: Catalog) -> Query:
        """Put what the data tell in the place of what ``query`` only names."""
        if query.target is not None:
            query = _targeted(connection.db, query, catalog)
        if not isinstance(query.bbox, PlaneBox):
            return placed(query)
        layers = [catalog.layer(source.collection) for source in query.sources]
        extent = bounds_of(self._extent(connection, layer).bbox for layer in layers)
        return replace(query, bbox=outline(query.bbox, extent))

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            while self._open:
                self._open.pop().close()
            self._local = threading.local()

    @contextmanager
    def _reading(self) -> Generator[tuple[_Connection, Catalog]]:
        """Lend this thread's connection, told of any change since its last use."""
        try:
            connection: _Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = _Connection(_connect(self.path))
                self._local.connection = connection
                with self._lock:
                    self._open.append(connection.db)
            version = connection.db.execute("PRAGMA data_version").fetchone()[0]
            if version != connection.data_version:
                connection.revision = _meta(connection.db, "revision")
                connection.data_version = version
            catalog = self._catalogs.get(connection.revision)
            if catalog is None:
                catalog = parse_catalog(_meta(connection.db, "catalog"))
                self._catalogs = {connection.revision: catalog}
            yield connection, catalog
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.path.name}: {error}") from error


def _page_of(
    db: sqlite3.Connection, query: Query, located: Ints, unlocated: Ints, behind: int
) -> Page:
    """Return the page of some row numbers that stands behind one of them."""
    import numpy as np

    more = None if query.limit is None else query.limit + 1
    parts = [part[np.searchsorted(part, behind, "right") :][:more] for part in (located, unlocated)]
    fids = np.sort(np.concatenate(parts))[:more] if len(parts[1]) else parts[0]
    statement = sql.texts(query.sources[0].collection, fids.tolist())
    texts, found = db.execute(*_pair(statement)).fetchone()
    count = Count(len(located) + len(unlocated), len(located))
    return _page(texts or b"", found, query.limit, count)


def _page(texts: bytes, found: int, limit: int | None, count: Count) -> Page:
    """Return the page of some rows; one more than its limit tells that others are behind it."""
    if limit is None or found <= limit:
        return Page([texts], found, None, count)
    cut = texts.rindex(SEPARATOR)
    last = texts[texts.rfind(SEPARATOR, 0, cut) + 1 : cut]
    return Page([memoryview(texts)[:cut]], limit, _id_of(last), count)


def _id_of(text: bytes) -> str:
    return orjson.loads(text)["id"]


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise StoreUnavailable(f"{path.name} is not there; `zymap load` makes it")
    uri = path.resolve().as_uri()
    db = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False, timeout=5)
    try:
        db.execute("SELECT 1 FROM zymap_meta").fetchone()
    except sqlite3.OperationalError:
        # A read-only folder cannot hold the WAL's shared memory; then nobody can write either.
        db.close()
        db = sqlite3.connect(f"{uri}?immutable=1", uri=True, check_same_thread=False)
        db.execute("SELECT 1 FROM zymap_meta").fetchone()
    db.execute("PRAGMA query_only = 1")
    db.execute(_MAP)
    functions.install(db)
    return db


def _meta(db: sqlite3.Connection, key: str) -> str:
    row = db.execute("SELECT value FROM zymap_meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise StoreUnavailable(f"the store has no {key}; load it again")
    return row[0]


def _position(db: sqlite3.Connection, query: Query, feature_id: str) -> sql.Position:
    row = db.execute(*_pair(sql.position(query, feature_id))).fetchone()
    if row is None:
        raise InvalidRequest(
            f"after: none of the collections asked has a feature {feature_id!r}", parameter="after"
        )
    return sql.Position(keys=tuple(row[2:]), source=row[0], fid=row[1])


def _select(db: sqlite3.Connection, query: Query, catalog: Catalog) -> sql.Statement:
    after = None if query.after is None else _position(db, query, query.after)
    return sql.select(query, catalog, _area(db, query, catalog), after)


def _targeted(db: sqlite3.Connection, query: Query, catalog: Catalog) -> Query:
    """Put what counts towards ``query.target`` in its place."""
    for layer in catalog.by_role("targets"):
        row = db.execute(
            f"SELECT t.counted_from FROM {sql.quote(layer.id)} t "
            f"JOIN {sql.side_table(layer.id)} x USING (fid) WHERE x.id = ?",
            (query.target,),
        ).fetchone()
        if row is not None:
            expressions: list[str] = json.loads(row[0] or "[]")
            return replace(query, target=None, among=tuple(map(parse_source, expressions)))
    raise UnknownName(f"target: there is no target {query.target!r}", parameter="target")


def _area(db: sqlite3.Connection, query: Query, catalog: Catalog) -> sql.Area | None:
    """Look up the geometry of the key area that ``query.within`` names."""
    if query.within is None:
        return None
    for layer in catalog.by_role("areas"):
        row = db.execute(
            "SELECT t.geom, x.west, x.south, x.east, x.north "
            f"FROM {sql.quote(layer.id)} t JOIN {sql.side_table(layer.id)} x USING (fid) "
            "WHERE t.area_id = ? AND x.located = 1",
            (query.within,),
        ).fetchone()
        if row is not None:
            return sql.Area(wkb_of(row[0]), BBox(*row[1:]))
    raise InvalidRequest(f"within: area {query.within} has no geometry", parameter="within")


def _extent(db: sqlite3.Connection, layer: Layer) -> Extent:
    bounds = db.execute(
        f"SELECT min(west), min(south), max(east), max(north) FROM {sql.side_table(layer.id)}"
    ).fetchone()
    span = (None, None)
    if layer.temporal is not None:
        column, table = sql.quote(layer.temporal), sql.quote(layer.id)
        span = db.execute(f"SELECT min({column}), max({column}) FROM {table}").fetchone()
    return Extent(BBox(*bounds) if bounds[0] is not None else None, *span)


def _pair(statement: sql.Statement) -> tuple[str, tuple[sql.Parameter, ...]]:
    return statement.text, statement.parameters
