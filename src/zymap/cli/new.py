"""``zymap new``: a starter folder for another district."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist.")]) -> None:
    """Write a starter folder: a catalogue to fill in and two layers with an example each."""
    import shutil

    import zymap
    from zymap.errors import InvalidRequest

    starter = Path(zymap.__file__).parent / "starter"
    if folder.exists():
        raise InvalidRequest(f"{folder} is there already; nothing was written")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(starter, folder)
    except OSError as error:
        raise InvalidRequest(f"{folder}: cannot be written ({error.strerror})") from error
    print(f"wrote {folder}; next: zymap validate {folder}, then zymap serve --geodata {folder}")
