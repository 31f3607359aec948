"""North arrow and scale bar: what every map has."""

from __future__ import annotations

from zymap.sheet.frame import Box, Frame, round_length
from zymap.sheet.pen import INK, WHITE, Pen
from zymap.sheet.words import Words, grouped

_BAR_PART = 0.22


def draw_north(pen: Pen, box: Box, words: Words) -> Box:
    """Draw the north arrow in the upper right corner of a map; return its plate."""
    plate = Box(box.right - 46, box.top - 62, 36, 54)
    pen.rectangle(plate, fill=WHITE, opacity=0.85, radius=4)
    x, top = plate.x + plate.width / 2, plate.top - 6
    pen.polygon(((x, top), (x - 8, top - 26), (x, top - 20)), fill=INK, stroke=INK)
    pen.polygon(((x, top), (x + 8, top - 26), (x, top - 20)), fill=WHITE, stroke=INK)
    pen.text(x, plate.y + 6, words("north"), 11, bold=True, align="centre")
    return plate


def draw_bar(pen: Pen, frame: Frame, words: Words, *, ratio: bool) -> Box:
    """Draw the scale bar, as long on paper as it says, in the lower right corner of a map.

    Parameters
    ----------
    ratio : bool
        Whether the map's scale is written over it.

    Returns
    -------
    Box
        The plate that it stands on.
    """
    metres = round_length(frame.box.width * _BAR_PART / frame.per_metre)
    width, height = metres * frame.per_metre + 56, 44 if ratio else 32
    plate = Box(frame.box.right - width - 10, frame.box.y + 10, width, height)
    pen.rectangle(plate, fill=WHITE, opacity=0.88, radius=4)
    x, y, part = plate.x + 20, plate.y + 10, metres * frame.per_metre / 4
    for index in range(4):
        fill = INK if index % 2 == 0 else WHITE
        pen.rectangle(Box(x + index * part, y, part, 4.5), fill=fill, stroke=INK, width=0.6)
    for index in (0, 2, 4):
        label = _distance(metres * index / 4, metres, last=index == 4)
        pen.text(x + index * part, y + 9, label, 8.5, align="centre")
    if ratio:
        pen.text(x, y + 21, words("scale", number=grouped(frame.scale)), 10, bold=True)
    return plate


def _distance(metres: float, longest: int, *, last: bool) -> str:
    value, unit = (metres / 1000, "km") if longest >= 1000 else (metres, "m")
    return f"{value:g} {unit}" if last else f"{value:g}"
