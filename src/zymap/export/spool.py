"""Rows that wait on the disk until something is known of all of them."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Spool:
    """Items of plain values (numbers, texts, bytes, lists, dicts), kept in the order they came.

    Parameters
    ----------
    folder : pathlib.Path
        Where the nameless file lies until `close`.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed by `close`)

    def add(self, item: Any) -> None:
        """Keep an item; not while others are read."""
        marshal.dump(item, self._file)

    def __iter__(self) -> Iterator[Any]:
        """Yield the items; as often as wanted."""
        end = self._file.seek(0, 2)
        self._file.seek(0)
        while self._file.tell() < end:
            yield marshal.load(self._file)  # noqa: S302 (our own, nameless file)

    def close(self) -> None:
        """Throw all of it away."""
        self._file.close()
