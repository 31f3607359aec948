"""Copy the embedded store into a file while it serves, and put such a file in its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from zymap.errors import InvalidData, InvalidRequest, NotWritable, StoreUnavailable
from zymap.store.gpkg_check import Content, check_gpkg
from zymap.store.gpkg_writer import copy_gpkg, log_ahead, replace_gpkg
from zymap.store.writing import alone
from zymap.workshop import part_prefix, put, workshop


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup.

    Attributes
    ----------
    sha256 : str
        Of the file, in hexadecimal.
    """

    content: Content
    sha256: str
    size_bytes: int


def backup(store: Path, target: Path) -> Backup:
    """Write what a store holds at this moment into one file, which is checked before it is there.

    The file is a GeoPackage like the store, without a log beside it: any GIS opens it.

    Parameters
    ----------
    target : pathlib.Path
        Replaced in one step if it is there; a failure or a kill leaves it as it was.

    Raises
    ------
    InvalidRequest
        There is no folder for the file, or the file is the store itself.
    StoreUnavailable
        The store cannot be read, or is damaged.
    NotWritable
        The file cannot be written.
    """
    if not store.is_file():
        raise StoreUnavailable(f"{store} is not there; `zymap load` makes it")
    if not target.parent.is_dir():
        raise InvalidRequest(f"there is no folder {target.parent}")
    if target.is_dir():
        raise InvalidRequest(f"{target} is a folder, not a file")
    if target.exists() and target.samefile(store):
        raise InvalidRequest(f"{target} is the store itself")
    try:
        with workshop(target.parent, part_prefix(target)) as folder:
            part = folder / target.name
            content = _copied(store, part)
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            made = Backup(content, digest, part.stat().st_size)
            put(part, target)
    except OSError as error:
        raise NotWritable(f"{target} cannot be written: {error.strerror}") from error
    return made


def restore(file: Path, store: Path) -> Content:
    """Put a backup in the place of a store, in one transaction: who reads sees one or the other.

    Parameters
    ----------
    file : pathlib.Path
        What `backup` wrote. A copy of it is checked before anything is replaced.

    Raises
    ------
    InvalidData
        The file is damaged, of another format, or of another dataset.
    StoreUnavailable
        The store cannot be written; it keeps its content.
    """
    if not file.is_file():
        raise InvalidRequest(f"there is no file {file}")
    with alone(store), workshop(store.parent, f".restore-{store.stem}-") as folder:
        part = folder / store.name
        copy_gpkg(file, part)
        content = check_gpkg(part)
        if content.dataset != store.stem:
            raise InvalidData(f"{file}: its dataset is {content.dataset}, not {store.stem}")
        log_ahead(part)
        replace_gpkg(part, store)
    return content


def _copied(store: Path, part: Path) -> Content:
    try:
        copy_gpkg(store, part)
        return check_gpkg(part)
    except InvalidData as error:
        raise StoreUnavailable(
            f"no backup was written: {store} does not pass the check ({error.message})"
        ) from error
