"""``zymap load``: a geodata folder into the embedded store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def load(
    geodata: Annotated[
        Path | None, typer.Argument(help="Folder with a catalog.toml; default: the bundled one.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the store.")] = None,
    force: Annotated[bool, typer.Option(help="Load even what is already there.")] = False,
) -> None:
    """Load a folder of layers into one GeoPackage; a running server takes it up."""
    from zymap.bundled import geodata_dir
    from zymap.load import load as load_folder
    from zymap.settings import read_settings

    settings = read_settings(data_dir=data, geodata=geodata)
    done = load_folder(settings.geodata or geodata_dir(), settings.data_dir, force=force)
    verb = "loaded" if done.changed else "already there:"
    print(f"{verb} {done.features} features, revision {done.revision}: {done.path}")
