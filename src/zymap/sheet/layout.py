"""The pages: what stands where on the paper."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zymap.crs import OFFERED
from zymap.sheet import fonts
from zymap.sheet.column import draw_column
from zymap.sheet.content import Ground, Work
from zymap.sheet.frame import Box, Frame
from zymap.sheet.legend import Entry, draw_flow, flow_height, legend_entries
from zymap.sheet.options import SIZE_MM, SheetOptions
from zymap.sheet.pen import INK, INK_2, LINE_STRONG, TINT, Pen
from zymap.sheet.plan import draw_plan
from zymap.sheet.tables import Page, Part, draw_page, paginate
from zymap.sheet.tally import Tally
from zymap.sheet.words import Words, grouped
from zymap.sheet.works import NUMBERED_MAXIMUM, Spotted

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Points in a unit of the page: the smallest text (8.5 units) is 8.5 pt on A3, 6.7 pt on A4.
UNIT = {"A3": 1.0, "A4": 0.79}
_POINTS_PER_MM = 72 / 25.4
_MARGIN = 30.0
_HEADER = 64.0
_FOOTER = 34.0
_COLUMN = 306.0
_GUTTER = 16.0
_EDGE = 12.0
# Height of a map alone, as a part of its width: neither a ribbon nor a tower.
_FLATTEST, _TALLEST = 0.4, 1.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A page's size in units, and how many points a unit has."""

    width: float
    height: float
    unit: float

    @property
    def body(self) -> Box:
        """Where between header and footer things go."""
        height = self.height - 2 * _MARGIN - _HEADER - _FOOTER
        return Box(_MARGIN, _MARGIN + _FOOTER, self.width - 2 * _MARGIN, height)

    @property
    def plan(self) -> Box:
        """Where the map goes."""
        body = self.body
        return Box(body.x, body.y, body.width - _COLUMN - _GUTTER, body.height)

    @property
    def column(self) -> Box:
        """Where the column beside the map goes."""
        body = self.body
        return Box(body.right - _COLUMN, body.y, _COLUMN, body.height)

    @property
    def whole_plan(self) -> Box:
        """Where the map goes if it stands alone."""
        return Box(0, 0, self.width, self.height)


def paper_of(options: SheetOptions) -> Paper:
    """Return the landscape page that is asked for."""
    unit = UNIT[options.paper]
    width, height = (side * _POINTS_PER_MM / unit for side in SIZE_MM[options.paper])
    return Paper(width, height, unit)


def paper_for_map(options: SheetOptions, shapes: Sequence[BaseGeometry]) -> Paper:
    """Return a page as wide as the paper and as high as the map of `shapes` wants it."""
    import shapely

    paper = paper_of(options)
    west, south, east, north = shapely.total_bounds(list(shapes))
    across = (east - west) * math.cos(math.radians((south + north) / 2))
    aspect = (north - south) / across if across else paper.height / paper.width
    height = paper.width * min(max(aspect, _FLATTEST), _TALLEST)
    return Paper(paper.width, height, paper.unit)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the pages tell.

    Attributes
    ----------
    frame : Frame or None
        None where nothing at all has a place.
    spotted : tuple of Spotted
        The works on the map; they are the first of `works`.
    area : str or None
        Code of the one key area that was asked for.
    filters : str
        What was asked, in words.
    made : datetime.datetime
        With time zone.
    """

    options: SheetOptions
    words: Words
    paper: Paper
    frame: Frame | None
    ground: Ground
    spotted: tuple[Spotted, ...]
    works: tuple[Work, ...]
    tally: Tally
    area: str | None
    filters: str
    revision: str
    made: dt.datetime

    @property
    def title(self) -> str:
        """The sheet's title."""
        dataset = self.words.catalog.dataset
        if self.options.title:
            return fonts.printable(self.options.title)
        title = self.words.pick(dataset.title_zh, dataset.title_en)
        area = self.area and self.words.code("areas", self.area)
        return fonts.printable(f"{title} · {area}" if area else title)

    @property
    def subtitle(self) -> str:
        """The day, and what was asked."""
        day = self.words("as_of", day=self.options.as_of)
        filters = self.words("filters", filters=self.filters) if self.filters else self.words("all")
        return f"{day} · {filters}"

    @property
    def source(self) -> str:
        """Whose data these are."""
        dataset = self.words.catalog.dataset
        return fonts.printable(self.words.pick(dataset.attribution_zh, dataset.attribution_en))


