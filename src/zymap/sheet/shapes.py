"""Shapes on the page: paths, hatches, and where in a shape its symbol stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zymap import symbology
from zymap.sheet.frame import Box, Frame
from zymap.sheet.pen import POINTS_PER_PX, Pen, dash_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_HATCH_GAP = 7.0


def on_page(frame: Frame, shape: BaseGeometry) -> BaseGeometry:
    """Return a shape on the page, without what lies far outside the map."""
    import shapely

    box = frame.box.inset(-40)
    placed = frame.place(shape)
    if placed.geom_type == "Point":
        return shapely.clip_by_rect(placed, *_corners(frame.box))
    return shapely.clip_by_rect(placed, *_corners(box))


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.right, box.top


def dimension(shape: BaseGeometry) -> int:
    """Return 0 for points, 1 for lines, 2 for areas, -1 for nothing."""
    import shapely

    return int(shapely.get_dimensions(shape))


def middle(shape: BaseGeometry) -> Any:
    """Return a point for a symbol: the point, the middle of the longest line, inside a shape."""
    import shapely

    parts = shapely.get_parts(shape)
    if dimension(shape) != 1:
        return shape.representative_point()
    longest = max(parts, key=lambda part: part.length)
    return longest.interpolate(0.5, normalized=True)


def draw_path(
    pen: Pen, shape: BaseGeometry, path: symbology.Path, colour: str = "", *, outline: bool = True
) -> None:
    """Draw a line or a shape as the symbology says, in `colour` where one is given."""
    line, fill = colour or path.stroke, path.fill and (colour or path.fill)
    if fill and dimension(shape) == 2:
        with pen.look(fill=fill, fill_opacity=path.fill_opacity):
            pen.canvas.drawPath(trace(pen, shape), stroke=0, fill=1, fillMode=0)
    if path.hatch:
        draw_hatch(pen, shape, line)
    if outline:
        stroke(pen, shape, line, path.width_px, path.dash)


def stroke(pen: Pen, shape: BaseGeometry, colour: str, width_px: float, dash: str = "") -> None:
    """Draw a line, or a shape's outline."""
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
