"""A small picture of the whole district that tells which part of it the map shows."""

from __future__ import annotations

from zymap import symbology
from zymap.sheet.content import Ground
from zymap.sheet.frame import Box, Frame
from zymap.sheet.pen import INK_2, LATE, LINE_STRONG, WHITE, Pen
from zymap.sheet.shapes import trace

_LONGEST = 112.0
_PAD = 7.0


def locator_box(frame: Frame, ground: Ground) -> Box | None:
    """Return where the picture stands on the map; None where the map shows the whole district."""
    import shapely

    district = [item.shape for item in ground.boundary]
    seen = frame.ground()
    if all(seen.contains(shape) for shape in district):
        return None
    left, bottom, right, top = shapely.total_bounds([frame.place(shape) for shape in district])
    scale = _LONGEST / max(right - left, top - bottom)
    width, height = (right - left) * scale + 2 * _PAD, (top - bottom) * scale + 2 * _PAD
    return Box(frame.box.x + 8, frame.box.top - 8 - height, width, height)


def draw_locator(pen: Pen, box: Box, frame: Frame, ground: Ground) -> None:
    """Draw the district, and the map's edge in it, inside the box that `locator_box` returned."""
    import shapely

    district = [frame.place(item.shape) for item in ground.boundary]
    left, bottom, right, _ = shapely.total_bounds(district)
    scale = (box.width - 2 * _PAD) / (right - left)
    pen.rectangle(box, fill=WHITE, stroke=LINE_STRONG, opacity=0.94, radius=4)
    canvas = pen.canvas
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(box.x, box.y, box.width, box.height)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.translate(box.x + _PAD, box.y + _PAD)
    canvas.scale(scale, scale)
    canvas.translate(-left, -bottom)
    for shape in district:
        with pen.look(fill=symbology.GROUND, stroke=INK_2, width=0.8 / scale):
            canvas.drawPath(trace(pen, shape), stroke=1, fill=1, fillMode=0)
    pen.rectangle(frame.box, stroke=LATE, width=1.4 / scale)
    canvas.restoreState()
