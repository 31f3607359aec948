"""Make a file beside its place, then put it there in one step.

A reader of the place sees the old file or the new one, whole, whatever happens to the maker.
"""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

if os.name != "nt":
    import fcntl

# Where folders cannot be locked, one that nobody has touched for so long is left over.
_LIFE_S = 3600
# Room for the ending within the 255 bytes that a file name may have.
_NAME_LENGTH = 60


@contextmanager
def workshop(folder: Path, prefix: str) -> Generator[Path]:
    """Lend an empty folder inside `folder`, and remove what killed processes left there.

    The folder is locked while it is used. The system frees the lock when its process dies, so
    whoever can lock a folder of the same prefix may remove it.

    Raises
    ------
    OSError
        `folder` cannot be written.
    """
    sweep(folder, prefix)
    made, lock = _make(folder, prefix)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def part_prefix(target: Path) -> str:
    """Return how the names of the workshops for a file or folder begin."""
    return f"{target.name[:_NAME_LENGTH]}.part-"


def put(part: Path, target: Path) -> None:
    """Put a finished file in its place, and return when the disk holds it there."""
    sync(part)
    part.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Make the disk hold a file, or the names in a folder, before anybody is told that it does."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(folder: Path, prefix: str) -> tuple[Path, int | None]:
    while True:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        lock = _lock(made, wait=True)
        # Between its making and its locking somebody may have taken it for a leftover.
        if made.is_dir():
            return made, lock
        if lock is not None:
            os.close(lock)


def sweep(folder: Path, prefix: str) -> None:
    """Remove the workshops that killed processes left; `workshop` does it by itself."""
    oldest = time.time() - _LIFE_S
    for left in folder.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError):
            # Where there are no locks, a young folder may be in use.
            lock = _lock(left, wait=False)
            if lock is not None or left.stat().st_mtime < oldest:
                shutil.rmtree(left, ignore_errors=True)
            if lock is not None:
                os.close(lock)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """Return the handle of a lock, or None where folders have none.

    Raises
    ------
    BlockingIOError
        Somebody else has it, and there is no waiting.
    """
    if os.name == "nt":
        return None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:
        os.close(handle)
        return None
    return handle
