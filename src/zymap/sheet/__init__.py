"""The printed briefing sheet: one engine for the page, the API and the command line.

`make` is the only entrance; it needs no display. Nothing of reportlab or shapely is imported
before a sheet is made.
"""

from zymap.sheet.options import (
    Language,
    Paper,
    Part,
    SheetFormat,
    SheetOptions,
    SheetSummary,
)
from zymap.sheet.runner import make

__all__ = ["Language", "Paper", "Part", "SheetFormat", "SheetOptions", "SheetSummary", "make"]
