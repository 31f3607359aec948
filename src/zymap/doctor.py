"""Look at all that zymap needs to run, and say what to do where something is missing.

A check is a function from the settings to findings; `CHECKS` lists them in the order of telling.
"""

from __future__ import annotations

import json
import shutil
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zymap import __version__
from zymap.bundled import geodata_dir
from zymap.errors import ZymapError
from zymap.load import differs, store_path
from zymap.settings import Settings
from zymap.store.gpkg_check import check_gpkg
from zymap.store.reading import SQLITE_VERSION
from zymap.validate import run as validate

Level = Literal["ok", "warn", "fail"]

_ROOM_BYTES = 50_000_000
_ANSWER_S = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    check : str
        What was looked at, in one word.
    todo : str
        What to do; empty where all is well.
    """

    check: str
    level: Level
    message: str
    todo: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the findings of all checks; what a check meets and cannot name is a finding, too."""
    for name, check in CHECKS.items():
        try:
            for level, message, *todo in check(settings):
                yield Finding(name, level, message, *todo)
        except ZymapError as error:
            yield Finding(name, "fail", error.message, _TODO[name])
        except OSError as error:
            yield Finding(name, "fail", str(error), _TODO[name])


_Found = Iterator[tuple[Level, str] | tuple[Level, str, str]]


def _versions(_: Settings) -> _Found:
    import pyogrio
    import pyproj

    python = ".".join(map(str, sys.version_info[:3]))
    yield (
        "ok",
        f"zymap {__version__}, Python {python}, GDAL {pyogrio.__gdal_version_string__}, "
        f"PROJ {pyproj.proj_version_str}, SQLite {SQLITE_VERSION}",
    )


def _layers(settings: Settings) -> _Found:
    folder = settings.geodata or geodata_dir()
    errors = [found for found in validate(folder) if found.severity == "error"]
    if errors:
        yield "fail", f"{folder}: {len(errors)} errors", "`zymap validate` lists them"
    else:
        yield "ok", f"{folder}: valid"


def _folder(settings: Settings) -> _Found:
    folder = _existing(settings.data_dir)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield (
            "warn",
            f"{folder} cannot be written ({error.strerror}): nothing can be loaded",
            "give it to the user that zymap runs as, or keep it so and set ZYMAP_AUTOLOAD=false",
        )
        return
    yield "ok", f"{settings.data_dir} can be written"


def _room(settings: Settings) -> _Found:
    folder = _existing(settings.data_dir)
    free = shutil.disk_usage(folder).free
    store = _store_path(settings)
    size = store.stat().st_size if store.is_file() else 0
    # A load writes the new store beside the old one, and then into the log of the old one.
    needed = 2 * size + _ROOM_BYTES
    message = f"{free / 1e6:,.0f} MB free at {folder}, a load takes {needed / 1e6:,.0f} MB"
    if free < needed:
        yield "fail", message, "make room, or set ZYMAP_DATA_DIR to a larger disk"
    else:
        yield "ok", message


def _store(settings: Settings) -> _Found:
    store = _store_path(settings)
    if not store.is_file():
        yield "warn", f"{store} is not there", "`zymap load` makes it, `zymap serve` too"
        return
    content = check_gpkg(store)
    yield "ok", f"{store}: whole, {content.features} features, revision {content.revision}"
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


def _port(settings: Settings) -> _Found:
    place = f"{settings.host}:{settings.port}"
    if settings.port == 0:
        yield "ok", "any free port is taken"
        return
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except PermissionError:
            yield "fail", f"{place} may not be listened on", "choose a port above 1023"
            return
        except OSError:
            pass
        else:
            yield "ok", f"{place} is free"
            return
    yield from _neighbour(settings, place)


def _neighbour(settings: Settings, place: str) -> _Found:
    """Ask who has the port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(
            f"http://{shown}:{settings.port}/readyz", timeout=_ANSWER_S
        ) as answer:
            revision = json.load(answer)["revision"]
    except (OSError, ValueError, KeyError, TypeError):
        yield (
            "fail",
            f"{place} is taken, and no zymap that can serve answers there",
            "`ss -ltnp` tells who listens; stop it or set ZYMAP_PORT; the log of a zymap says more",
        )
        return
    yield "ok", f"zymap answers at {place}, revision {revision}"


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.resolve().parents) if path.is_dir())


def _store_path(settings: Settings) -> Path:
    return store_path(settings.geodata or geodata_dir(), settings.data_dir)


CHECKS: dict[str, Callable[[Settings], _Found]] = {
    "versions": _versions,
    "layers": _layers,
    "folder": _folder,
    "room": _room,
    "store": _store,
    "port": _port,
}
_TODO = {
    "versions": "install zymap anew",
    "layers": "`zymap validate` tells more; ZYMAP_GEODATA names the folder",
    "folder": "ZYMAP_DATA_DIR names the folder",
    "room": "ZYMAP_DATA_DIR names the folder",
    "store": "`zymap restore FILE` puts a backup in its place, `zymap load --force` writes it anew "
    "from the layers; if both refuse it, move the file away first",
    "port": "ZYMAP_HOST must be an address of this machine",
}
