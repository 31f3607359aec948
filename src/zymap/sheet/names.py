"""Names on the map: areas first, then works, streets and water, points for orientation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from zymap import symbology
from zymap.catalog import AREA_FIELD
from zymap.sheet import fonts
from zymap.sheet.content import Item
from zymap.sheet.frame import Box, Frame
from zymap.sheet.ground import area_colours
from zymap.sheet.pen import INK, POINTS_PER_PX, WHITE, Pen
from zymap.sheet.room import Room, Slant
from zymap.sheet.shapes import dimension, middle, on_page
from zymap.sheet.words import Words

if TYPE_CHECKING:
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

_NAME_SIZE = 9.0
_NAME_LONGEST = 190.0
_GROUND_NAME_SIZE = 8.5
_AREA_NAME_SIZE = 11.0
_STEEP_DEG = 50


def name_areas(pen: Pen, frame: Frame, areas: Sequence[Item], words: Words, room: Room) -> None:
    """Put each area's name in a plate of its colour: on its upper edge, or where room is."""
    colours = area_colours(areas)
    shapes = [on_page(frame, item.shape) for item in areas]
    for item, shape in zip(areas, shapes, strict=True):
        if shape.is_empty:
            continue
        code = item.properties[AREA_FIELD]
        others = [other for other in shapes if other is not shape]
        full, short = (
            fonts.printable(words.code("areas", code, short=short)) for short in (False, True)
        )
        # A short name on the area tells more than a full one beside it.
        for text, plates in (
            (full, _plates_on),
            (short, _plates_on),
            (short, _plates_beside),
            (full, _plates_beside),
        ):
            if _name_area(pen, room, plates, shape, others, text, colours[code]):
                break


def _name_area(
    pen: Pen,
    room: Room,
    plates: Callable[[BaseGeometry, float, float], Iterator[Box]],
    shape: BaseGeometry,
    others: Sequence[BaseGeometry],
    text: str,
    colour: str,
) -> bool:
    """Write an area's name if there is room that no other area claims."""
    size = _AREA_NAME_SIZE
    width, height = fonts.width(text, size, bold=True) + 16, size + 9
    for plate in plates(shape, width, height):
        claimed = any(plate.as_shape().intersection(other).area > 0 for other in others)
        if not claimed and room.is_free([plate]):
            room.take(plate)
            pen.rectangle(plate, fill=colour, stroke=WHITE, width=0.8, radius=4)
            x, y = plate.x + width / 2, plate.y + height / 2
            pen.middle_text(x, y, text, size, bold=True, colour=WHITE, align="centre")
            return True
    return False


def _plates_on(shape: BaseGeometry, width: float, height: float) -> Iterator[Box]:
    """Yield where a plate can stand on a shape: on its upper edge, its lower edge, inside."""
    left, bottom, right, top = shape.bounds
    across, inside = (left + right) / 2, shape.representative_point()
    for x, y in (
        (across, top + 2),
        (left + width / 2, top + 2),
        (right - width / 2, top + 2),
        (across, bottom - height - 2),
        (across, top - height - 6),
        (inside.x, inside.y),
        (across, bottom + 6),
    ):
        yield Box(x - width / 2, y, width, height)


def _plates_beside(shape: BaseGeometry, width: float, height: float) -> Iterator[Box]:
    """Yield where a plate can stand right and left of a shape."""
    left, bottom, right, top = shape.bounds
    for y in ((bottom + top) / 2, top - height, bottom):
        yield Box(right + 4, y, width, height)
        yield Box(left - width - 4, y, width, height)


def name_works(pen: Pen, room: Room, works: Sequence[tuple[str, float, float]], gap: float) -> None:
    """Write the names of works beside their symbols.

    Parameters
    ----------
    works : sequence of (name, x, y)
    gap : float
        From a symbol's middle to its name.
    """
    for name, x, y in works:
        _name_point(pen, room, x, y, name, _NAME_SIZE, gap, INK, bold=True)


def name_context(pen: Pen, frame: Frame, context: Sequence[Item], room: Room) -> None:
    """Write the names of streets and water, then of points for orientation, where room is left."""
    placed = [(item, on_page(frame, item.shape)) for item in context]
    lines = [(item, shape) for item, shape in placed if dimension(shape) > 0]
    points = [
        (item.name, symbology.context_of(item.kind), middle(shape))
        for item, shape in placed
        if dimension(shape) == 0
    ]
    # What a plate or a work covers is not to be seen, so its name would hang in the air.
    seen = [point for point in points if not room.covers(point[2].x, point[2].y)]
    for _, look, at in seen:
        size = look.marker.size_px * POINTS_PER_PX
        room.take(Box(at.x - size / 2, at.y - size / 2, size, size))
    for item, shape in lines:
        _name_line(pen, room, item, shape)
    for name, look, at in seen:
        gap = look.marker.size_px * POINTS_PER_PX / 2 + 2
        _name_point(pen, room, at.x, at.y, name, _GROUND_NAME_SIZE, gap, look.label)


def _name_point(
    pen: Pen,
    room: Room,
    x: float,
    y: float,
    name: str,
    size: float,
    gap: float,
    colour: str,
    *,
    bold: bool = False,
) -> None:
    text = _short(name)
    width = fonts.width(text, size, bold=bold)
    box = room.beside(x, y, width + 4, size, gap)
    if box is None:
        return
    pen.rectangle(box, fill=WHITE, opacity=0.72, radius=2)
    pen.middle_text(box.x + 2, box.y + box.height / 2, text, size, bold=bold, colour=colour)


def _name_line(pen: Pen, room: Room, item: Item, shape: BaseGeometry) -> None:
    import shapely

    text, size = _short(item.name), _GROUND_NAME_SIZE
    width = fonts.width(text, size)
    lines: list[LineString] = [
        part for part in shapely.get_parts(shape) if part.geom_type == "LineString"
    ]
    for line in sorted(lines, key=lambda part: -part.length):
        slant = room.along(line, width + 8, size)
        if slant is not None:
            _write_along(pen, text, slant, width, size, symbology.context_of(item.kind).label)
            return


def _write_along(pen: Pen, text: str, slant: Slant, width: float, size: float, colour: str) -> None:
    canvas = pen.canvas
    # Chinese on a steep line stands upright, sign under sign, as on street plans.
    upright = abs(slant.angle) > _STEEP_DEG and bool(re.search("[\u3400-\u9fff]", text))
    canvas.saveState()
    canvas.translate(slant.x, slant.y)
    canvas.rotate(slant.angle)
    plate = Box(-width / 2 - 2, -size * 0.62, width + 4, size * 1.24)
    pen.rectangle(plate, fill=WHITE, opacity=0.85, radius=2)
    if not upright:
        pen.middle_text(0, 0, text, size, colour=colour, align="centre")
    else:
        turn = -90 if slant.angle > 0 else 90
        down = 1 if slant.angle > 0 else -1
        for index, char in enumerate(text):
            canvas.saveState()
            canvas.translate(-down * ((index + 0.5) * width / len(text) - width / 2), 0)
            canvas.rotate(turn)
            pen.middle_text(0, 0, char, size, colour=colour, align="centre")
            canvas.restoreState()
    canvas.restoreState()


def _short(name: str) -> str:
    """Return a name without what stands in brackets behind it, at most readable."""
    return fonts.shorten(re.sub(r"(?<=\S{2})\s*[（(].*$", "", name), _NAME_LONGEST, _NAME_SIZE)
