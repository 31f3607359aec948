"""The column beside the map: figures, areas, what is late or due next, and the legend."""

from __future__ import annotations

from collections.abc import Sequence

from zymap.lateness import ENDED
from zymap.sheet import fonts
from zymap.sheet.content import Work
from zymap.sheet.frame import Box
from zymap.sheet.legend import Entry, draw_legend, legend_height
from zymap.sheet.pen import BRAND, INK, INK_2, INK_3, LATE, LINE, LINE_STRONG, WHITE, Pen
from zymap.sheet.symbols import draw_symbol
from zymap.sheet.tally import Tally
from zymap.sheet.words import Words
from zymap.symbology import marker_of

_GAP = 16.0
_CELL = 50.0
_HEADING = 22.0
_AREA_ROW = 25.0
_DUE_ROW = 19.0
_SIZE = 9.5
_SMALL = 9.0
_BAR = "#7d8fae"


def draw_column(
    pen: Pen, box: Box, works: Sequence[Work], tally: Tally, entries: Sequence[Entry], words: Words
) -> None:
    """Draw the column from the top down, its legend at the foot; the list takes the rest."""
    y = _draw_figures(pen, box, tally, words)
    y = _draw_areas(pen, Box(box.x, box.y, box.width, y - _GAP - box.y), works, words)
    foot = legend_height(entries, box.width) + _HEADING
    _draw_due(
        pen,
        Box(box.x, box.y + foot + _GAP, box.width, y - _GAP - box.y - foot - _GAP),
        works,
        words,
    )
    top = _heading(pen, box.x, box.y + foot, words("legend"))
    draw_legend(pen, Box(box.x, box.y, box.width, top - box.y), entries)


def _heading(pen: Pen, x: float, top: float, text: str) -> float:
    """Draw a heading below `top`; return where its section begins."""
    pen.rectangle(Box(x, top - 14, 3.2, 14), fill=BRAND)
    pen.text(x + 10, top - 12, text, 12, bold=True)
    return top - _HEADING


def _draw_figures(pen: Pen, box: Box, tally: Tally, words: Words) -> float:
    figures = (
        ("total", tally.listed, INK),
        ("located", tally.located, INK),
        ("unlocated", tally.unlocated, INK),
        ("overdue", tally.overdue, LATE if tally.overdue else INK),
    )
    half = box.width / 2
    for index, (key, number, colour) in enumerate(figures):
        x, top = box.x + index % 2 * half, box.top - index // 2 * _CELL
        pen.rectangle(Box(x, top - _CELL, half, _CELL), stroke=LINE_STRONG, width=0.6)
        pen.text(x + 10, top - 16, words(key), _SMALL, colour=INK_2)
        wide = pen.text(x + 10, top - 41, str(number), 23, bold=True, colour=colour)
        pen.text(x + 14 + wide, top - 41, words("unit"), _SMALL, colour=INK_2)
    bottom = box.top - 2 * _CELL
    pen.text(box.x, bottom - 14, tally.sum_in_words(words), _SMALL, colour=INK_2)
    return bottom - 18


def _draw_areas(pen: Pen, box: Box, works: Sequence[Work], words: Words) -> float:
    """Draw a bar an area: solid what has a place, pale what has none; return the lower edge."""
    top = _heading(pen, box.x, box.top, words("areas"))
    by_area = {code: [work for work in works if work.area == code] for code in words.catalog.areas}
    shown = {code: found for code, found in by_area.items() if found}
    most = max((len(found) for found in shown.values()), default=1)
    for index, (code, found) in enumerate(shown.items()):
        y = top - index * _AREA_ROW
        _draw_area(pen, Box(box.x, y - _AREA_ROW, box.width, _AREA_ROW), code, found, most, words)
    return top - len(shown) * _AREA_ROW


def _draw_area(
    pen: Pen, box: Box, code: str, works: Sequence[Work], most: int, words: Words
) -> None:
    located = sum(work.shape is not None for work in works)
    late = sum(work.overdue for work in works)
    y, right = box.top - 10, box.right
    told = words("area.count", number=len(works), located=located)
    right -= pen.text(right, y, told, _SMALL, colour=INK_2, align="right")
    if late:
        text = words("area.late", number=late)
        right -= 8 + pen.text(right - 8, y, text, _SMALL, bold=True, colour=LATE, align="right")
    name = fonts.printable(words.code("areas", code))
    pen.text(box.x, y, fonts.shorten(name, right - box.x - 8, _SIZE, bold=True), _SIZE, bold=True)
    whole = box.width * len(works) / most
    solid = whole * located / len(works)
    bar = Box(box.x, box.top - 19.5, whole, 5)
    pen.rectangle(bar, fill=WHITE, stroke=_BAR, width=0.7)
    if solid:
        pen.rectangle(Box(bar.x, bar.y, solid, bar.height), fill=_BAR, stroke=_BAR, width=0.7)


def _draw_due(pen: Pen, box: Box, works: Sequence[Work], words: Words) -> None:
    top = _heading(pen, box.x, box.top, words("due"))
    # Deadlines in words come after those with a date: nobody can say which is nearer.
    due = sorted(
        (work for work in works if work.days is not None or _is_worded(work)),
        key=lambda work: (work.deadline or "~", work.number),
    )
    undated = sum(work.deadline is None for work in works)
    notes = [words("due.undated", number=undated)] if undated else []
    if not due:
        notes.insert(0, words("due.none"))
    rows = max(int((top - box.y - 14 * (len(notes) + 1)) / _DUE_ROW), 0)
    for index, work in enumerate(due[:rows]):
        row = Box(box.x, top - (index + 1) * _DUE_ROW, box.width, _DUE_ROW)
        _draw_due_row(pen, row, work, words)
    if len(due) > rows:
        notes.insert(0, words("due.more", number=len(due) - rows))
    y = top - min(len(due), rows) * _DUE_ROW - 13
    for note in notes:
        for line in fonts.wrap(note, box.width, _SMALL, lines=2):
            pen.text(box.x, y, line, _SMALL, colour=INK_3)
            y -= 13


def _is_worded(work: Work) -> bool:
    return work.deadline is None and bool(work.deadline_text) and work.status not in ENDED


def _draw_due_row(pen: Pen, box: Box, work: Work, words: Words) -> None:
    y = box.y + box.height / 2
    draw_symbol(pen, marker_of(work.status), box.x + 7, y, scale=0.42)
    number = str(work.number)
    pen.middle_text(box.x + 32, y, number, _SMALL, colour=INK_2, align="right")
    late = {"bold": True, "colour": LATE} if work.overdue else {"colour": INK_2}
    right = box.right
    if work.days is None:
        told = fonts.shorten(work.deadline_text, 110, _SMALL)
        right -= pen.middle_text(right, y, told, _SMALL, align="right", colour=INK_2)
    else:
        pen.middle_text(right, y, words.days(work.days), _SMALL, align="right", **late)
        right -= 66
        date = work.deadline or ""
        right -= pen.middle_text(right, y, date, _SMALL, align="right", colour=INK_2)
    name = fonts.shorten(work.name, right - 8 - (box.x + 38), _SIZE)
    pen.middle_text(box.x + 38, y, name, _SIZE)
    pen.rule(box.x, box.y, box.right, box.y, width=0.5, colour=LINE)
