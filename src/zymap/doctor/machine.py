"""The checks that hold for any store: versions, layers, port."""

from __future__ import annotations

import json
import socket
import sys
import urllib.request

from zymap import __version__
from zymap.bundled import geodata_dir
from zymap.doctor.finding import Found
from zymap.settings import Settings
from zymap.store.reading import SQLITE_VERSION
from zymap.validate import run as validate

_ANSWER_S = 3


def versions(_: Settings) -> Found:
    """Tell what is installed."""
    import pyogrio
    import pyproj

    python = ".".join(map(str, sys.version_info[:3]))
    yield (
        "ok",
        f"zymap {__version__}, Python {python}, GDAL {pyogrio.__gdal_version_string__}, "
        f"PROJ {pyproj.proj_version_str}, SQLite {SQLITE_VERSION}",
    )


def layers(settings: Settings) -> Found:
    """Tell whether the layers break a rule."""
    folder = settings.geodata or geodata_dir()
    errors = [found for found in validate(folder) if found.severity == "error"]
    if errors:
        yield "fail", f"{folder}: {len(errors)} errors", "`zymap validate` lists them"
    else:
        yield "ok", f"{folder}: valid"


def port(settings: Settings) -> Found:
    """Tell who has the port, if anybody."""
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


def _neighbour(settings: Settings, place: str) -> Found:
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
