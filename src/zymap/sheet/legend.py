"""The legend: what is on this map, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zymap import symbology
from zymap.catalog import AREA_FIELD
from zymap.codelists import STATUS
from zymap.sheet import fonts
from zymap.sheet.content import Ground, Item, Work
from zymap.sheet.frame import Box, Frame
from zymap.sheet.ground import area_colours
from zymap.sheet.pen import INK, LINE_STRONG, POINTS_PER_PX, WHITE, Pen, dash_of
from zymap.sheet.shapes import draw_hatch
from zymap.sheet.symbols import draw_late, draw_symbol
from zymap.sheet.words import Words
from zymap.sheet.works import NUMBERED_MAXIMUM, Spotted

SIZE = 9.0
_ROW = 17.0
_SWATCH = 26.0
_SYMBOL_SCALE = 0.6
_FLOW_GAP = 18.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the legend: what to draw round a middle, and what it means.

    Attributes
    ----------
    wide : bool
        True if the text needs the width of both columns.
    """

    draw: Callable[[Pen, float, float], None]
    text: str
    wide: bool = False


def legend_entries(
    frame: Frame | None,
    ground: Ground,
    spotted: Sequence[Spotted],
    works: Sequence[Work],
    words: Words,
) -> list[Entry]:
    """Return the entries that a sheet needs: the stages of `works`, then what the map shows."""
    entries = [*_statuses(works, words)]
    if any(item.work.overdue for item in spotted):
        entries.append(Entry(draw_late, words("overdue")))
    if any(item.shape.geom_type != "Point" for item in spotted):
        entries.append(Entry(_line(symbology.WORK_LINE), words("legend.line"), wide=True))
    if any(_has_circle(item) for item in spotted) and len(spotted) <= NUMBERED_MAXIMUM:
        entries.append(Entry(_circle, words("approximate"), wide=True))
    if ground.candidates:
        entries.append(Entry(_symbol(symbology.CANDIDATE, 1.0), words("candidate"), wide=True))
    if frame is not None:
        entries += [*_outlines(frame, ground, words), *_context(ground, words)]
    return entries


def _statuses(works: Sequence[Work], words: Words) -> list[Entry]:
    used = Counter(work.status for work in works)
    return [
        Entry(
            _symbol(symbology.marker_of(code), _SYMBOL_SCALE),
            words("legend.status", status=words.status(code), number=used[code]),
        )
        for code in (*STATUS, None)
        if used[code]
    ]


def _has_circle(item: Spotted) -> bool:
    return bool(item.work.uncertainty_m) and item.shape.geom_type == "Point"


def _outlines(frame: Frame, ground: Ground, words: Words) -> list[Entry]:

    entries = []
    seen = frame.ground()
    areas = [item for item in ground.areas if item.shape.intersects(seen)]
    for documented, key in ((False, "area.schematic"), (True, "area.documented")):
        shown = [item for item in areas if _is_documented(item) == documented]
        if shown:
            colour = area_colours(ground.areas)[shown[0].properties[AREA_FIELD]]
            style = symbology.AREA if documented else symbology.AREA_SCHEMATIC
            entries.append(Entry(_area(style, colour), words(key)))
    edges = [item for item in ground.boundary if item.shape.boundary.intersects(seen)]
    if edges:
        rough = any(item.properties.get("location_status") == "approximate" for item in edges)
        text = words("boundary.approximate" if rough else "boundary")
        entries.append(Entry(_line(symbology.BOUNDARY), text))
    return entries


def _is_documented(item: Item) -> bool:
    return item.properties.get("boundary_status") == "documented"


def _context(ground: Ground, words: Words) -> list[Entry]:
    entries = []
    # The catalogue names the kinds; a street is told to be schematic.
    for kind in dict.fromkeys(item.kind for item in ground.context):
        items = [item for item in ground.context if item.kind == kind]
        look = symbology.context_of(kind)
        text = words("street") if kind == "road" else fonts.printable(words.code("kinds", kind))
        lines = any(item.shape.geom_type not in ("Point", "MultiPoint") for item in items)
        entries.append(Entry(_line(look.path) if lines else _symbol(look.marker, 0.9), text))
    return entries


