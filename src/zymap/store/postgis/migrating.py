"""Bring the tables that all loads share up to date, step by step, with yoyo."""

from __future__ import annotations

import importlib.resources
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from zymap.errors import StoreUnavailable
from zymap.store.postgis.connections import described, line_of, parameters_of

# The migration since which everybody may see what was applied.
_TOLD = "0003.told"


def migrate(conninfo: str) -> tuple[str, ...]:
    """Apply the migrations that a database lacks; return their names.

    Raises
    ------
    StoreUnavailable
        The database cannot be reached, or its user may not do it; nothing of the failed step stays.
    """
    import yoyo

    given = parameters_of(conninfo, target_session_attrs="read-write")
    database = quote(str(given.pop("dbname", "")), safe="")
    try:
        backend = yoyo.get_backend(f"postgresql+psycopg:///{database}?{urlencode(given)}")
        with closing(backend.connection), backend.lock():
            steps = backend.to_apply(_steps())
            backend.apply_migrations(steps)
    except psycopg.Error as error:
        raise StoreUnavailable(f"{described(conninfo)}: {line_of(error)}") from error
    return tuple(step.id for step in steps)


def lacking(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return the names of the migrations that were not applied, for any user of zymap's."""
    try:
        rows = connection.execute("SELECT migration_id FROM _yoyo_migration").fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        # The first were applied, as there are tables; the one that lets others know is not.
        rows = [(step.id,) for step in _steps() if step.id < _TOLD]
    applied = {name for (name,) in rows}
    return tuple(step.id for step in _steps() if step.id not in applied)


def _steps() -> Any:
    import yoyo

    folder = importlib.resources.files("zymap.store.postgis") / "migrations"
    return yoyo.read_migrations(str(folder))
