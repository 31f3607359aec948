"""Run the app: the store is loaded once, then the server processes open it."""

from __future__ import annotations

import gc
import os
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from zymap.errors import InvalidRequest
from zymap.load import open_store, ready
from zymap.settings import Settings, read_settings
from zymap.workshop import workshop
from zymap_api.loading import load_apart
from zymap_api.logs import set_up_logs

if TYPE_CHECKING:
    from uvicorn import Config

    from zymap_api.watch import Watch

# Objects that an answer leaves behind die by their count; few are in a circle.
COLLECT_AFTER = 20_000
# Connections that wait to be taken.
WAITING_MAXIMUM = 2048


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Load the layers if needed and serve until the process is told to stop.

    Parameters
    ----------
    settings : Settings
        Port 0 takes a free one.
    announce : callable
        Told the address in one line, once connections to it are taken.

    Raises
    ------
    InvalidRequest
        The address cannot be listened on.
    InvalidData
        The layers break a rule.
    """
    set_up_logs(settings)
    # Several processes import the app each.
    modules = ("uvicorn", "zymap_api.app") if settings.workers == 1 else ("uvicorn",)
    loaded = ready(settings, partial(load_apart, modules=modules))
    import uvicorn

    with _listen(settings) as listener, _counting(settings):
        port = listener.getsockname()[1]
        _hand_down(settings, port)
        config = uvicorn.Config(
            "zymap_api.server:create",
            factory=True,
            http="zymap_api.wire:Wire",
            ws="none",
            host=settings.host,
            port=port,
            backlog=WAITING_MAXIMUM,
            workers=settings.workers,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=settings.shutdown_s,
        )
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        announce(f"zymap: http://{shown}:{port}/  ({loaded.features} features, {loaded.where})")
        if settings.workers == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            gc.enable()
            _several(config, listener)


def _several(config: Config, listener: socket.socket) -> None:
    """Run several server processes until this one is told to stop."""
    from uvicorn.supervisors import Multiprocess

    class Processes(Multiprocess):
        def terminate_all(self) -> None:
            # As long as it is open here, the system takes connections that nobody will answer.
            listener.close()
            super().terminate_all()

    Processes(config, sockets=[listener]).run()


def create() -> Watch:
    """Make the app of one server process, from the settings in its environment."""
    gc.disable()
    from zymap_api.app import create_app, watched

    settings = read_settings()
    set_up_logs(settings)
    app = watched(create_app(open_store(settings, question_s=settings.question_s), settings))
    # What is here now stays: the collector need not look through it, not with each answer's garbage
    # and not now. Of what imports leave behind less than one in a hundred is garbage.
    gc.freeze()
    gc.enable()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    return app


@contextmanager
def _counting(settings: Settings) -> Generator[None]:
    """Have several processes count in a folder of theirs."""
    if settings.workers == 1 or settings.metrics == "off":
        yield
        return
    from zymap_api.metrics import FOLDER_VARIABLE

    with workshop(Path(tempfile.gettempdir()), "zymap-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = str(folder)
        yield


def _listen(settings: Settings) -> socket.socket:
    """Return the socket to serve on; it takes connections before its number is told."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        # Who connects before the processes are there waits for them, instead of being refused.
        listener.listen(WAITING_MAXIMUM)
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
