"""Point symbols: shape and colour tell the status, a number inside leads to the table."""

from __future__ import annotations

import math

from zymap.sheet.pen import INK, LATE, POINTS_PER_PX, WHITE, Pen, dash_of
from zymap.symbology import Marker

# Corners, and the turn of the first one from upright, degrees.
_CORNERS = {"diamond": (4, 0), "triangle": (3, 0), "pentagon": (5, 0), "hexagon": (6, 30)}
_NUMBER_SIZE = 9.0


def draw_symbol(
    pen: Pen,
    marker: Marker,
    x: float,
    y: float,
    *,
    scale: float = 1.0,
    number: str = "",
) -> None:
    """Draw a symbol of the symbology with its middle at x, y.

    Parameters
    ----------
    number : str
        Written inside; beside a cross, which has no inside.
    """
    radius = marker.size_px * POINTS_PER_PX * scale / 2
    _draw_shape(pen, marker, x, y, radius, scale)
    if number:
        _draw_number(pen, marker, x, y, number, scale)


def draw_late(pen: Pen, x: float, y: float, scale: float = 1.0) -> None:
    """Draw the badge of what is overdue; the sign in it tells it without colour."""
    with pen.look(fill=LATE, stroke=WHITE, width=1.0 * scale):
        pen.canvas.circle(x, y, 5.2 * scale, stroke=1, fill=1)
    # Drawn, not written: it is no text of the sheet.
    with pen.look(fill=WHITE):
        pen.canvas.rect(x - 0.75 * scale, y - 0.9 * scale, 1.5 * scale, 3.9 * scale, 0, 1)
        pen.canvas.rect(x - 0.75 * scale, y - 3.2 * scale, 1.5 * scale, 1.5 * scale, 0, 1)


def _draw_shape(pen: Pen, marker: Marker, x: float, y: float, radius: float, scale: float) -> None:
    canvas, width = pen.canvas, marker.width_px * POINTS_PER_PX * scale
    if marker.shape == "cross":
        arm = radius * 0.62
        with pen.look(stroke=marker.fill, width=radius / 2):
            canvas.line(x - arm, y - arm, x + arm, y + arm)
            canvas.line(x - arm, y + arm, x + arm, y - arm)
        return
    opacity = 1.0 if marker.fill else 0.6
    with pen.look(
        fill=marker.fill or WHITE,
        stroke=marker.stroke,
        width=width,
        dash=dash_of(marker.dash),
        fill_opacity=opacity,
    ):
        if marker.shape == "circle":
            canvas.circle(x, y, radius - 0.7 * scale, stroke=1, fill=1)
        elif marker.shape == "square":
            side = 2 * radius - 1.5 * scale
            canvas.roundRect(x - side / 2, y - side / 2, side, side, side / 6, stroke=1, fill=1)
        else:
            canvas.drawPath(_polygon(pen, marker.shape, x, y, radius), stroke=1, fill=1)


def _polygon(pen: Pen, shape: str, x: float, y: float, radius: float) -> object:
    corners, turn = _CORNERS[shape]
    path = pen.canvas.beginPath()
    for index in range(corners):
        angle = math.radians(90 - turn - index * 360 / corners)
        to = path.lineTo if index else path.moveTo
        to(x + radius * math.cos(angle), y + radius * math.sin(angle))
    path.close()
    return path


def _draw_number(pen: Pen, marker: Marker, x: float, y: float, number: str, scale: float) -> None:
    size = _NUMBER_SIZE * scale * (1.0 if len(number) < 3 else 0.9)
    if marker.shape == "cross":
        pen.middle_text(x + marker.size_px * 0.45 * scale, y, number, size, bold=True, colour=INK)
        return
    down = 1.6 * scale if marker.shape == "triangle" else 0
    pen.middle_text(x, y - down, number, size, bold=True, colour=marker.ink, align="centre")
