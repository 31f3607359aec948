"""The map: ground, areas, works and names, true to scale."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zymap import symbology
from zymap.bbox import BBox
from zymap.catalog import AREA_FIELD
from zymap.sheet import fonts
from zymap.sheet.content import Ground, Item, Work
from zymap.sheet.frame import Box, Frame, rectangle, round_length
from zymap.sheet.pen import INK, INK_2, POINTS_PER_PX, WHITE, Pen, dash_of
from zymap.sheet.room import Room, Slant
from zymap.sheet.spread import Spot, spread
from zymap.sheet.symbols import draw_late, draw_symbol
from zymap.sheet.words import Words, grouped

if TYPE_CHECKING:
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

# More symbols than this are small, unnumbered and at their true places, not spread.
NUMBERED_MAXIMUM = 150
_NAMED_MAXIMUM = 60
_SMALL = 0.4
_APART = 25.0
_LEADER_FROM = 3.0
_LEADER = "#334155"
_NAME_SIZE = 9.0
_NAME_LONGEST = 190.0
_GROUND_NAME_SIZE = 8.5
_AREA_NAME_SIZE = 11.0
_STEEP_DEG = 50
_HATCH_GAP = 7.0
_BAR_PART = 0.22
_METRES_PER_DEGREE = 111_000


@dataclass(frozen=True, slots=True)
class Spotted:
    """A work on the map: its shape on the page, and where its symbol is meant to be."""

    work: Work
    shape: BaseGeometry
    x: float
    y: float


def spot_works(frame: Frame, works: Sequence[Work]) -> list[Spotted]:
    """Return the works that the map shows, in their order."""
    import shapely

    within = frame.ground()
    found = []
    for work in works:
        # Asked in degrees first: far from the map the plane has no coordinates.
        if work.shape is None or not shapely.intersects(within, work.shape):
            continue
        shape = _on_page(frame, work.shape)
        if not shape.is_empty:
            point = _middle(shape)
            found.append(Spotted(work, shape, point.x, point.y))
    return found


def neighbourhood(shape: BaseGeometry, metres: float | None) -> BaseGeometry:
    """Return a shape in degrees; a point with the circle that holds its true place."""
    if shape.geom_type != "Point" or not metres:
        return shape
    (lon, lat), up = shape.coords[0][:2], metres / _METRES_PER_DEGREE
    across = up / max(math.cos(math.radians(lat)), 0.01)
    return rectangle(BBox(lon - across, lat - up, lon + across, lat + up))


def draw_plan(
    pen: Pen,
    frame: Frame,
    ground: Ground,
    spotted: Sequence[Spotted],
    words: Words,
    keep_free: Sequence[Box] = (),
) -> None:
    """Draw the map with its names and its north arrow, and leave room for the scale bar.

    Parameters
    ----------
    keep_free : sequence of Box
        Where something else will stand on the map.
    """
    canvas = pen.canvas
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(frame.box.x, frame.box.y, frame.box.width, frame.box.height)
    canvas.clipPath(clip, stroke=0, fill=0)
    room = Room(frame.box.inset(4))
    for box in (_north_box(frame.box), _bar_box(frame), *keep_free):
        room.take(box)
    _draw_ground(pen, frame, ground)
    places = _places(spotted, frame)
    _draw_works(pen, frame, ground, spotted, places)
    _name_all(pen, frame, ground, spotted, places, words, room)
    canvas.restoreState()
    _draw_north(pen, frame.box, words)
    pen.rectangle(frame.box, stroke=INK_2, width=0.8)


def area_colours(areas: Sequence[Item]) -> dict[str, str]:
    """Return the colour of each area: alone in the symbology's first, else one each."""
    colours = symbology.AREA_COLOURS
    codes = dict.fromkeys(item.properties[AREA_FIELD] for item in areas)
    return {code: colours[place % len(colours)] for place, code in enumerate(codes)}


# ---------------------------------------------------------------- ground


