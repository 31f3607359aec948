"""Open the store for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zymap.store.base import Store


def open_store(data_dir: Path | None = None, geodata: Path | None = None) -> Store:
    """Return the store that the settings name.

    The embedded one is loaded first, with what the folder of layers holds now; a database holds
    what was loaded into it.

    Parameters
    ----------
    data_dir, geodata : pathlib.Path, optional
        As in `zymap.settings.Settings`; None takes the setting.

    Raises
    ------
    InvalidData
        The layers break a rule.
    StoreUnavailable
        The store cannot be written or opened.
    """
    from zymap import load
    from zymap.settings import read_settings

    settings = read_settings(data_dir=data_dir, geodata=geodata)
    if settings.store is None:
        load.ready(settings)
    return load.open_store(settings)
