"""``zymap settings``: what is set, and where each value comes from."""

from __future__ import annotations


def settings() -> None:
    """Print each setting: name, value, origin."""
    from zymap.settings import read_settings, setting_origins

    values = read_settings()
    for name, origin in setting_origins().items():
        print(f"{name} = {getattr(values, name)}  ({origin})")
