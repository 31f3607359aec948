"""The embedded store: one GeoPackage, read as plain SQLite.

Standard: OGC 12-128r19 (GeoPackage 1.4), clause 2.1.3 (geometry encoding) and the R-tree
extension (annex F.3).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from zymap.catalog import Catalog
from zymap.errors import StoreUnavailable, ZymapError
from zymap.query import Query
from zymap.store import functions, sql
from zymap.store.asking import Answer, SqlStore
from zymap.store.base import SEPARATOR, Count, Page, VectorTile, tile_attributes
from zymap.store.dialect import Dialect, Parameter
from zymap.store.gpkg_dialect import GPKG
from zymap.store.text_blocks import read_blocks
from zymap.tilematrix import Tile
from zymap.tiles import TileRows, Vocabulary, encode_tile, no_rows

if TYPE_CHECKING:
    from zymap.store.choosing import Chooser
    from zymap.store.thinning import Ints


@dataclass(slots=True)
class _Connection:
    """One thread's connection, and what it last knew of the data."""

    db: sqlite3.Connection
    data_version: int = -1
    revision: str = ""

    @property
    def dialect(self) -> Dialect:
        """How to spell what is asked."""
        return GPKG

    def rows(self, text: str, parameters: Sequence[Parameter] = ()) -> Sequence[Sequence[Any]]:
        """Return what a statement finds."""
        return self.db.execute(text, parameters).fetchall()

    def meta(self, key: str) -> str | None:
        """Return what was written down about the data as a whole."""
        row = self.db.execute("SELECT value FROM zymap_meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]


class GpkgStore(SqlStore):
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
        super().__init__()
        self.path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._choosers: dict[str, Chooser] = {}
        try:
            self.catalog()
        except ZymapError:
            self.close()
            raise

    @property
    def remote(self) -> bool:
        """It is a file, read in this process."""
        return False

    def revision(self) -> str:
        """Return the fingerprint of the data."""
        with self._reading() as connection:
            return connection.revision

    def page(self, query: Query, after: str | None = None) -> Page:
        """Return a page of what matches, joined by the database."""
        with self._reading() as connection:
            if len(query.sources) == 1 and query.is_for_all:
                return self._page_of_all(connection, query, after)
            catalog, asked = self._catalog(connection), self._looked_up(connection, query)
            area = self._area(connection, asked)
            position = None if after is None else self._position(connection, asked, after)
            behind = 0 if position is None else position.fid
            found = None if asked.sort else self._find(connection, asked, catalog, area)
            if found is not None:
                return _page_of(connection.db, asked, *found, behind)
            whole = query.unpaged()
            anywhere = asked.bbox is not None and asked.located is None
            if anywhere and not self._unlocated(connection, whole):
                asked = replace(asked, located=True)
            count = self._counts.get((connection.revision, whole))
            if count is None and len(query.sources) == 1:
                statement = sql.counted_page(asked, catalog, area, position)
                texts, found, *matched = connection.db.execute(*_pair(statement)).fetchone()
                count = self._with_unlocated(connection, whole, Count(*matched))
            else:
                statement = sql.page(asked, catalog, area, position)
                texts, found = connection.db.execute(*_pair(statement)).fetchone()
                count = count or self._count(connection, whole)
            return _page(texts or b"", found, query.limit, count)

    def _page_of_all(self, connection: _Connection, query: Query, after: str | None) -> Page:
        """Return a page of all features of a collection: their row numbers are 1 to their count."""
        count = self._count(connection, Query(query.sources))
        behind = 0 if after is None else self._position(connection, query, after).fid
        last = min(behind + (query.limit or count.matched), count.matched)
        if last == behind:
            return Page([], 0, None, count)
        layer = self._catalog(connection).layer(query.sources[0].collection)
        parts, text = read_blocks(connection.db, layer.id, behind + 1, last)
        return Page(parts, last - behind, _id_of(text) if last < count.matched else None, count)

    def iterate(self, query: Query) -> Iterator[bytes]:
        """Yield what `select` returns, without holding all of it."""
        with self._reading() as connection:
            statement = self._statement(connection, query)
            for row in connection.db.execute(*_pair(statement)):
                yield row[0]

    def tile(self, query: Query, tile: Tile, buffer: float) -> VectorTile:
        """Return a tile of the matching features, thinned where they are many."""
        rows = self.tile_rows(query, tile, buffer)
        return VectorTile(encode_tile(query.sources[0].collection, tile, rows), rows.left_out)

    def tile_rows(self, query: Query, tile: Tile, buffer: float) -> TileRows:
        """Return what a tile is made of: the features whose bounds meet it."""
        asked = replace(query.unpaged(), located=None if query.located else query.located)
        with self._reading() as connection:
            catalog, asked = self._catalog(connection), self._looked_up(connection, asked)
            layer = catalog.layer(query.sources[0].collection)
            if not layer.geometry or asked.located is not None:
                return no_rows(Vocabulary(tile_attributes(layer), ()))
            area = self._area(connection, asked)
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

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            while self._open:
                self._open.pop().close()
            self._local = threading.local()

    def _ask(self, ask: Callable[[_Connection], Answer]) -> Answer:
        with self._reading() as connection:
            return ask(connection)

    @contextmanager
    def _reading(self) -> Generator[_Connection]:
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
                connection.revision = self._stated(connection, "revision")
                connection.data_version = version
            yield connection
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
    # All of the file, as far as SQLite maps one (2 GB): the pages are the system's cache of it,
    # shared by all workers, and are given back when memory is short.
    db.execute("PRAGMA mmap_size = 2147418112")
    functions.install(db)
    return db


def _pair(statement: sql.Statement) -> tuple[str, tuple[Parameter, ...]]:
    return statement.text, statement.parameters