def _draw_ground(pen: Pen, frame: Frame, ground: Ground) -> None:
    pen.rectangle(frame.box, fill=symbology.GROUND)
    for item in ground.boundary:
        _draw_path(pen, _on_page(frame, item.shape), symbology.BOUNDARY, outline=False)
    context = [
        (symbology.context_of(item.kind), _on_page(frame, item.shape)) for item in ground.context
    ]
    _draw_streets_and_water(pen, [(look.path, shape) for look, shape in context])
    colours = area_colours(ground.areas)
    for item in ground.areas:
        schematic = item.properties.get("boundary_status") != "documented"
        style = symbology.AREA_SCHEMATIC if schematic else symbology.AREA
        _draw_path(pen, _on_page(frame, item.shape), style, colours[item.properties[AREA_FIELD]])
    for item in ground.boundary:
        style = symbology.BOUNDARY
        _stroke(pen, _on_page(frame, item.shape), style.stroke, style.width_px, style.dash)
    for look, shape in context:
        if _dimension(shape) == 0 and not shape.is_empty:
            point = _middle(shape)
            draw_symbol(pen, look.marker, point.x, point.y, scale=0.9)


def _draw_streets_and_water(
    pen: Pen, context: Sequence[tuple[symbology.Path, BaseGeometry]]
) -> None:
    drawn = [(path, shape) for path, shape in context if _dimension(shape) > 0]
    cased = [(path, shape) for path, shape in drawn if path.casing]
    for path, shape in drawn:
        if not path.casing:
            _draw_path(pen, shape, path)
    # All edges first: where two streets cross, no edge runs over the other street.
    for path, shape in cased:
        _stroke(pen, shape, path.casing, path.casing_width_px)
    for path, shape in cased:
        _draw_path(pen, shape, path)


def _draw_path(
    pen: Pen, shape: BaseGeometry, path: symbology.Path, colour: str = "", *, outline: bool = True
) -> None:
    stroke, fill = colour or path.stroke, path.fill and (colour or path.fill)
    if fill and _dimension(shape) == 2:
        with pen.look(fill=fill, fill_opacity=path.fill_opacity):
            pen.canvas.drawPath(trace(pen, shape), stroke=0, fill=1, fillMode=0)
    if path.hatch:
        draw_hatch(pen, shape, stroke)
    if outline:
        _stroke(pen, shape, stroke, path.width_px, path.dash)


def _stroke(pen: Pen, shape: BaseGeometry, colour: str, width_px: float, dash: str = "") -> None:
    with pen.look(stroke=colour, width=width_px * POINTS_PER_PX, dash=dash_of(dash)):
        pen.canvas.setLineCap(0 if dash else 1)
        pen.canvas.drawPath(trace(pen, shape), stroke=1, fill=0)


def draw_hatch(pen: Pen, shape: BaseGeometry, colour: str) -> None:
    """Fill a shape with slanted lines: its outline is schematic."""
    if shape.is_empty:
        return
    left, bottom, right, top = shape.bounds
    canvas, height = pen.canvas, top - bottom
    with pen.look(stroke=colour, width=0.45):
        canvas.setStrokeAlpha(0.4)
        canvas.clipPath(trace(pen, shape), stroke=0, fill=0, fillMode=0)
        for step in range(int((right - left + height) / _HATCH_GAP) + 1):
            x = left - height + step * _HATCH_GAP
            canvas.line(x, bottom, x + height, top)


def trace(pen: Pen, shape: BaseGeometry) -> Any:
    """Return a shape on the page as a path."""
    path = pen.canvas.beginPath()
    for line in _lines(shape):
        (x, y), *others = line
        path.moveTo(x, y)
        for x, y in others:
            path.lineTo(x, y)
    return path


def _lines(shape: BaseGeometry) -> Iterator[list[tuple[float, float]]]:
    import shapely

    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield from (list(ring.coords) for ring in (part.exterior, *part.interiors))
        elif part.geom_type in ("LineString", "LinearRing"):
            yield list(part.coords)


def _on_page(frame: Frame, shape: BaseGeometry) -> BaseGeometry:
    """Return a shape on the page, without what lies far outside the map."""
    import shapely

    box = frame.box.inset(-40)
    placed = frame.place(shape)
    if placed.geom_type == "Point":
        return shapely.clip_by_rect(placed, *_corners(frame.box))
    return shapely.clip_by_rect(placed, *_corners(box))


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.right, box.top


def _dimension(shape: BaseGeometry) -> int:
    import shapely

    return int(shapely.get_dimensions(shape))


def _middle(shape: BaseGeometry) -> Any:
    """Return a point for a symbol: the point, the middle of the longest line, inside a shape."""
    import shapely

    parts = shapely.get_parts(shape)
    if _dimension(shape) != 1:
        return shape.representative_point()
    longest = max(parts, key=lambda part: part.length)
    return longest.interpolate(0.5, normalized=True)


