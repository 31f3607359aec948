"""``zymap export``: what the layers hold, as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from zymap.catalog import AREA_FIELD, DUE_FIELD, STATUS_FIELD, Catalog, Source
from zymap.errors import InvalidRequest, UnknownName
from zymap.lateness import DUE_CLASSES, today
from zymap.query import Condition, Query, Range
from zymap.search import search_form


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


def export(
    layers: Annotated[
        list[str] | None,
        typer.Argument(
            help="Layers to export; default: with --area all that have areas, else the works.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", help="shp, gpkg, geojson, csv, xlsx, kml or fgb.")
    ] = "shp",
    crs: Annotated[str, typer.Option(help="4326, 4490, 4547, 4526 or 3857.")] = "4326",
    encoding: Annotated[
        str | None, typer.Option(help="Of a Shapefile: UTF-8 (default) or GBK.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: a telling name.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
    area: Annotated[str | None, typer.Option(help="Codes of areas, by commas.")] = None,
    status: Annotated[str | None, typer.Option(help="Codes of stages, by commas.")] = None,
    kind: Annotated[str | None, typer.Option(help="Codes of kinds, by commas.")] = None,
    due_after: Annotated[
        str | None, typer.Option(help="Due on this day (YYYY-MM-DD) or later.")
    ] = None,
    due_before: Annotated[
        str | None, typer.Option(help="Due on this day (YYYY-MM-DD) or earlier.")
    ] = None,
    due: Annotated[
        str | None, typer.Option(help="overdue, soon, later, over, undated; by commas.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Day that --due is judged on (YYYY-MM-DD); default: today.")
    ] = None,
    located: Annotated[
        bool | None,
        typer.Option("--located/--unlocated", help="Only what has a place, or only what has none."),
    ] = None,
    bbox: Annotated[str | None, typer.Option(help="west,south,east,north in degrees.")] = None,
    q: Annotated[str | None, typer.Option("--q", help="Part of a name.")] = None,
    within: Annotated[
        str | None, typer.Option(help="Code of an area that the shape must lie in.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the store.")] = None,
    geodata: Annotated[Path | None, typer.Option(help="Folder of the layers.")] = None,
) -> None:
    """Export layers to one file; it is checked before it is there."""
    from zymap import export as engine
    from zymap.cli.opening import open_store
    from zymap.crs import parse_crs

    kind_of_file = engine.FORMATS.get(format_)
    if kind_of_file is None:
        raise UnknownName(
            f"format: {format_!r} is not on offer; use one of {', '.join(engine.FORMATS)}"
        )
    store = open_store(data, geodata)
    filters = Filters(
        area, status, kind, due_after, due_before, due, as_of, located, bbox, q, within
    )
    asked = make_query(store.catalog(), layers or [], filters)
    query = engine.leave_out_empty(store, asked, format_)
    target = output or Path(engine.download_name(store.catalog(), query, format_).utf8)
    if target.exists() and not force:
        raise InvalidRequest(f"{target} is there already; --force replaces it")
    done = engine.run(
        store, query, format=format_, crs=parse_crs(crs).code, encoding=encoding, target=target
    )
    print(
        f"{target}: {done.features} features, {done.located} located, "
        f"EPSG:{done.crs}, {done.encoding}, sha256 {done.sha256[:16]}"
    )


def make_query(catalog: Catalog, layers: list[str], filters: Filters) -> Query:
    """Turn the words of the command line into a question.

    Raises
    ------
    InvalidRequest
        A date, a box or a layer cannot be read.
    """
    from zymap.bbox import parse_bbox

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
    if layers:
        return tuple(Source(catalog.layer(name).id) for name in layers)
    return catalog.area_sources(fields) if AREA_FIELD in fields else catalog.works()


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(","))


def _due_classes(text: str | None) -> tuple[str, ...]:
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
