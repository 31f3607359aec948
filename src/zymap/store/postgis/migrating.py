"""Bring the tables that all loads share up to date, step by step, with yoyo."""

from __future__ import annotations

import importlib.resources
from contextlib import closing
from urllib.parse import quote, urlencode

import psycopg

from zymap.errors import StoreUnavailable
from zymap.store.postgis.connections import described, line_of, parameters_of


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
    folder = importlib.resources.files("zymap.store.postgis") / "migrations"
    try:
        backend = yoyo.get_backend(f"postgresql+psycopg:///{database}?{urlencode(given)}")
        with closing(backend.connection), backend.lock():
            steps = backend.to_apply(yoyo.read_migrations(str(folder)))
            backend.apply_migrations(steps)
    except psycopg.Error as error:
        raise StoreUnavailable(f"{described(conninfo)}: {line_of(error)}") from error
    return tuple(step.id for step in steps)
