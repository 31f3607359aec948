"""The sheet's ink: its colours, and a canvas that writes and draws in them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from zymap.sheet import fonts
from zymap.sheet.frame import Box

INK = "#17233a"
INK_2 = "#41506a"
INK_3 = "#5a687f"
LINE = "#dce2eb"
LINE_STRONG = "#b9c4d3"
TINT = "#f4f6fa"
BRAND = "#1c4fb4"
LATE = "#a3122a"
WHITE = "#ffffff"

# Symbology is in px of 1/96 inch, the page in points of 1/72.
POINTS_PER_PX = 0.75
# From the middle of a line of text down to its baseline, as a part of its size.
_DROP = 0.36

Align = Literal["left", "centre", "right"]


class Pen:
    """A page to draw on.

    Parameters
    ----------
    canvas : reportlab.pdfgen.canvas.Canvas
        The origin is the lower left corner.
    """

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        fonts.register()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Align = "left",
    ) -> float:
        """Write printable text with its baseline at `y`; return its width."""
        width = fonts.width(text, size, bold=bold)
        self.canvas.setFont(fonts.BOLD if bold else fonts.REGULAR, size)
        self.canvas.setFillColor(_colour(colour))
        left = x - {"left": 0.0, "centre": width / 2, "right": width}[align]
        self.canvas.drawString(left, y, text)
        return width

    def middle_text(self, x: float, y: float, text: str, size: float, **how: Any) -> float:
        """Write text whose letters stand evenly above and below `y`; return its width."""
        return self.text(x, y - size * _DROP, text, size, **how)

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, *, width: float = 0.6, colour: str = LINE
    ) -> None:
        """Draw a straight line."""
        self.canvas.setStrokeColor(_colour(colour))
        self.canvas.setLineWidth(width)
        self.canvas.line(x1, y1, x2, y2)

    def rectangle(
        self,
        box: Box,
        *,
        fill: str = "",
        stroke: str = "",
        width: float = 0.6,
        opacity: float = 1.0,
        radius: float = 0.0,
    ) -> None:
        """Draw a rectangle; an empty colour draws nothing."""
        with self.look(fill=fill, stroke=stroke, width=width, fill_opacity=opacity):
            self.canvas.roundRect(
                box.x, box.y, box.width, box.height, radius, stroke=bool(stroke), fill=bool(fill)
            )

    def polygon(self, points: Sequence[tuple[float, float]], *, fill: str, stroke: str) -> None:
        """Draw a closed shape."""
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        with self.look(fill=fill, stroke=stroke, width=0.6):
            self.canvas.drawPath(path, fill=1, stroke=1)

    @contextmanager
    def look(
        self,
        *,
        fill: str = "",
        stroke: str = "",
        width: float = 1.0,
        dash: Sequence[float] = (),
        fill_opacity: float = 1.0,
    ) -> Generator[None]:
        """Draw in these colours, and go back to what was before."""
        self.canvas.saveState()
        if fill:
            self.canvas.setFillColor(_colour(fill))
            self.canvas.setFillAlpha(fill_opacity)
        if stroke:
            self.canvas.setStrokeColor(_colour(stroke))
            self.canvas.setLineWidth(width)
            self.canvas.setLineJoin(1)
            self.canvas.setDash(list(dash))
        yield
        self.canvas.restoreState()


def dash_of(text: str) -> tuple[float, ...]:
    """Return an SVG dash array (px) in points."""
    return tuple(float(part) * POINTS_PER_PX for part in text.split())


def _colour(text: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(text)
