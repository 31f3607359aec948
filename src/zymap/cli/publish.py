"""``zymap publish``: map, data and files as a folder that needs no server."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from zymap.cli.filters import Data, Geodata
from zymap.errors import InvalidRequest


def publish(
    folder: Annotated[Path, typer.Argument(help="Folder to make; opened by its index.html.")],
    date: Annotated[
        str | None, typer.Option(help="Day of the publication (YYYY-MM-DD); default: today.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Replace an earlier publication in the same place.")
    ] = False,
    data: Data = None,
    geodata: Geodata = None,
) -> None:
    """Write map, data and files as a folder for any web server or a USB stick."""
    from zymap.cli.opening import open_store
    from zymap.settings import read_settings
    from zymap_api.publish import publish as run

    day = _day(date)
    settings = read_settings(data_dir=data, geodata=geodata)
    done = run(open_store(data, geodata), settings, folder, day=day, force=force)
    print(
        f"{folder}: {done.works} works, {done.located} located, {len(done.files)} files, "
        f"{done.bytes / 1e6:.1f} MB, revision {done.revision}"
    )
    for item in done.left_out:
        print(f"left out {item.path}: {item.reason}")


def _day(text: str | None) -> dt.date:
    from zymap.lateness import today

    try:
        return dt.date.fromisoformat(text or today())
    except ValueError as error:
        raise InvalidRequest(f"--date: {text!r} is no day (YYYY-MM-DD)") from error
