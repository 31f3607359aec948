"""The folder of a publication: made beside its place, then put there in one step."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from zymap.errors import InvalidRequest, NotWritable
from zymap.workshop import part_prefix, workshop

# By this file a folder is known as a publication.
MANIFEST = "publication.json"
_READABLE_BY_ALL = 0o644


@contextmanager
def replaced_folder(target: Path, *, force: bool) -> Generator[Path]:
    """Hand out an empty folder that takes the place of `target` if all goes well.

    Parameters
    ----------
    force : bool
        Replace an earlier publication. A folder that is none, and not empty, is never replaced.

    Raises
    ------
    InvalidRequest
        The place is taken, or there is no folder to put it in.
    NotWritable
        The folder cannot be written.
    """
    target = target.resolve()
    check_place(target, force=force)
    try:
        with workshop(target.parent, part_prefix(target)) as folder:
            made = folder / "made"
            made.mkdir()
            yield made
            _let_all_read(made)
            _swap(made, target, folder / "before")
    except OSError as error:
        raise NotWritable(f"{target} cannot be written: {error.strerror}") from error


def check_place(target: Path, *, force: bool) -> None:
    """Refuse a place that a publication may not take; see `replaced_folder`."""
    if target.is_file():
        raise InvalidRequest(f"{target} is a file, not a folder")
    if not target.parent.is_dir():
        raise InvalidRequest(f"there is no folder {target.parent}")
    if not target.is_dir() or not any(target.iterdir()):
        return
    if not force:
        raise InvalidRequest(f"{target} is not empty; --force replaces an earlier publication")
    if not (target / MANIFEST).is_file():
        raise InvalidRequest(f"{target} is no publication (no {MANIFEST}); it stays as it is")


def _let_all_read(folder: Path) -> None:
    # A file that was a temporary one is its maker's alone; a web server runs as somebody else.
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(_READABLE_BY_ALL)


def _swap(made: Path, target: Path, before: Path) -> None:
    if target.exists():
        target.rename(before)
    try:
        made.rename(target)
    except OSError:
        if before.exists():
            before.rename(target)
        raise
