"""Rows that wait on the disk until something is known of all of them."""

from __future__ import annotations

import marshal
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LENGTH = struct.Struct("<Q")


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
        # marshal.load from a file asks for a few bytes at a time; loads does not.
        text = marshal.dumps(item)
        self._file.write(_LENGTH.pack(len(text)))
        self._file.write(text)

    def __iter__(self) -> Iterator[Any]:
        """Yield the items; as often as wanted."""
        self._file.seek(0)
        while head := self._file.read(_LENGTH.size):
            yield marshal.loads(self._file.read(*_LENGTH.unpack(head)))  # noqa: S302 (our own)

    def close(self) -> None:
        """Throw all of it away."""
        self._file.close()
