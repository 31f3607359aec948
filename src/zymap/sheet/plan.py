"""The map: works on the ground, with their names, true to scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zymap.bbox import BBox
from zymap.sheet.content import Ground, Work
from zymap.sheet.frame import Box, Frame, rectangle
from zymap.sheet.furniture import draw_bar, draw_north
from zymap.sheet.ground import draw_ground
from zymap.sheet.locator import draw_locator, locator_box
from zymap.sheet.names import name_areas, name_context, name_works
from zymap.sheet.pen import INK_2, Pen
from zymap.sheet.room import Room
from zymap.sheet.shapes import middle, on_page
from zymap.sheet.spread import Spot, spread
from zymap.sheet.words import Words
from zymap.sheet.works import NUMBERED_MAXIMUM, SMALL, Spotted, draw_works

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_NAMED_MAXIMUM = 60
_APART = 25.0
_METRES_PER_DEGREE = 111_000


def spot_works(frame: Frame, works: Sequence[Work]) -> list[Spotted]:
    """Return the works that the map shows, in their order."""
    import shapely

    within = frame.ground()
    found = []
    for work in works:
        # Asked in degrees first: far from the map the plane has no coordinates.
        if work.shape is None or not shapely.intersects(within, work.shape):
            continue
        shape = on_page(frame, work.shape)
        if not shape.is_empty:
            point = middle(shape)
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
    *,
    alone: bool,
) -> None:
    """Draw the map with its names, arrow and bar.

    Parameters
    ----------
    alone : bool
        A picture that may be printed at any size: its bar holds, a ratio would not; and it is
        what was in view, so no locator tells where that is.
    """
    canvas = pen.canvas
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(frame.box.x, frame.box.y, frame.box.width, frame.box.height)
    canvas.clipPath(clip, stroke=0, fill=0)
    room = Room(frame.box.inset(4))
    draw_ground(pen, frame, ground)
    # Under the works, so that it hides none of them.
    room.take(draw_north(pen, frame.box, words))
    room.take(draw_bar(pen, frame, words, ratio=not alone))
    corner = None if alone else locator_box(frame, ground)
    if corner is not None:
        room.take(corner)
        draw_locator(pen, corner, frame, ground)
    places = _places(spotted, frame)
    draw_works(pen, frame, ground.candidates, spotted, places)
    half = _APART / 2 if len(spotted) <= NUMBERED_MAXIMUM else _APART * SMALL / 2
    for x, y in places.values():
        room.take(Box(x - half, y - half, 2 * half, 2 * half))
    name_areas(pen, frame, ground.areas, words, room)
    if len(spotted) <= _NAMED_MAXIMUM:
        named = [(item.work.name, *places[item.work.number]) for item in spotted]
        name_works(pen, room, named, half + 1)
    name_context(pen, frame, ground.context, room)
    canvas.restoreState()
    pen.rectangle(frame.box, stroke=INK_2, width=0.8)


def _places(spotted: Sequence[Spotted], frame: Frame) -> dict[int, tuple[float, float]]:
    spots = [Spot(item.work.number, item.x, item.y) for item in spotted]
    if len(spots) > NUMBERED_MAXIMUM:
        return {spot.key: (spot.x, spot.y) for spot in spots}
    inner = frame.box.inset(_APART / 2)
    return {
        key: (min(max(x, inner.x), inner.right), min(max(y, inner.y), inner.top))
        for key, (x, y) in spread(spots, _APART).items()
    }
