"""Connections to PostgreSQL that survive it: pooled, renewed, and refused fast while it is away.

Which of several hosts is asked is libpq's business (``target_session_attrs``).
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from zymap.errors import InvalidRequest, StoreUnavailable

# What the pool meets is told by the errors raised here.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

# Filled in where the operator's conninfo says nothing: a host that is gone is given up within
# seconds, where the defaults of TCP take minutes.
_DEFAULTS: Mapping[str, str] = {
    "connect_timeout": "3",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "application_name": "zymap",
}
CONNECTIONS_MAXIMUM = 16
# How long a request waits for a connection, and how often a database that is away is looked for.
LEND_WITHIN_S = 3.0
FOUND_WITHIN_S = 15.0
LOOK_AGAIN_S = 0.5
# So that connections find their way back to a replica that was away.
LIFETIME_S = 600.0
# What its attempts meet belongs into a server's log, but not to where a command says one line.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())


def parameters_of(text: str, **more: str) -> dict[str, Any]:
    """Return the parameters that a conninfo or URL names, with what it leaves open.

    Raises
    ------
    InvalidRequest
        It is neither.
    """
    try:
        given = conninfo.conninfo_to_dict(text)
    except psycopg.Error as error:
        raise InvalidRequest(f"store: not what libpq reads ({line_of(error)})") from error
    return {**_DEFAULTS, **given, **more}


def described(text: str) -> str:
    """Return a store's address without what is secret in it."""
    given = parameters_of(text)
    return f"postgresql://{given.get('host', '')}/{given.get('dbname', '')}"


def connect(text: str, **more: str) -> psycopg.Connection[Any]:
    """Return a connection of its own, to the server that takes writes if `more` wants no other.

    Raises
    ------
    StoreUnavailable
        There is none.
    """
    given = parameters_of(text, **{"target_session_attrs": "read-write", **more})
    try:
        return psycopg.connect(**given, autocommit=True, cursor_factory=psycopg.RawCursor)
    except psycopg.Error as error:
        raise StoreUnavailable(f"{described(text)}: {line_of(error)}") from error


def is_gone(error: psycopg.Error) -> bool:
    """Tell whether an error is of the connection, not of what was asked over it."""
    # 57P: the server is told to stop, or is starting.
    state = error.sqlstate
    return isinstance(error, psycopg.OperationalError) and (state is None or state[:3] == "57P")


class Connections:
    """A pool to one kind of server.

    Parameters
    ----------
    text : str
        Conninfo or URL.
    attrs : str
        Libpq's ``target_session_attrs``.
    question_s : float
        After which the server gives a statement up.
    """

    def __init__(self, text: str, attrs: str, question_s: float) -> None:
        self.name = described(text)
        given = parameters_of(text, target_session_attrs=attrs)
        if psycopg.pq.version() >= 160000:
            given.setdefault("load_balance_hosts", "random")
        timeout_ms = round(question_s * 1000) if math.isfinite(question_s) else 0
        timeout = f"-c statement_timeout={timeout_ms}"
        given["options"] = f"{given.get('options', '')} {timeout}".strip()
        more = {"autocommit": True, "cursor_factory": psycopg.RawCursor}
        self._pool = ConnectionPool[psycopg.Connection[Any]](
            kwargs={**given, **more},
            min_size=0,
            max_size=CONNECTIONS_MAXIMUM,
            timeout=LEND_WITHIN_S,
            max_lifetime=LIFETIME_S,
            # Who waits asks again; there is no queue of attempts that grow rarer.
            reconnect_timeout=0,
            open=True,
        )
        self._away: str | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @contextmanager
    def lend(self) -> Generator[psycopg.Connection[Any]]:
        """Lend a connection; one that broke is not lent again.

        Raises
        ------
        StoreUnavailable
            There is none, or all are in use.
        """
        away = self._away
        if away is not None:
            raise StoreUnavailable(away)
        try:
            connection = self._pool.getconn()
        except PoolTimeout as error:
            raise self._missing() from error
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def broke(self) -> None:
        """Let go of all connections: one was found broken, and others lead to the same place."""
        self._pool.drain()

    def close(self) -> None:
        """Close the connections."""
        self._closed.set()
        self._pool.close()

    def _missing(self) -> StoreUnavailable:
        if self._pool.get_stats().get("pool_size", 0):
            return StoreUnavailable(f"{self.name}: all connections are in use")
        message = f"{self.name} cannot be reached"
        with self._lock:
            if self._away is None and not self._closed.is_set():
                self._away = message
                threading.Thread(target=self._look, name="zymap-look", daemon=True).start()
        return StoreUnavailable(message)

    def _look(self) -> None:
        """Look for the server until it is back: meanwhile nobody else waits for it."""
        while not self._closed.wait(LOOK_AGAIN_S):
            with suppress(psycopg.Error), self._pool.connection(timeout=FOUND_WITHIN_S) as found:
                found.execute("SELECT 1")
                self._away = None
                return


def line_of(error: psycopg.Error) -> str:
    """Return what an error says, in one line: the others tell of each host, or how to go on."""
    return (str(error).splitlines() or [type(error).__name__])[0]
