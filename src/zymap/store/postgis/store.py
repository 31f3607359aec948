"""Questions to the current load of a dataset.

Replicas are asked, which may be behind. A process never goes back in time: where a connection shows
an older load than was seen before, the primary is asked. So an answer is never older than its tag.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import psycopg

from zymap.errors import InvalidRequest, QuestionTooLong, StoreUnavailable, ZymapError
from zymap.query import Query
from zymap.store import sql
from zymap.store.asking import Reading, SqlStore
from zymap.store.base import SEPARATOR, Page, VectorTile
from zymap.store.dialect import Parameter
from zymap.store.postgis.connections import Connections, connect, is_gone, line_of
from zymap.store.postgis.dialect import PostgisDialect
from zymap.store.postgis.tables import POSTGIS_FORMAT, schema_of
from zymap.store.postgis.tile_sql import tile_statement
from zymap.tilematrix import Tile

Answer = TypeVar("Answer")
# `zymap load` waits as long before it says that it is done.
REVISION_KEPT_S = 0.1
TRIES = 3
_READING = "prefer-standby"
# What goes away when it is asked again: a load whose schema was dropped meanwhile, and a replica
# that had to end a statement to follow its primary.
_PASSING = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.SerializationFailure,
)
ROWS_AT_ONCE = 500
_CURRENT = (
    "SELECT c.dataset, c.load, l.revision, l.format FROM zymap.current c "
    "JOIN zymap.loads l USING (load) WHERE c.dataset = coalesce($1, c.dataset) LIMIT 2"
)


@dataclass(frozen=True, slots=True)
class Load:
    """The load that a server holds as the current one."""

    number: int
    revision: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """See `zymap.store.asking.Reading`; the schema of a load never changes."""

    connection: psycopg.Connection[Any]
    load: Load
    dialect: PostgisDialect

    @property
    def revision(self) -> str:
        return self.load.revision

    def rows(self, text: str, parameters: Sequence[Parameter] = ()) -> Sequence[Sequence[Any]]:
        statement = numbered(text)
        return self.connection.execute(statement, parameters, binary=True).fetchall()

    def stream(self, statement: sql.Statement) -> Iterator[bytes]:
        """Yield the first column of what a statement finds, some rows at a time."""
        with (
            self.connection.transaction(),
            psycopg.RawServerCursor(self.connection, "stream") as cursor,
        ):
            # Who reads all of it makes a file, and a file has no time-out.
            self.connection.execute("SET LOCAL statement_timeout = 0")
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(numbered(statement.text), statement.parameters, binary=True)
            for row in cursor:
                yield row[0]

    def meta(self, key: str) -> str | None:
        table = self.dialect.own("meta")
        rows = self.rows(f"SELECT value FROM {table} WHERE key = ?", (key,))
        return rows[0][0] if rows else None


class PostgisStore(SqlStore):
    """The current load of a dataset in a database; see `zymap.store.base.Store`.

    Parameters
    ----------
    conninfo : str
        Conninfo or URL of libpq; it may name several hosts.
    dataset : str, optional
        Id of the dataset; not needed where the database holds one only.
    question_s : float
        After which the server gives a statement up.

    Raises
    ------
    StoreUnavailable
        The database cannot be reached, or holds no such dataset.
    """

    def __init__(
        self, conninfo: str, dataset: str | None = None, *, question_s: float = math.inf
    ) -> None:
        super().__init__()
        # A pool would wait and not say why there is no connection.
        connect(conninfo, target_session_attrs=_READING).close()
        self._dataset = dataset
        self._replicas = Connections(conninfo, _READING, question_s)
        self._primary = Connections(conninfo, "read-write", question_s)
        self._newest = Load(0, "")
        self._asked_s = float("-inf")
        self._question_s = question_s
        self._look_in()

    @property
    def remote(self) -> bool:
        """It is a server."""
        return True

    def revision(self) -> str:
        """Return the fingerprint of the data, as it was within the last tenth of a second."""
        if time.monotonic() - self._asked_s > REVISION_KEPT_S:
            self._ask(lambda reading: reading.revision)
        return self._newest.revision

    def hold(self) -> None:
        """Do nothing: so often as every question the database is not asked anyway."""

    def let_go(self) -> None:
        """See `hold`."""

    def page(self, query: Query, after: str | None = None) -> Page:
        """Return a page of what matches, and count all."""
        limit = None if query.limit is None else query.limit + 1

        def ask(reading: Reading) -> Page:
            rows = self._selected(reading, query._replace(after=after, limit=limit))
            count = self._count(reading, query.unpaged())
            last = None
            if query.limit is not None and len(rows) > query.limit:
                del rows[query.limit :]
                last = orjson.loads(rows[-1])["id"] if rows else None
            return Page([SEPARATOR.join(rows)], len(rows), last, count, reading.revision)

        return self._ask(ask)

    def iterate(self, query: Query) -> Generator[bytes]:
        """Yield what `select` returns, without holding all of it."""
        # Nothing is asked again once rows went out; so a connection that broke is found before.
        self._ask(lambda reading: reading.revision)
        try:
            with self._reading() as reading:
                statement = self._statement(reading, query)
                yield from reading.stream(statement)
        except psycopg.Error as error:
            raise self._failure(error) from error

    def tile(self, query: Query, tile: Tile, buffer: float) -> VectorTile:
        """Return a tile that PostGIS made."""
        asked = query.unpaged()._replace(located=None if query.located else query.located)

        def ask(reading: _Reading) -> VectorTile:
            found, catalog = self._looked_up(reading, asked), self._catalog(reading)
            layer = catalog.layer(query.sources[0].collection)
            if not layer.geometry or found.located is not None:
                return VectorTile(b"", 0)
            matching = None
            if found != Query(query.sources):
                area = self._area(reading, found)
                matching = sql.fids(found, catalog, area, reading.dialect)
            thinned = layer.id in self._stated(reading, "thinned").split()
            statement = tile_statement(
                reading.dialect, layer, tile, buffer, matching, thinned=thinned
            )
            return VectorTile(*reading.rows(*statement)[0])

        return self._ask(ask)

    def close(self) -> None:
        """Close all connections."""
        self._replicas.close()
        self._primary.close()

    def _ask(self, ask: Callable[[_Reading], Answer]) -> Answer:
        for left in reversed(range(TRIES)):
            try:
                with self._reading() as reading:
                    return ask(reading)
            except psycopg.Error as error:
                if is_gone(error):
                    self._replicas.broke()
                    self._primary.broke()
                elif not isinstance(error, _PASSING):
                    left = 0
                if not left:
                    raise self._failure(error) from error
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _reading(self) -> Generator[_Reading]:
        with self._replicas.lend() as connection:
            load = self._current(connection)
            if load.number >= self._newest.number:
                self._newest, self._asked_s = load, time.monotonic()
                yield _Reading(connection, load, PostgisDialect(schema_of(load.number)))
                return
        with self._primary.lend() as connection:
            # What a primary holds is so, even if a load was lost with the primary before it.
            load = self._current(connection)
            self._newest, self._asked_s = load, time.monotonic()
            yield _Reading(connection, load, PostgisDialect(schema_of(load.number)))

    def _current(self, connection: psycopg.Connection[Any]) -> Load:
        try:
            found = connection.execute(_CURRENT, (self._dataset,), binary=True).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
            raise StoreUnavailable(
                f"{self._replicas.name}: no tables of zymap that may be read here; "
                "`zymap store migrate` makes them"
            ) from error
        if not found:
            raise StoreUnavailable(
                f"{self._replicas.name} holds no {self._dataset or 'dataset'}; "
                "`zymap load` makes it"
            )
        if len(found) > 1:
            raise StoreUnavailable(
                f"{self._replicas.name} holds several datasets; ZYMAP_DATASET must name one"
            )
        _, number, revision, format_ = found[0]
        if format_ != POSTGIS_FORMAT:
            raise StoreUnavailable(
                f"{self._replicas.name} was loaded by another version of zymap; load it again"
            )
        return Load(number, revision)

    def _failure(self, error: psycopg.Error) -> ZymapError:
        if isinstance(error, psycopg.errors.QueryCanceled):
            return QuestionTooLong(f"no answer was found in {self._question_s:g} s; ask for less")
        if isinstance(error, psycopg.errors.NumericValueOutOfRange):
            return InvalidRequest("filter: a number goes out of range", parameter="filter")
        return StoreUnavailable(f"{self._replicas.name}: {line_of(error)}")


def numbered(text: str) -> bytes:
    """Return a statement with the numbers that PostgreSQL gives its parameters."""
    first, *rest = text.split("?")
    made = first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))
    return made.encode()
