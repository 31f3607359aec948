"""The checks of the embedded store: its folder, the room on its disk, the GeoPackage."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from zymap.bundled import geodata_dir
from zymap.doctor.finding import Found
from zymap.load import differs, store_path
from zymap.settings import Settings
from zymap.store.gpkg_check import check_gpkg

_ROOM_BYTES = 50_000_000


def folder(settings: Settings) -> Found:
    """Tell whether the folder can be written."""
    place = _existing(settings.data_dir)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        yield (
            "warn",
            f"{place} cannot be written ({error.strerror}): nothing can be loaded",
            "give it to the user that zymap runs as, or keep it so and set ZYMAP_AUTOLOAD=false",
        )
        return
    yield "ok", f"{settings.data_dir} can be written"


def room(settings: Settings) -> Found:
    """Tell whether a load has room."""
    place = _existing(settings.data_dir)
    free = shutil.disk_usage(place).free
    path = _store_path(settings)
    size = path.stat().st_size if path.is_file() else 0
    # A load writes the new store beside the old one, and then into the log of the old one.
    needed = 2 * size + _ROOM_BYTES
    message = f"{free / 1e6:,.0f} MB free at {place}, a load takes {needed / 1e6:,.0f} MB"
    if free < needed:
        yield "fail", message, "make room, or set ZYMAP_DATA_DIR to a larger disk"
    else:
        yield "ok", message


def store(settings: Settings) -> Found:
    """Look the store through, and compare it with the layers."""
    path = _store_path(settings)
    if not path.is_file():
        yield "warn", f"{path} is not there", "`zymap load` makes it, `zymap serve` too"
        return
    content = check_gpkg(path)
    yield "ok", f"{path}: whole, {content.features} features, revision {content.revision}"
    if not differs(settings, content.revision):
        yield "ok", "the store holds what the layers hold"
    elif settings.autoload:
        yield (
            "warn",
            "the layers have changed since they were loaded",
            "`zymap load` loads them; the next start of `zymap serve` does",
        )
    else:
        yield "ok", "the store differs from the layers, and stays (autoload is off)"


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.resolve().parents) if path.is_dir())


def _store_path(settings: Settings) -> Path:
    return store_path(settings.geodata or geodata_dir(), settings.data_dir)
