"""The tables behind the map: all works listed, then the overdue ones, over as many pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zymap.sheet import fonts
from zymap.sheet.content import Work
from zymap.sheet.frame import Box
from zymap.sheet.pen import BRAND, INK, INK_2, LATE, LINE, LINE_STRONG, TINT, Pen
from zymap.sheet.symbols import draw_symbol
from zymap.sheet.words import Words
from zymap.symbology import marker_of

_SIZE = 9.5
_SMALL = 9.0
_LINE = 12.5
_PAD = 5.0
_HEAD = 22.0
_GROUP = 22.0
_TITLE = 34.0
_LINES = 4
_SYMBOL = 16.0


class Column(NamedTuple):
    """A column's key in the words, and its part of the width."""

    key: str
    part: float


COLUMNS = (
    Column("number", 0.04),
    Column("name", 0.27),
    Column("area", 0.11),
    Column("kind", 0.075),
    Column("status", 0.09),
    Column("deadline", 0.145),
    Column("location", 0.11),
    Column("section", 0.16),
)


class Line(NamedTuple):
    """A line of text in a cell."""

    text: str
    size: float = _SIZE
    bold: bool = False
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Row:
    """A work's cells, each a list of lines as they fit their column."""

    work: Work
    cells: tuple[tuple[Line, ...], ...]

    @property
    def height(self) -> float:
        """How high the row is."""
        return max(len(cell) for cell in self.cells) * _LINE + 2 * _PAD


@dataclass(frozen=True, slots=True)
class Title:
    """Where a table begins."""

    text: str
    note: str
    height: float = _TITLE


@dataclass(frozen=True, slots=True)
class Group:
    """A heading inside a table."""

    text: str
    height: float = _GROUP


@dataclass(frozen=True, slots=True)
class Head:
    """The names of the columns."""

    height: float = _HEAD


Block = Row | Title | Group | Head
Page = list[Block]


class Part(NamedTuple):
    """The works under one heading."""

    heading: str
    works: Sequence[Work]


def paginate(parts: Sequence[Part], note: str, box: Box, words: Words) -> list[Page]:
    """Lay out the tables of all works and of the overdue ones.

    Parameters
    ----------
    note : str
        What stands beside the first table's title.
    box : Box
        Where on each page the tables have room.
    """
    works = [work for part in parts for work in part.works]
    late = sorted((work for work in works if work.overdue), key=lambda work: work.deadline or "")
    pages: list[Page] = []
    _flow(pages, Title(words("list"), note), parts, box, words)
    if late:
        count = words("number", number=len(late))
        _flow(pages, Title(words("list.late"), count), [Part("", late)], box, words)
    return pages


def _flow(pages: list[Page], title: Title, parts: Sequence[Part], box: Box, words: Words) -> None:
    """Put a table behind what is on the last page, or on a new one where little room is left."""
    body = list(_blocks(parts, box.width, words))
    start: Page = [title, Head()]
    if pages:
        left = box.height - _height(pages[-1])
        # A title alone at the foot of a page would be a widow.
        if left >= _height(start) + _height(body[:3]):
            pages[-1] += start
        else:
            pages.append(start)
    else:
        pages.append(start)
    for index, block in enumerate(body):
        needed = _height(body[index : index + 2]) if isinstance(block, Group) else block.height
        if _height(pages[-1]) + needed > box.height:
            pages.append([title, Head()])
        pages[-1].append(block)


def _height(blocks: Sequence[Block]) -> float:
    return sum(block.height for block in blocks)


def _blocks(parts: Sequence[Part], width: float, words: Words) -> Iterator[Block]:
    for part in parts:
        if not part.works:
            continue
        if part.heading:
            yield Group(f"{part.heading} · {words('number', number=len(part.works))}")
        for work in part.works:
            yield _row(work, width, words)


