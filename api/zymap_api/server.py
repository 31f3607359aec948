"""Run the app: the store is loaded once, then the server processes open it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from fastapi import FastAPI

from zymap.bundled import geodata_dir
from zymap.errors import InvalidRequest
from zymap.load import load, store_path
from zymap.settings import Settings, read_settings


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Load the layers if needed and serve until the process is told to stop.

    Parameters
    ----------
    settings : Settings
        Port 0 takes a free one.
    announce : callable
        Told the address in one line, once it is known.

    Raises
    ------
    InvalidRequest
        The address cannot be listened on.
    InvalidData
        The layers break a rule.
    """
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    loaded = load(settings.geodata or geodata_dir(), settings.data_dir)
    port = _free_port(settings)
    _hand_down(settings, port)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    announce(f"zymap: http://{shown}:{port}/  ({loaded.features} features, {loaded.path})")
    Server(
        "zymap_api.server:create",
        factory=True,
        address=settings.host,
        port=port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        log_level=LogLevels.warning,
    ).serve()


def create() -> FastAPI:
    """Make the app of one server process, from the settings in its environment."""
    from zymap.store.gpkg import GpkgStore
    from zymap_api.app import create_app

    settings = read_settings()
    path = store_path(settings.geodata or geodata_dir(), settings.data_dir)
    return create_app(GpkgStore(path), settings)


def _free_port(settings: Settings) -> int:
    """Return the port to listen on, after a try whether it can be."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            raise InvalidRequest(
                f"cannot listen on {settings.host}:{settings.port} ({error}); choose another --port"
            ) from error
        return probe.getsockname()[1]


def _hand_down(settings: Settings, port: int) -> None:
    # Granian starts its workers as fresh processes; the environment is what they share.
    given = settings.model_dump(exclude_none=True, mode="json") | {"port": port}
    for name, value in given.items():
        text = ",".join(value) if isinstance(value, list) else str(value)
        os.environ[f"ZYMAP_{name.upper()}"] = text
