"""A load in a process of its own, while the server's process imports the app.

A start that finds something to load takes no longer than the slower of the two, and what a load
takes of memory (GDAL brings pandas along) is free again when it is done.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from zymap.absent import absent
from zymap.errors import StoreUnavailable, ZymapError
from zymap.load import Loaded, load


def load_apart(geodata: Path, data_dir: Path, modules: Sequence[str]) -> Loaded:
    """Load a geodata folder into a data folder, and import modules meanwhile.

    Parameters
    ----------
    geodata, data_dir : pathlib.Path
        See `zymap.load.load`.
    modules : sequence of str
        Their full names.

    Raises
    ------
    InvalidData
        The layers break a rule; the store stays as it was.
    StoreUnavailable
        The data folder cannot be written, or somebody ended the load.
    """
    # Of a process without threads a copy will do, and need not import anything anew. macOS allows
    # its libraries no copy that goes on.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_load_and_tell, args=(theirs, geodata, data_dir), daemon=True)
    # Ctrl-C reaches both. It is held back until this process waits, and ends the other one, which
    # never hears of it: amid an import it may be lost to an except without a class.
    _hold_back_interrupts(hold=True)
    process.start()
    try:
        # It is open in the other process alone, so that this one hears of its end.
        theirs.close()
        for name in modules:
            import_module(name)
        _hold_back_interrupts(hold=False)
        told: Loaded | ZymapError = ours.recv()
    except EOFError:
        raise StoreUnavailable(f"{data_dir}: the load was ended before it was done") from None
    finally:
        # It has nothing left to do, unless this process is ended before it is done.
        process.terminate()
        process.join()
    if isinstance(told, ZymapError):
        raise told
    return told


def _hold_back_interrupts(*, hold: bool) -> None:
    # Windows, which has no such mask, leaves a moment in which Ctrl-C ends but one of the two.
    if sys.platform != "win32":
        how = signal.SIG_BLOCK if hold else signal.SIG_UNBLOCK
        signal.pthread_sigmask(how, (signal.SIGINT,))


def _load_and_tell(told: Connection, geodata: Path, data_dir: Path) -> None:
    """Load, and tell what came of it to who may have been ended meanwhile."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with absent("geopandas", "pandas"):
            found: Loaded | ZymapError = load(geodata, data_dir)
    except ZymapError as error:
        found = error
    with suppress(BrokenPipeError):
        told.send(found)