def _row(work: Work, width: float, words: Words) -> Row:
    cells = []
    for column, lines in zip(COLUMNS, _lines(work, words), strict=True):
        room = width * column.part - 2 * _PAD - (_SYMBOL if column.key == "status" else 0)
        cells.append(
            tuple(
                line._replace(text=text)
                for line in lines
                for text in fonts.wrap(line.text, room, line.size, bold=line.bold, lines=_LINES)
            )
        )
    return Row(work, tuple(cells))


def _lines(work: Work, words: Words) -> Iterator[list[Line]]:
    yield [Line(str(work.number), bold=True)]
    yield [Line(work.name, bold=True)]
    yield [Line(fonts.printable(words.code("areas", work.area, short=True)))]
    yield [Line(fonts.printable(words.code("kinds", work.kind)))]
    yield [Line(words.status(work.status), colour=INK if work.status else INK_2)]
    yield _deadline(work, words)
    yield _location(work, words)
    yield [Line(work.section, _SMALL, colour=INK_2)]


def _deadline(work: Work, words: Words) -> list[Line]:
    dated = [Line(work.deadline)] if work.deadline else []
    if work.deadline_text:
        dated.append(Line(work.deadline_text, _SMALL if dated else _SIZE, colour=INK_2))
    if work.days is not None:
        late = work.overdue
        dated.insert(
            1, Line(words.days(work.days), _SMALL, bold=late, colour=LATE if late else INK_2)
        )
    return dated or [Line("—", colour=INK_2)]


def _location(work: Work, words: Words) -> list[Line]:
    lines = [Line(words.code("location_status", work.quality))]
    if work.uncertainty_m:
        lines.append(Line(words("metres", metres=work.uncertainty_m), _SMALL, colour=INK_2))
    return lines


# ---------------------------------------------------------------- drawing


def draw_page(pen: Pen, box: Box, page: Page, words: Words) -> None:
    """Draw a page of the tables."""
    top = box.top
    for block in page:
        area = Box(box.x, top - block.height, box.width, block.height)
        match block:
            case Row():
                _draw_row(pen, area, block)
            case Title():
                _draw_title(pen, area, block)
            case Group():
                _draw_group(pen, area, block)
            case Head():
                _draw_head(pen, area, words)
        top -= block.height


def _draw_title(pen: Pen, box: Box, title: Title) -> None:
    y = box.y + 10
    pen.rectangle(Box(box.x, y - 3, 3.2, 15), fill=BRAND)
    width = pen.text(box.x + 10, y, title.text, 13, bold=True)
    pen.text(box.x + width + 22, y, title.note, _SIZE, colour=INK_2)


def _draw_head(pen: Pen, box: Box, words: Words) -> None:
    pen.rectangle(box, fill=INK)
    for x, column in _columns(box):
        text = words(f"column.{column.key}")
        pen.middle_text(x + _PAD, box.y + box.height / 2, text, _SMALL, bold=True, colour="#ffffff")


def _draw_group(pen: Pen, box: Box, group: Group) -> None:
    pen.rectangle(box, fill=TINT)
    y = box.y + box.height / 2
    pen.middle_text(box.x + _PAD, y, group.text, _SIZE, bold=True, colour=INK_2)
    pen.rule(box.x, box.y, box.right, box.y, width=0.8, colour=LINE_STRONG)


def _draw_row(pen: Pen, box: Box, row: Row) -> None:
    first = box.top - _PAD - _LINE / 2
    for (x, column), cell in zip(_columns(box), row.cells, strict=True):
        left = x + _PAD
        if column.key == "status":
            draw_symbol(pen, marker_of(row.work.status), left + 5, first, scale=0.45)
            left += _SYMBOL
        for index, line in enumerate(cell):
            y = first - index * _LINE
            pen.middle_text(left, y, line.text, line.size, bold=line.bold, colour=line.colour)
    pen.rule(box.x, box.y, box.right, box.y, width=0.5, colour=LINE)


def _columns(box: Box) -> Iterator[tuple[float, Column]]:
    x = box.x
    for column in COLUMNS:
        yield x, column
        x += box.width * column.part
