"""``zymap load``: a geodata folder into the store."""

from __future__ import annotations

import sys
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
    """Load a folder of layers into the store; a running server takes it up."""
    from zymap.load import load_by
    from zymap.settings import read_settings

    done = load_by(read_settings(data_dir=data, geodata=geodata), force=force)
    verb = "loaded" if done.changed else "already there:"
    print(f"{verb} {done.features} features, revision {done.revision}: {done.where}")
    if done.behind:
        print(f"not shown yet by the replicas {', '.join(done.behind)}", file=sys.stderr)
