"""The filters of the command line: their options, and the question that they make."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zymap.errors import InvalidRequest, UnknownName

if TYPE_CHECKING:
    from zymap.catalog import Catalog, Source
    from zymap.query import Query

Area = Annotated[str | None, typer.Option(help="Codes of areas, by commas.")]
Status = Annotated[str | None, typer.Option(help="Codes of stages, by commas.")]
Kind = Annotated[str | None, typer.Option(help="Codes of kinds, by commas.")]
DueAfter = Annotated[str | None, typer.Option(help="Due on this day (YYYY-MM-DD) or later.")]
DueBefore = Annotated[str | None, typer.Option(help="Due on this day (YYYY-MM-DD) or earlier.")]
Due = Annotated[str | None, typer.Option(help="overdue, soon, later, over, undated; by commas.")]
AsOf = Annotated[
    str | None,
    typer.Option(help="Day (YYYY-MM-DD) that deadlines are judged on; default: today."),
]
Located = Annotated[
    bool | None,
    typer.Option("--located/--unlocated", help="Only what has a place, or only what has none."),
]
Box = Annotated[str | None, typer.Option(help="west,south,east,north in degrees.")]
Text = Annotated[str | None, typer.Option("--q", help="Part of a name, of its pinyin or initials.")]
Within = Annotated[str | None, typer.Option(help="Code of an area that the shape must lie in.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the store.")]
Geodata = Annotated[Path | None, typer.Option(help="Folder of the layers.")]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the command line asked of the features, not yet parsed."""

    area: str | None
    status: str | None
    kind: str | None
    due_after: str | None
    due_before: str | None
    due: str | None
    as_of: str | None
    located: bool | None
    bbox: str | None
    text: str | None
    within: str | None


def make_query(catalog: Catalog, layers: list[str], filters: Filters) -> Query:
    """Turn the words of the command line into a question.

    Raises
    ------
    InvalidRequest
        A date, a box or a layer cannot be read.
    """
    from zymap.bbox import parse_bbox
    from zymap.catalog import AREA_FIELD, DUE_FIELD, STATUS_FIELD
    from zymap.lateness import today
    from zymap.query import Condition, Query, Range
    from zymap.search import search_form

    conditions = tuple(
        Condition(field, _codes(codes))
        for field, codes in (
            (AREA_FIELD, filters.area),
            (STATUS_FIELD, filters.status),
            ("kind", filters.kind),
        )
        if codes is not None
    )
    window = (_day("due-after", filters.due_after), _day("due-before", filters.due_before))
    due = _due_classes(filters.due)
    return Query(
        sources=_sources(catalog, layers, [item.field for item in conditions]),
        bbox=None if filters.bbox is None else parse_bbox(filters.bbox),
        within=filters.within,
        located=filters.located,
        text=None if filters.text is None else search_form(filters.text),
        conditions=conditions,
        due=due,
        as_of=(_day("as-of", filters.as_of) or today()) if due else None,
        ranges=(Range(DUE_FIELD, *window, with_null=False),) if any(window) else (),
    )


def _sources(catalog: Catalog, layers: list[str], fields: list[str]) -> tuple[Source, ...]:
    from zymap.catalog import AREA_FIELD, Source

    if layers:
        return tuple(Source(catalog.layer(name).id) for name in layers)
    return catalog.area_sources(fields) if AREA_FIELD in fields else catalog.works()


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(","))


def _due_classes(text: str | None) -> tuple[str, ...]:
    from zymap.lateness import DUE_CLASSES

    names = () if text is None else _codes(text)
    for name in names:
        if name not in DUE_CLASSES:
            raise UnknownName(f"--due: {name!r} is not one of {', '.join(DUE_CLASSES)}")
    return names


def _day(option: str, text: str | None) -> str | None:
    import datetime as dt

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InvalidRequest(f"--{option}: {text!r} is no day (YYYY-MM-DD)") from error
