"""The only entrance to a sheet: read, draw, write beside the target, rename."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from zymap.catalog import AREA_FIELD
from zymap.errors import InvalidRequest, NotWritable
from zymap.query import Query
from zymap.sheet.content import (
    Item,
    Work,
    area_of,
    filters_in_words,
    numbered,
    read_ground,
    read_outlines,
    read_works,
)
from zymap.sheet.frame import fit, rectangle
from zymap.sheet.layout import Sheet, draw_sheet, paper_for_map, paper_of
from zymap.sheet.options import SheetOptions, SheetSummary
from zymap.sheet.picture import rasterise
from zymap.sheet.plan import neighbourhood, spot_works
from zymap.sheet.tally import tally
from zymap.sheet.words import Words
from zymap.store.base import Store
from zymap.workshop import part_prefix, put, workshop

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def make(
    store: Store,
    query: Query,
    options: SheetOptions,
    target: Path,
    *,
    made: dt.datetime | None = None,
) -> SheetSummary:
    """Make the briefing sheet of the works that match `query`.

    Parameters
    ----------
    query : Query
        Over works; what has no place is in the tables and counted, never on the map.
    target : pathlib.Path
        Replaced in one step if it is there; a failure leaves it as it was.
    made : datetime.datetime, optional
        Moment to print on the sheet, with time zone; now where none is given.

    Raises
    ------
    InvalidRequest
        The question or the target cannot be, or there is too much for a sheet.
    NotWritable
        The file cannot be written.
    """
    if not target.parent.is_dir():
        raise InvalidRequest(f"there is no folder {target.parent}", parameter="output")
    if target.is_dir():
        raise InvalidRequest(f"{target} is a folder, not a file", parameter="output")
    sheet = compose(store, query, options, made or dt.datetime.now(dt.UTC))
    pdf, pages = draw_sheet(sheet)
    _write(pdf, options, target)
    counts = sheet.tally
    return SheetSummary(
        listed=counts.listed,
        located=counts.located,
        on_map=counts.on_map,
        overdue=counts.overdue,
        pages=pages,
        scale=sheet.frame and sheet.frame.scale,
    )


def compose(store: Store, query: Query, options: SheetOptions, made: dt.datetime) -> Sheet:
    """Read all that a sheet tells, and choose its scale."""
    # First, so that a change while we read makes the sheet say less than it shows, not more.
    revision = store.revision()
    words = Words(options.language, store.catalog())
    works = read_works(store, query, words, options.as_of)
    outlines = read_outlines(store, words)
    area = area_of(query)
    shapes = _to_show(options, works, outlines, area)
    paper = paper_for_map(options, shapes) if options.only and shapes else paper_of(options)
    box = paper.whole_plan if options.only else paper.plan
    frame = fit(box, shapes, paper.unit, snug=options.only is not None) if shapes else None
    seen = set[int]() if frame is None else {id(item.work) for item in spot_works(frame, works)}
    # Those on the map come first, so that its numbers run from 1 without gaps.
    works.sort(key=lambda work: (id(work) not in seen, work.shape is None))
    ordered = numbered(works, 1)
    spotted = () if frame is None else tuple(spot_works(frame, ordered))
    ground = read_ground(
        store,
        words,
        outlines,
        None if frame is None else frame.bbox(),
        candidates=options.candidates,
        area=area,
    )
    return Sheet(
        options,
        words,
        paper,
        frame,
        ground,
        spotted,
        ordered,
        tally(ordered, len(spotted)),
        area,
        filters_in_words(query, words),
        revision,
        made,
    )


def _to_show(
    options: SheetOptions,
    works: list[Work],
    outlines: tuple[list[Item], list[Item]],
    area: str | None,
) -> list[BaseGeometry]:
    """Return the shapes that the map must show: where something is, else the whole district."""
    if options.view is not None:
        return [rectangle(options.view)]
    boundary, areas = outlines
    placed = [
        neighbourhood(work.shape, work.uncertainty_m) for work in works if work.shape is not None
    ]
    of_area = [item.shape for item in areas if item.properties[AREA_FIELD] == area]
    wanted = [*(of_area or [item.shape for item in areas]), *placed]
    return wanted or [item.shape for item in boundary]


def _write(pdf: bytes, options: SheetOptions, target: Path) -> None:
    try:
        with workshop(target.parent, part_prefix(target)) as folder:
            part = folder / target.name
            if options.format == "png":
                rasterise(pdf, part)
            else:
                part.write_bytes(pdf)
            put(part, target)
    except OSError as error:
        raise NotWritable(f"{target.name} cannot be written: {error.strerror}") from error
