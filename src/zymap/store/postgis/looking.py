"""Look at the servers of a database: which hosts answer, what they may do, who follows."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from zymap.errors import StoreUnavailable
from zymap.store.postgis import migrating
from zymap.store.postgis.connections import connect, described, line_of, parameters_of

_PLACE = ("host", "hostaddr", "port")


@dataclass(frozen=True, slots=True)
class Host:
    """One of the servers that an address names.

    Attributes
    ----------
    version : str
        Of PostgreSQL and PostGIS.
    writes : bool
        Whether it is the primary.
    follows : bool
        Whether it is a replica that a primary feeds.
    """

    name: str
    version: str
    writes: bool
    follows: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """What the user of an address may do with zymap's tables."""

    user: str
    reads: bool
    loads: bool


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica that is connected to the primary.

    Attributes
    ----------
    behind_bytes : int or None
        Of the log, that readers there do not see yet; None if this user may not know it.
    """

    name: str
    behind_bytes: int | None


def hosts(conninfo: str) -> Iterator[tuple[str, Host | StoreUnavailable]]:
    """Ask every host that an address names; yield its name, and what it is or why it is not."""
    given = parameters_of(conninfo)
    places = {key: str(given[key]).split(",") for key in _PLACE if given.get(key)}
    for index in range(max(map(len, places.values()), default=1)):
        one = {key: values[index % len(values)] or None for key, values in places.items()}
        # A service file or the environment may name it.
        name = ":".join(filter(None, (one.get("host") or one.get("hostaddr"), one.get("port"))))
        name = name or "the server"
        try:
            with _asked(make_conninfo(conninfo, **one), "any") as connection:
                yield name, _host(name, connection)
        except StoreUnavailable as error:
            yield name, error


def _host(name: str, connection: psycopg.Connection[Any]) -> Host:
    replica, follows, postgis = _row(
        connection,
        "SELECT pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_wal_receiver), "
        "(SELECT extversion FROM pg_extension WHERE extname = 'postgis')",
    )
    server = connection.info.parameter_status("server_version") or ""
    version = f"PostgreSQL {server.split()[0]}, PostGIS {postgis or 'is not there'}"
    return Host(name, version, not replica, follows)


def rights(conninfo: str) -> Rights | None:
    """Return what the user of an address may do; None if there are no tables of zymap."""
    with _asked(conninfo, "prefer-standby") as connection:
        row = connection.execute(
            "SELECT current_user, has_schema_privilege(n.oid, 'USAGE') "
            "AND has_table_privilege(c.oid, 'SELECT'), coalesce((SELECT pg_has_role(oid, 'MEMBER') "
            "FROM pg_roles WHERE rolname = 'zymap_loader'), false) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'zymap' AND c.relname = 'current'"
        ).fetchone()
    return None if row is None else Rights(*row)


def lacking(conninfo: str) -> tuple[str, ...]:
    """Return the names of the migrations that a database lacks."""
    with _asked(conninfo, "prefer-standby") as connection:
        return migrating.lacking(connection)


def replicas(conninfo: str) -> list[Replica]:
    """Ask the primary who follows it."""
    with _asked(conninfo, "read-write") as connection:
        rows = connection.execute(
            "SELECT coalesce(nullif(application_name, ''), host(client_addr), '?'), "
            "pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint "
            "FROM pg_stat_replication ORDER BY 1"
        ).fetchall()
    return [Replica(name, None if behind is None else max(behind, 0)) for name, behind in rows]


@contextmanager
def _asked(conninfo: str, attrs: str) -> Generator[psycopg.Connection[Any]]:
    with connect(conninfo, target_session_attrs=attrs) as connection:
        try:
            yield connection
        except psycopg.Error as error:
            raise StoreUnavailable(f"{described(conninfo)}: {line_of(error)}") from error


def _row(connection: psycopg.Connection[Any], text: str) -> tuple[Any, ...]:
    row = connection.execute(text.encode()).fetchone()
    assert row is not None  # noqa: S101
    return row
