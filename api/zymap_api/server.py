"""Run the app: the store is loaded once, then the server processes open it."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable

from zymap.bundled import geodata_dir
from zymap.errors import InvalidRequest
from zymap.load import load, store_path
from zymap.settings import Settings, read_settings
from zymap_api.front import Front

# Objects that an answer leaves behind die by their count; few are in a circle.
COLLECT_AFTER = 20_000


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Load the layers if needed and serve until the process is told to stop.

    Parameters
    ----------
    settings : Settings
        Port 0 takes a free one.
    announce : callable
        Told the address in one line, once the port is taken.

    Raises
    ------
    InvalidRequest
        The address cannot be listened on.
    InvalidData
        The layers break a rule.
    """
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    loaded = load(settings.geodata or geodata_dir(), settings.data_dir)
    if loaded.changed:
        # The collector is off, and what is here when `create` is done would stay.
        gc.collect()
    with _listen(settings) as listener:
        port = listener.getsockname()[1]
        _hand_down(settings, port)
        config = uvicorn.Config(
            "zymap_api.server:create",
            factory=True,
            ws="none",
            host=settings.host,
            port=port,
            workers=settings.workers,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        announce(f"zymap: http://{shown}:{port}/  ({loaded.features} features, {loaded.path})")
        server = uvicorn.Server(config)
        if settings.workers == 1:
            server.run(sockets=[listener])
        else:
            gc.enable()
            Multiprocess(config, sockets=[listener]).run()


def create() -> Front:
    """Make the app of one server process, from the settings in its environment."""
    gc.disable()
    from zymap.store.gpkg import GpkgStore
    from zymap_api.app import create_app

    settings = read_settings()
    path = store_path(settings.geodata or geodata_dir(), settings.data_dir)
    app = create_app(GpkgStore(path), settings)
    # What is here now stays: the collector need not look through it, not with each answer's garbage
    # and not now. Of what imports leave behind less than one in a hundred is garbage.
    gc.freeze()
    gc.enable()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    return app


def _listen(settings: Settings) -> socket.socket:
    """Return the socket to serve on; the port is taken before its number is told."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise InvalidRequest(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror or error}); "
            "choose another --host or --port"
        ) from error
    listener.set_inheritable(True)
    return listener


def _hand_down(settings: Settings, port: int) -> None:
    # The workers are fresh processes; the environment is what they share.
    os.environ.update(settings.model_copy(update={"port": port}).environment())
