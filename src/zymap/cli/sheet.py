"""``zymap sheet``: the printed briefing sheet, as PDF or PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from zymap.cli.filters import (
    Area,
    AsOf,
    Box,
    Data,
    Due,
    DueAfter,
    DueBefore,
    Filters,
    Geodata,
    Kind,
    Located,
    Status,
    Text,
    Within,
    make_query,
)
from zymap.errors import InvalidRequest, UnknownName

FORMATS = (".pdf", ".png")


def sheet(
    output: Annotated[
        Path, typer.Argument(help="File to write: a .pdf, or a .png of its first page.")
    ],
    as_of: AsOf = None,
    paper: Annotated[str, typer.Option(help="A3 or A4, landscape.")] = "A3",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    view: Annotated[
        str | None,
        typer.Option(help="What the map must show: west,south,east,north in degrees."),
    ] = None,
    candidates: Annotated[bool, typer.Option(help="Draw the computed candidates too.")] = False,
    only_map: Annotated[bool, typer.Option("--only-map", help="The map alone.")] = False,
    title: Annotated[str, typer.Option(help="Title; default: the dataset's.")] = "",
    force: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
    area: Area = None,
    status: Status = None,
    kind: Kind = None,
    due_after: DueAfter = None,
    due_before: DueBefore = None,
    due: Due = None,
    located: Located = None,
    bbox: Box = None,
    q: Text = None,
    within: Within = None,
    data: Data = None,
    geodata: Geodata = None,
) -> None:
    """Make the briefing sheet of the works: map, figures, tables."""
    from zymap import sheet as engine
    from zymap.bbox import parse_bbox
    from zymap.cli.opening import open_store
    from zymap.lateness import today

    suffix = output.suffix.lower()
    if suffix not in FORMATS:
        raise UnknownName(f"{output} must end in {' or '.join(FORMATS)}")
    options = engine.SheetOptions(
        as_of=as_of or today(),
        paper=cast(engine.Paper, paper),
        language=cast(engine.Language, lang),
        format=cast(engine.SheetFormat, suffix.removeprefix(".")),
        view=None if view is None else parse_bbox(view),
        candidates=candidates,
        only="map" if only_map else None,
        title=title,
    )
    if output.exists() and not force:
        raise InvalidRequest(f"{output} is there already; --force replaces it")
    store = open_store(data, geodata)
    catalog = store.catalog()
    filters = Filters(
        area, status, kind, due_after, due_before, due, options.as_of, located, bbox, q, within
    )
    query = make_query(catalog, [], filters)._replace(sources=catalog.works())
    done = engine.make(store, query, options, output)
    scale = "no map" if done.scale is None else f"1:{done.scale}"
    print(
        f"{output}: {done.listed} works, {done.on_map} on the map, "
        f"{done.listed - done.located} not located, {done.overdue} overdue on {options.as_of}, "
        f"{done.pages} pages, {scale}"
    )
