"""The frame of the page as a file, so that a process need not import Folium to show it.

Folium takes a third of a second, and 30 MB that each server process would hold. The frame is made
of the files of this package by Folium, branca and Jinja, and of nothing else; a file of it is
called by the hash of those files and by those versions, so that one of other making is never read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_MAKERS = ("folium", "branca", "jinja2")
_NAME = ".page-"


def kept_frame(folder: Path, make: Callable[[], str]) -> str:
    """Return the frame that a folder keeps, or make it and keep it there.

    Parameters
    ----------
    folder : pathlib.Path
        Where nothing can be written nothing is kept.
    """
    path = folder / f"{_NAME}{_made_of()}.html"
    frame = _read(path)
    if frame is None:
        frame = make()
        with suppress(OSError):
            _write(path, frame)
    return frame


@lru_cache(maxsize=1)
def _made_of() -> str:
    """Return the hash of all that a frame is made of."""
    digest = hashlib.sha256(" ".join(map(version, _MAKERS)).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"\0{path.relative_to(package).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _read(path: Path) -> str | None:
    """Return the frame in a file, None if there is none or if the file is not as it was written."""
    try:
        mark, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content.decode() if mark == _mark(content) else None


def _write(path: Path, frame: str) -> None:
    """Write a frame in the place of all others, whole or not at all."""
    content = frame.encode()
    for old in path.parent.glob(f"{_NAME}*"):
        old.unlink(missing_ok=True)
    handle, part = tempfile.mkstemp(prefix=_NAME, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_mark(content) + b"\n" + content)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _mark(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
