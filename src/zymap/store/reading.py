"""Open a stored GeoPackage to read it, whoever else reads or writes it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Protocol

SQLITE_VERSION = sqlite3.sqlite_version
_WAIT_S = 5
# A file of so much is mapped, as a district's is: the pages are the system's cache of it, shared by
# all workers, but count as the memory of each that has looked at them.
MAPPED_BYTES = 64 * 2**20


# Device, number, size and time of change; None where there is no file.
FileState = tuple[int, int, int, int] | None


class Connected(Protocol):
    """Who has the file open; to ask for the connection is to look something up in it."""

    @property
    def db(self) -> sqlite3.Connection:
        """The connection."""
        ...


def file_state(path: Path) -> FileState:
    """Return what changes when another file is put in the place of one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, for any thread.

    Raises
    ------
    sqlite3.Error
        The file cannot be opened, or is no store of zymap.
    """
    uri = path.resolve().as_uri()
    db = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False, timeout=_WAIT_S)
    try:
        db.execute("SELECT 1 FROM zymap_meta").fetchone()
    except sqlite3.OperationalError:
        # A read-only folder cannot hold the WAL's shared memory; then nobody can write either.
        db.close()
        db = sqlite3.connect(f"{uri}?immutable=1", uri=True, check_same_thread=False)
        try:
            db.execute("SELECT 1 FROM zymap_meta").fetchone()
        except sqlite3.Error:
            db.close()
            raise
    except sqlite3.Error:
        db.close()
        raise
    return db