def _pdf_date(moment: dt.datetime) -> str:
    """Return a moment as PDF writes it: ISO 32000-1, 7.9.4."""
    return f"D:{moment.astimezone(dt.UTC):%Y%m%d%H%M%S}+00'00'"


def draw_sheet(sheet: Sheet) -> tuple[bytes, int]:
    """Return the sheet as PDF, and its number of pages."""
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    paper, words = sheet.paper, sheet.words
    below = _legend_below(sheet) if sheet.options.only else 0.0
    stream = io.BytesIO()
    # reportlab's stubs take the name of a font for a number.
    make_canvas: Any = Canvas
    canvas = make_canvas(
        stream,
        initialFontName=fonts.REGULAR,
        pagesize=(paper.width * paper.unit, (paper.height + below) * paper.unit),
        pageCompression=1,
        invariant=1,
        lang="zh-CN" if words.language == "zh" else "en",
    )
    # Of the same moment the same bytes; reportlab would put the clock's time or none (2000-01-01).
    canvas.setDateFormatter(lambda *_: _pdf_date(sheet.made))
    canvas.setTitle(sheet.title)
    canvas.setSubject(sheet.subtitle)
    canvas.setCreator("zymap")
    pages = [] if sheet.options.only else _tables(sheet)
    total = len(pages) + 1
    pen = _start(canvas, paper)
    if sheet.options.only:
        canvas.translate(0, below)
        _draw_map_alone(pen, sheet)
    else:
        _draw_front(pen, sheet, total)
    canvas.showPage()
    for number, page in enumerate(pages, 2):
        pen = _start(canvas, paper)
        _draw_header(pen, sheet, None)
        draw_page(pen, paper.body, page, words)
        _draw_footer(pen, sheet, number, total)
        canvas.showPage()
    canvas.save()
    return stream.getvalue(), total


def _start(canvas: Any, paper: Paper) -> Pen:
    canvas.scale(paper.unit, paper.unit)
    return Pen(canvas)


def _tables(sheet: Sheet) -> list[Page]:
    words, works = sheet.words, sheet.works
    on_map, located = len(sheet.spotted), sheet.tally.located
    key = "list.located" if on_map <= NUMBERED_MAXIMUM else "list.located.plain"
    parts = (
        Part(words(key), works[:on_map]),
        Part(words("list.outside"), works[on_map:located]),
        Part(words("list.unlocated"), works[located:]),
    )
    return paginate(parts, sheet.tally.sum_in_words(words), sheet.paper.body, words)


# ---------------------------------------------------------------- the first page


def _draw_front(pen: Pen, sheet: Sheet, pages: int) -> None:
    paper, words = sheet.paper, sheet.words
    _draw_header(pen, sheet, sheet.frame)
    if sheet.frame is None:
        _draw_no_map(pen, paper.plan, words)
    else:
        draw_plan(pen, sheet.frame, sheet.ground, sheet.spotted, words, alone=False)
    draw_column(pen, paper.column, sheet.works, sheet.tally, _legend(sheet), words)
    _draw_footer(pen, sheet, 1, pages)


def _legend(sheet: Sheet) -> list[Entry]:
    # The tables use the symbols too; a map alone shows those of its own works only.
    on_map = tuple(item.work for item in sheet.spotted)
    works = on_map if sheet.options.only else sheet.works
    return legend_entries(sheet.frame, sheet.ground, sheet.spotted, works, sheet.words)


