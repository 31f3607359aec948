"""What a sheet may look like, and what is told of a finished one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from zymap.bbox import BBox
from zymap.errors import InvalidRequest, UnknownName

Paper = Literal["A3", "A4"]
Language = Literal["zh", "en"]
SheetFormat = Literal["pdf", "png"]
Part = Literal["map"]

# Landscape, mm: ISO 216.
SIZE_MM: Mapping[str, tuple[float, float]] = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """How a sheet is to look.

    Attributes
    ----------
    as_of : str
        ISO date that deadlines are judged on.
    format : SheetFormat
        ``png`` is a picture of the PDF's first page.
    view : BBox or None
        What the map must show, WGS 84; None fits the area asked for, or the district.
    candidates : bool
        Whether computed candidates are on the map; they are no works and never listed.
    only : Part or None
        ``map`` leaves out all but the map, its legend and its scale.
    title : str
        Title of the sheet; the dataset's where it is empty.

    Raises
    ------
    InvalidRequest
        A value that is none of those on offer.
    """

    as_of: str
    paper: Paper = "A3"
    language: Language = "zh"
    format: SheetFormat = "pdf"
    view: BBox | None = None
    candidates: bool = False
    only: Part | None = None
    title: str = ""

    def __post_init__(self) -> None:
        _check("paper", self.paper, get_args(Paper))
        _check("lang", self.language, get_args(Language))
        _check("format", self.format, get_args(SheetFormat))
        if self.only is not None:
            _check("only", self.only, get_args(Part))
        _check_day(self.as_of)
        if self.view is not None and self.view.west > self.view.east:
            raise InvalidRequest("view: west is east of east", parameter="view")


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What a finished sheet shows.

    Attributes
    ----------
    listed : int
        Works in the tables: all that were asked for.
    located : int
        Of these, with a geometry, whether the map shows it or not.
    on_map : int
        Of these, on the map.
    overdue : int
        Of the listed, overdue on the sheet's day.
    pages : int
        Pages of the PDF; the picture is the first.
    scale : int or None
        The map is 1 : `scale` on paper; None where nothing at all has a place.
    """

    listed: int
    located: int
    on_map: int
    overdue: int
    pages: int
    scale: int | None


def _check(parameter: str, value: str, offered: tuple[str, ...]) -> None:
    if value not in offered:
        raise UnknownName(
            f"{parameter}: {value!r} is not on offer; use one of {', '.join(offered)}",
            parameter=parameter,
        )


def _check_day(text: str) -> None:
    try:
        if _DATE.fullmatch(text) and dt.date.fromisoformat(text):
            return
    except ValueError:
        pass
    raise InvalidRequest(f"as_of: {text!r} is not a date (YYYY-MM-DD)", parameter="as_of")
