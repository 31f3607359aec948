"""``zymap backup`` and ``zymap restore``: the embedded store as one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zymap.cli.filters import Data, Geodata
from zymap.errors import InvalidRequest

if TYPE_CHECKING:
    from zymap.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(help="File to write, a GeoPackage.")],
    force: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
    data: Data = None,
    geodata: Geodata = None,
) -> None:
    """Copy the store into one file while it serves; the copy is checked before it is there."""
    from zymap.backup import backup as run

    _, store = _places(data, geodata)
    if file.exists() and not force:
        raise InvalidRequest(f"{file} is there already; --force replaces it")
    done = run(store, file)
    print(
        f"{file}: {done.content.features} features, revision {done.content.revision}, "
        f"{done.size_bytes / 1e6:.1f} MB, sha256 {done.sha256}"
    )


def restore(
    file: Annotated[Path, typer.Argument(help="File that `zymap backup` wrote.")],
    data: Data = None,
    geodata: Geodata = None,
) -> None:
    """Check a backup and put it in the store's place; a running server takes it up."""
    from zymap.backup import restore as run
    from zymap.load import differs

    settings, store = _places(data, geodata)
    done = run(file, store)
    print(f"restored {done.features} features, revision {done.revision}: {store}")
    if settings.autoload and differs(settings, done.revision):
        print(
            "the layers differ from what was restored, and are loaded when zymap serves or exports "
            "the next time; ZYMAP_AUTOLOAD=false keeps the restored store"
        )


def _places(data: Path | None, geodata: Path | None) -> tuple[Settings, Path]:
    """Return the settings, and where the store of their layers is.

    Raises
    ------
    InvalidRequest
        The store is a database, which has tools of its own.
    """
    from zymap.bundled import geodata_dir
    from zymap.load import store_path
    from zymap.settings import read_settings

    settings = read_settings(data_dir=data, geodata=geodata)
    if settings.store is not None:
        raise InvalidRequest(
            "ZYMAP_STORE names a database, and this is for the embedded store: pg_basebackup backs "
            "the database up, `zymap store copy` copies a dataset into a file and back; "
            "docs/guide/postgis.md",
            parameter="store",
        )
    return settings, store_path(settings.geodata or geodata_dir(), settings.data_dir)