def _symbol(marker: symbology.Marker, scale: float) -> Callable[[Pen, float, float], None]:
    return lambda pen, x, y: draw_symbol(pen, marker, x, y, scale=scale)


def _circle(pen: Pen, x: float, y: float) -> None:
    style = symbology.APPROXIMATE
    with pen.look(
        fill=style.fill,
        stroke=style.stroke,
        width=0.8,
        dash=dash_of("4 3"),
        fill_opacity=style.fill_opacity,
    ):
        pen.canvas.circle(x, y, 6.5, stroke=1, fill=1)


def _line(path: symbology.Path) -> Callable[[Pen, float, float], None]:
    def draw(pen: Pen, x: float, y: float) -> None:
        half = _SWATCH / 2 - 2
        if path.casing:
            width = path.casing_width_px * POINTS_PER_PX
            # A white casing on white paper needs an edge to be seen.
            casing = LINE_STRONG if path.casing == WHITE else path.casing
            pen.rule(x - half, y, x + half, y, width=width, colour=casing)
        with pen.look(
            stroke=path.stroke, width=path.width_px * POINTS_PER_PX, dash=dash_of(path.dash)
        ):
            pen.canvas.line(x - half, y, x + half, y)

    return draw


def _area(path: symbology.Path, colour: str) -> Callable[[Pen, float, float], None]:
    def draw(pen: Pen, x: float, y: float) -> None:
        import shapely

        box = Box(x - _SWATCH / 2 + 2, y - 5.5, _SWATCH - 4, 11)
        pen.rectangle(box, fill=colour, opacity=path.fill_opacity)
        if path.hatch:
            draw_hatch(pen, shapely.box(box.x, box.y, box.right, box.top), colour)
        with pen.look(stroke=colour, width=1.2, dash=dash_of(path.dash)):
            pen.canvas.rect(box.x, box.y, box.width, box.height, stroke=1, fill=0)

    return draw


def legend_height(entries: Sequence[Entry], width: float) -> float:
    """Return how high the legend is in columns that share `width`."""
    return len(_rows(entries, width)) * _ROW


def _rows(entries: Sequence[Entry], width: float) -> list[list[Entry]]:
    """Return the entries by row: two side by side where both have room."""
    rows: list[list[Entry]] = []
    room = width / 2 - _SWATCH - 8
    for entry in entries:
        alone = entry.wide or fonts.width(entry.text, SIZE) > room
        last = rows[-1] if rows else []
        if alone or len(last) != 1 or last[0].wide or fonts.width(last[0].text, SIZE) > room:
            rows.append([entry])
        else:
            last.append(entry)
    return rows


def draw_legend(pen: Pen, box: Box, entries: Sequence[Entry]) -> None:
    """Draw the legend from the top of a box down."""
    for index, row in enumerate(_rows(entries, box.width)):
        y = box.top - (index + 0.5) * _ROW
        for place, entry in enumerate(row):
            x = box.x + place * box.width / 2
            entry.draw(pen, x + _SWATCH / 2, y)
            room = box.right - x - _SWATCH - 8
            text = fonts.shorten(entry.text, room, SIZE)
            pen.middle_text(x + _SWATCH + 6, y, text, SIZE, colour=INK)


def flow(entries: Sequence[Entry], width: float) -> list[list[tuple[float, Entry]]]:
    """Return the entries by row, each with its distance from the left: as many as fit a row."""
    rows: list[list[tuple[float, Entry]]] = [[]]
    x = 0.0
    for entry in entries:
        needed = _SWATCH + 6 + fonts.width(entry.text, SIZE)
        if rows[-1] and x + needed > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += needed + _FLOW_GAP
    return rows


def flow_height(entries: Sequence[Entry], width: float) -> float:
    """Return how high the entries are in rows of `width`."""
    return len(flow(entries, width)) * _ROW


def draw_flow(pen: Pen, box: Box, entries: Sequence[Entry]) -> None:
    """Draw the entries in rows from the top of a box down."""
    for index, row in enumerate(flow(entries, box.width)):
        y = box.top - (index + 0.5) * _ROW
        for x, entry in row:
            entry.draw(pen, box.x + x + _SWATCH / 2, y)
            pen.middle_text(box.x + x + _SWATCH + 6, y, entry.text, SIZE, colour=INK)
