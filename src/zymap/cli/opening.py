"""Open the store for a command: load it first if it is not there or not current."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zymap.store.gpkg import GpkgStore


def open_store(data_dir: Path | None = None, geodata: Path | None = None) -> GpkgStore:
    """Return the store of a geodata folder, loaded with what the folder holds now (`ready`).

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
    from zymap.load import ready
    from zymap.settings import read_settings
    from zymap.store.gpkg import GpkgStore

    return GpkgStore(ready(read_settings(data_dir=data_dir, geodata=geodata)).path)
