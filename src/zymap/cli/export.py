"""``zymap export``: what the layers hold, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    area: Area = None,
    status: Status = None,
    kind: Kind = None,
    due_after: DueAfter = None,
    due_before: DueBefore = None,
    due: Due = None,
    as_of: AsOf = None,
    located: Located = None,
    bbox: Box = None,
    q: Text = None,
    within: Within = None,
    data: Data = None,
    geodata: Geodata = None,
) -> None:
    """Export layers to one file; it is checked before it is there."""
    from zymap import export as engine
    from zymap.cli.meter import meter
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
    with meter(store.count(query).matched) as progress:
        done = engine.run(
            store,
            query,
            format=format_,
            crs=parse_crs(crs).code,
            encoding=encoding,
            target=target,
            progress=progress,
        )
    print(
        f"{target}: {done.features} features, {done.located} located, "
        f"EPSG:{done.crs}, {done.encoding}, sha256 {done.sha256[:16]}"
    )
