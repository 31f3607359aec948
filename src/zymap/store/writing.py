"""Who writes a store is alone."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from zymap.errors import StoreUnavailable


@contextmanager
def alone(target: Path, *, wait: bool = True) -> Generator[None]:
    """Wait until nobody else writes a store; its folder is made if it is not there.

    Raises
    ------
    StoreUnavailable
        The folder cannot be written; somebody else writes it, and there is no waiting.
    """
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.stem}.lock"), timeout=-1 if wait else 0):
            yield
    except OSError as error:
        raise StoreUnavailable(f"{target}: cannot be written ({error})") from error