def _draw_no_map(pen: Pen, box: Box, words: Words) -> None:
    pen.rectangle(box, fill=TINT, stroke=LINE_STRONG)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    pen.middle_text(x, y, words("no_map"), 14, colour=INK_2, align="centre")


def _draw_header(pen: Pen, sheet: Sheet, frame: Frame | None) -> None:
    paper, words = sheet.paper, sheet.words
    left, right, top = _MARGIN, paper.width - _MARGIN, paper.height - _MARGIN
    room = right - left
    if frame is not None:
        scale = words("scale", number=grouped(frame.scale))
        room -= 20 + pen.text(
            right, top - 22, f"{scale}  {sheet.options.paper}", 13, bold=True, align="right"
        )
        pen.text(right, top - 42, _crs(frame, words), 9, colour=INK_2, align="right")
    size = 25.0
    while size > 14 and fonts.width(sheet.title, size, bold=True) > room:
        size -= 1
    pen.text(left, top - 24, fonts.shorten(sheet.title, room, size, bold=True), size, bold=True)
    room = paper.width * 0.7 - left
    pen.text(left, top - 43, fonts.shorten(sheet.subtitle, room, 10.5), 10.5, colour=INK_2)
    pen.rule(left, top - 53, right, top - 53, width=1.8, colour=INK)


def _crs(frame: Frame, words: Words) -> str:
    name = frame.plane.name
    code = int(name.removeprefix("EPSG:")) if name.startswith("EPSG:") else 0
    crs = OFFERED.get(code)
    told = name if crs is None else f"{words.pick(crs.zh, crs.en)} {name}"
    return words("crs", name=told)


def _draw_footer(pen: Pen, sheet: Sheet, page: int, pages: int) -> None:
    paper, words = sheet.paper, sheet.words
    right, y = paper.width - _MARGIN, _MARGIN + 12
    told = " · ".join(
        (
            words("revision", revision=sheet.revision[:12]),
            words("made", day=sheet.made.date().isoformat()),
            words("page", page=page, pages=pages),
        )
    )
    pen.rule(_MARGIN, y + 12, right, y + 12, width=0.6, colour=LINE_STRONG)
    width = pen.text(right, y, told, 9, colour=INK_2, align="right")
    room = right - width - 24 - _MARGIN
    notes = sheet.source
    if page == 1 and sheet.ground.left_out:
        titles = [words.pick(layer.title_zh, layer.title_en) for layer in sheet.ground.left_out]
        notes += "  " + words("left_out", layers=words("separator").join(titles))
    for index, line in enumerate(fonts.wrap(notes, room, 9, lines=2)):
        pen.text(_MARGIN, y - index * 12, line, 9, colour=INK_2)


# ---------------------------------------------------------------- the map alone


def _legend_below(sheet: Sheet) -> float:
    """Return how much higher the page of a map alone is, for the legend below the map."""
    return flow_height(_legend(sheet), sheet.paper.width - 2 * _EDGE) + 24


def _draw_map_alone(pen: Pen, sheet: Sheet) -> None:
    """Draw the map from the page's origin up, and the legend below it: it hides nothing."""
    paper, words = sheet.paper, sheet.words
    if sheet.frame is None:
        _draw_no_map(pen, paper.whole_plan, words)
    else:
        draw_plan(pen, sheet.frame, sheet.ground, sheet.spotted, words, alone=True)
    height = _legend_below(sheet)
    legend = Box(_EDGE, 12 - height, paper.width - 2 * _EDGE, height - 16)
    draw_flow(pen, legend, _legend(sheet))
    y, told = 8 - height, words("as_of", day=sheet.options.as_of)
    told += f" · {sheet.tally.sum_in_words(words)}"
    width = pen.text(paper.width - _EDGE, y, told, 9, colour=INK_2, align="right")
    room = paper.width - width - 40
    pen.text(_EDGE, y, fonts.shorten(sheet.source, room, 9), 9, colour=INK_2)