# ---------------------------------------------------------------- works


def _places(spotted: Sequence[Spotted], frame: Frame) -> dict[int, tuple[float, float]]:
    spots = [Spot(item.work.number, item.x, item.y) for item in spotted]
    if len(spots) > NUMBERED_MAXIMUM:
        return {spot.key: (spot.x, spot.y) for spot in spots}
    inner = frame.box.inset(_APART / 2)
    return {
        key: (min(max(x, inner.x), inner.right), min(max(y, inner.y), inner.top))
        for key, (x, y) in spread(spots, _APART).items()
    }


def _draw_works(
    pen: Pen,
    frame: Frame,
    ground: Ground,
    spotted: Sequence[Spotted],
    places: dict[int, tuple[float, float]],
) -> None:
    numbers = len(spotted) <= NUMBERED_MAXIMUM
    if numbers:
        _draw_circles(pen, frame, spotted)
    for item in spotted:
        _draw_extent(pen, item)
    for item in ground.candidates:
        shape = _on_page(frame, item.shape)
        if not shape.is_empty:
            point = _middle(shape)
            draw_symbol(pen, symbology.CANDIDATE, point.x, point.y)
    for item in spotted:
        _draw_leader(pen, item, places[item.work.number])
    for item in spotted:
        x, y = places[item.work.number]
        draw_symbol(
            pen,
            symbology.marker_of(item.work.status),
            x,
            y,
            scale=1.0 if numbers else _SMALL,
            number=str(item.work.number) if numbers else "",
        )
    # Last, so that no neighbour hides one.
    for item in spotted:
        if item.work.overdue:
            x, y = places[item.work.number]
            shift = 9.0 if numbers else 4.0
            draw_late(pen, x + shift, y + shift, 1.0 if numbers else 0.5)


def _draw_circles(pen: Pen, frame: Frame, spotted: Sequence[Spotted]) -> None:
    """Draw the circle that holds the true place of each point, to scale."""
    style = symbology.APPROXIMATE
    # Works at one place share their circle; drawn twice it would look twice as dark.
    circles = dict.fromkeys(
        (item.x, item.y, item.work.uncertainty_m * frame.per_metre)
        for item in spotted
        if item.work.uncertainty_m and item.shape.geom_type == "Point"
    )
    for x, y, radius in circles:
        with pen.look(
            fill=style.fill,
            stroke=style.stroke,
            width=style.width_px * POINTS_PER_PX * 0.8,
            dash=dash_of(style.dash),
            fill_opacity=style.fill_opacity,
        ):
            pen.canvas.setStrokeAlpha(0.75)
            pen.canvas.circle(x, y, radius, stroke=1, fill=1)


def _draw_extent(pen: Pen, item: Spotted) -> None:
    dimension = _dimension(item.shape)
    if not dimension:
        return
    marker = symbology.marker_of(item.work.status)
    colour = marker.stroke if marker.fill in ("", WHITE) else marker.fill
    style = symbology.WORK_LINE if dimension == 1 else symbology.WORK_POLYGON
    if style.casing:
        _stroke(pen, item.shape, style.casing, style.casing_width_px)
    dashed = item.work.quality == "approximate"
    if dimension == 2:
        _draw_path(pen, item.shape, style, colour, outline=False)
    _stroke(pen, item.shape, colour, style.width_px, "6 4" if dashed else "")


def _draw_leader(pen: Pen, item: Spotted, to: tuple[float, float]) -> None:
    x, y = to
    if abs(x - item.x) + abs(y - item.y) < _LEADER_FROM:
        return
    pen.rule(item.x, item.y, x, y, width=0.9, colour=_LEADER)
    with pen.look(fill=_LEADER):
        pen.canvas.circle(item.x, item.y, 1.8, stroke=0, fill=1)


# ---------------------------------------------------------------- names


