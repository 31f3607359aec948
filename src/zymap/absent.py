"""Import a library as if another, which it asks for but can do without, were not installed.

Folium and pyogrio import pandas only to know a table when they are given one. Nobody here gives
them one, and it takes as long to import as they do.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any


@contextmanager
def absent(*names: str) -> Generator[None]:
    """Have packages count as not installed, for what is imported meanwhile, in any thread.

    Parameters
    ----------
    *names : str
        One that is imported already stays.
    """
    hidden = [name for name in names if name not in sys.modules]
    # What is None here counts as not found (Python's language reference, 5.3.1).
    not_found: Any = None
    for name in hidden:
        sys.modules[name] = not_found
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
