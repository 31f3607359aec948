"""The printed briefing sheet: one engine for the page, the API and the command line.

`make` is the only entrance; it needs no display. Nothing of reportlab or shapely is imported
before a sheet is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zymap.sheet.options import (
    Language,
    Paper,
    Part,
    SheetFormat,
    SheetOptions,
    SheetSummary,
)

if TYPE_CHECKING:
    from zymap.sheet.runner import make

__all__ = ["Language", "Paper", "Part", "SheetFormat", "SheetOptions", "SheetSummary", "make"]


def __getattr__(name: str) -> Any:
    # Imported when a sheet is made; `sheet.options` is all that its doors need before.
    if name != "make":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from zymap.sheet.runner import make

    return make