def _name_all(
    pen: Pen,
    frame: Frame,
    ground: Ground,
    spotted: Sequence[Spotted],
    places: dict[int, tuple[float, float]],
    words: Words,
    room: Room,
) -> None:
    named = len(spotted) <= _NAMED_MAXIMUM
    half = _APART / 2 if len(spotted) <= NUMBERED_MAXIMUM else _APART * _SMALL / 2
    for x, y in places.values():
        room.take(Box(x - half, y - half, 2 * half, 2 * half))
    _name_areas(pen, frame, ground, words, room)
    for item in spotted if named else ():
        x, y = places[item.work.number]
        _name_point(pen, room, x, y, item.work.name, _NAME_SIZE, half + 1, INK, bold=True)
    points, lines = [], []
    for item in ground.context:
        shape = _on_page(frame, item.shape)
        if not shape.is_empty:
            (lines if _dimension(shape) else points).append((item, shape))
    for item, shape in points:
        at, size = _middle(shape), symbology.context_of(item.kind).marker.size_px * POINTS_PER_PX
        room.take(Box(at.x - size / 2, at.y - size / 2, size, size))
    for item, shape in lines:
        _name_line(pen, room, item, shape)
    for item, shape in points:
        look, at = symbology.context_of(item.kind), _middle(shape)
        gap = look.marker.size_px * POINTS_PER_PX / 2 + 2
        _name_point(pen, room, at.x, at.y, item.name, _GROUND_NAME_SIZE, gap, look.label)


def _name_areas(pen: Pen, frame: Frame, ground: Ground, words: Words, room: Room) -> None:
    """Put each area's name in a plate of its colour: on its upper edge, or where room is."""
    colours = area_colours(ground.areas)
    for item in ground.areas:
        shape = _on_page(frame, item.shape)
        if shape.is_empty:
            continue
        code = item.properties[AREA_FIELD]
        text = fonts.printable(words.code("areas", code))
        width, height = fonts.width(text, _AREA_NAME_SIZE, bold=True) + 16, _AREA_NAME_SIZE + 9
        plate = _area_plate(room, shape, width, height)
        if plate is None:
            continue
        pen.rectangle(plate, fill=colours[code], stroke=WHITE, width=0.8, radius=4)
        pen.middle_text(
            plate.x + plate.width / 2,
            plate.y + plate.height / 2,
            text,
            _AREA_NAME_SIZE,
            bold=True,
            colour=WHITE,
            align="centre",
        )


def _area_plate(room: Room, shape: BaseGeometry, width: float, height: float) -> Box | None:
    left, bottom, right, top = shape.bounds
    middle, inside = (left + right) / 2, shape.representative_point()
    for x, y in (
        (middle, top + 2),
        (left + width / 2, top + 2),
        (right - width / 2, top + 2),
        (middle, bottom - height - 2),
        (middle, top - height - 6),
        (inside.x, inside.y),
        (middle, bottom + 6),
        (right + width / 2 + 4, (top + bottom) / 2),
        (left - width / 2 - 4, (top + bottom) / 2),
        (right + width / 2 + 4, top - height),
        (left - width / 2 - 4, top - height),
        (right + width / 2 + 4, bottom),
        (left - width / 2 - 4, bottom),
    ):
        box = Box(x - width / 2, y, width, height)
        if room.is_free([box]):
            room.take(box)
            return box
    return None


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


# ---------------------------------------------------------------- arrow and bar


def _north_box(box: Box) -> Box:
    return Box(box.right - 46, box.top - 62, 36, 54)


def _draw_north(pen: Pen, box: Box, words: Words) -> None:
    plate = _north_box(box)
    pen.rectangle(plate, fill=WHITE, opacity=0.85, radius=4)
    x, top = plate.x + plate.width / 2, plate.top - 6
    pen.polygon(((x, top), (x - 8, top - 26), (x, top - 20)), fill=INK, stroke=INK)
    pen.polygon(((x, top), (x + 8, top - 26), (x, top - 20)), fill=WHITE, stroke=INK)
    pen.text(x, plate.y + 6, words("north"), 11, bold=True, align="centre")


def _bar_box(frame: Frame) -> Box:
    width = _bar_metres(frame) * frame.per_metre + 56
    return Box(frame.box.right - width - 10, frame.box.y + 10, width, 44)


def _bar_metres(frame: Frame) -> int:
    return round_length(frame.box.width * _BAR_PART / frame.per_metre)


def draw_bar(pen: Pen, frame: Frame, words: Words, *, ratio: bool) -> None:
    """Draw the scale bar: four parts, black and white, as long on paper as they say.

    Parameters
    ----------
    ratio : bool
        Whether the map's scale is written over it.
    """
    plate, metres = _bar_box(frame), _bar_metres(frame)
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


def _distance(metres: float, longest: int, *, last: bool) -> str:
    value, unit = (metres / 1000, "km") if longest >= 1000 else (metres, "m")
    return f"{value:g} {unit}" if last else f"{value:g}"
