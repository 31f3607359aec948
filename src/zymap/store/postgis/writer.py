"""Load a dataset into a database: all of it, and the word that it is current, in one transaction.

Whoever reads sees the load before or this one. A load that is killed leaves nothing. The load
before stays until the next one, for those who read it still.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
import shapely

from zymap.catalog import Catalog, Layer
from zymap.errors import InvalidData, StoreUnavailable
from zymap.geojson import Feature, feature_text
from zymap.store import rows
from zymap.store.naming import quote
from zymap.store.postgis import tables
from zymap.store.postgis.connections import connect, described, line_of
from zymap.store.postgis.dialect import PostgisDialect
from zymap.store.postgis.filling import folded_texts, layer_rows, tile_rows
from zymap.store.postgis.store import REVISION_KEPT_S

_LOOK_S = 0.02
# A load must end though readers hold what it wants to drop; the next one drops it then.
_DROP_WITHIN = "2s"
# The tables are not there; or not even the group, which is none of a role's values then.
_UNPREPARED = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedObject,
    psycopg.errors.InvalidParameterValue,
)


class Writer:
    """A connection that loads one dataset; no other load of it runs meanwhile.

    Parameters
    ----------
    conninfo : str
        Of libpq; the server that takes writes is found among its hosts.
    dataset : str
        Id of the dataset.
    """

    def __init__(self, connection: psycopg.Connection[Any], conninfo: str, dataset: str) -> None:
        self._connection = connection
        self._dataset = dataset
        self.name = described(conninfo)

    def held(self) -> tuple[str, int] | None:
        """Return the revision that is there and its number of features; None if nothing is."""
        row = self._connection.execute(
            "SELECT l.revision, l.features FROM zymap.current c JOIN zymap.loads l USING (load) "
            "WHERE c.dataset = $1 AND l.format = $2",
            (self._dataset, tables.POSTGIS_FORMAT),
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def write(
        self, catalog: Catalog, features: Mapping[str, Sequence[Feature]], revision: str
    ) -> None:
        """Load all layers, and make them the current ones.

        Parameters
        ----------
        features : mapping of layer id to features
            WGS 84 lon, lat; a geometry may be None. Their order becomes the order of answers.
        revision : str
            The fingerprint of the data.

        Raises
        ------
        InvalidData
            A value does not fit the type of its field.
        StoreUnavailable
            The database cannot take it; it keeps its content.
        """
        self._drop_the_replaced()
        try:
            with self._connection.transaction():
                number = self._one("SELECT nextval('zymap.load_numbers')")
                self._fill(PostgisDialect(tables.schema_of(number)), catalog, features, revision)
                total = sum(map(len, features.values()))
                self._make_current(number, revision, total)
        except psycopg.DataError as error:
            raise InvalidData(f"PostgreSQL cannot hold it: {line_of(error)}") from error
        except psycopg.Error as error:
            raise StoreUnavailable(f"{self.name}: {line_of(error)}") from error

    def wait_for_replicas(self, limit_s: float) -> tuple[str, ...]:
        """Wait until readers see what was loaded last; return what does not show it by then.

        Returns
        -------
        tuple of str
            Names of replicas that are connected and behind.
        """
        end = self._one("SELECT pg_current_wal_insert_lsn()::text")
        deadline = time.monotonic() + limit_s
        while (late := self._behind(end)) and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
        # As long as a reader may go by what it was told before.
        time.sleep(REVISION_KEPT_S)
        return late

    def _behind(self, end: str) -> tuple[str, ...]:
        found = self._connection.execute(
            "SELECT coalesce(nullif(application_name, ''), host(client_addr), '?') "
            "FROM pg_stat_replication WHERE coalesce(replay_lsn < $1::pg_lsn, true) "
            # Backups follow the log, too, but nobody reads there.
            "AND coalesce(application_name, '') NOT IN ('pg_basebackup', 'pg_receivewal')",
            (end,),
        )
        return tuple(name for (name,) in found)

    def _one(self, text: LiteralString) -> Any:
        row = self._connection.execute(text).fetchone()
        return None if row is None else row[0]

    def _drop_the_replaced(self) -> None:
        """Drop the schemas of loads that others have replaced, but for those still being read."""
        found = self._connection.execute(
            "SELECT n.nspname FROM zymap.loads l "
            "JOIN pg_namespace n ON n.nspname = 'zymap_' || l.load "
            "WHERE l.dataset = $1 AND l.load NOT IN (SELECT load FROM zymap.current)",
            (self._dataset,),
        ).fetchall()
        for (schema,) in found:
            try:
                with self._connection.transaction():
                    self._connection.execute(f"SET LOCAL lock_timeout = '{_DROP_WITHIN}'".encode())
                    self._connection.execute(f"DROP SCHEMA {quote(schema)} CASCADE".encode())
            except psycopg.errors.LockNotAvailable:
                continue

    def _fill(
        self,
        dialect: PostgisDialect,
        catalog: Catalog,
        features: Mapping[str, Sequence[Feature]],
        revision: str,
    ) -> None:
        self._run(tables.shared_definitions(dialect))
        thinned: list[str] = []
        for layer in catalog.layers:
            self._run(tables.definitions(dialect, layer))
            if self._fill_layer(dialect, layer, features[layer.id]):
                thinned.append(layer.id)
            self._run(tables.indexes(dialect, layer))
        meta = {"catalog": catalog.text, "revision": revision, "thinned": " ".join(thinned)}
        self._copy(dialect.own("meta"), ("key", "value"), meta.items())
        folds = folded_texts(catalog, features)
        self._copy(dialect.own("folds"), ("original", "casei", "accenti"), folds)
        self._run(tables.shared_indexes(dialect))
        for layer in catalog.layers:
            self._run([f"ANALYZE {dialect.table(layer.id)}, {dialect.side_table(layer.id)}"])

    def _fill_layer(
        self, dialect: PostgisDialect, layer: Layer, features: Sequence[Feature]
    ) -> bool:
        """Write the rows of a layer; return whether its tiles leave some of them out."""
        shapes = rows.shapes(features)
        columns = tables.layer_columns(layer)
        self._copy(dialect.table(layer.id), columns, layer_rows(layer, features, shapes))
        names = [item.name for item in layer.fields]
        texts = [feature_text(feature, layer.id, names) for feature in features]
        side = rows.side_rows(features, shapely.bounds(shapes), texts)
        self._copy(dialect.side_table(layer.id), tables.SIDE_COLUMNS, side)
        if not layer.geometry:
            return False
        thinned, tiles = tile_rows(shapes)
        self._copy(dialect.own(f"tiles_{layer.id}"), tables.TILE_COLUMNS, tiles)
        return thinned

    def _make_current(self, number: int, revision: str, features: int) -> None:
        self._connection.execute(
            "INSERT INTO zymap.loads (load, dataset, revision, format, features) "
            "VALUES ($1, $2, $3, $4, $5)",
            (number, self._dataset, revision, tables.POSTGIS_FORMAT, features),
        )
        self._connection.execute(
            "INSERT INTO zymap.current VALUES ($1, $2) "
            "ON CONFLICT (dataset) DO UPDATE SET load = excluded.load",
            (self._dataset, number),
        )

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._connection.execute(statement.encode())

    def _copy(self, table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        names = ", ".join(map(quote, columns))
        text = f"COPY {table} ({names}) FROM STDIN"
        with self._connection.cursor().copy(text.encode()) as copy:
            for row in values:
                copy.write_row(row)


@contextmanager
def writing(conninfo: str, dataset: str) -> Generator[Writer]:
    """Open a `Writer`, once no other load of the dataset is running.

    Raises
    ------
    StoreUnavailable
        No server takes writes, it has no tables of zymap, or this user may not load.
    """
    name = described(conninfo)
    with connect(conninfo) as connection:
        try:
            # What is loaded belongs to all who may load, whoever of them did it.
            connection.execute("SET ROLE zymap_loader")
            connection.execute("SELECT pg_advisory_lock(hashtext($1))", (f"zymap {dataset}",))
            connection.execute("SELECT load FROM zymap.current LIMIT 1")
        except _UNPREPARED as error:
            raise StoreUnavailable(
                f"{name} has no tables of zymap; `zymap store migrate` makes them"
            ) from error
        except psycopg.Error as error:
            raise StoreUnavailable(f"{name}: {line_of(error)}") from error
        yield Writer(connection, conninfo, dataset)
