"""Works on the map: symbols, numbers, leaders to the true place, circles of uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zymap import symbology
from zymap.sheet.content import Item, Work
from zymap.sheet.frame import Frame
from zymap.sheet.pen import POINTS_PER_PX, Pen, dash_of
from zymap.sheet.shapes import dimension, draw_path, middle, on_page, stroke
from zymap.sheet.symbols import draw_late, draw_symbol

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# More symbols than this are small, unnumbered and at their true places, not spread.
NUMBERED_MAXIMUM = 150
SMALL = 0.4
_LEADER_FROM = 3.0
_LEADER = "#334155"


@dataclass(frozen=True, slots=True)
class Spotted:
    """A work on the map: its shape on the page, and where its symbol is meant to be."""

    work: Work
    shape: BaseGeometry
    x: float
    y: float


def draw_works(
    pen: Pen,
    frame: Frame,
    candidates: Sequence[Item],
    spotted: Sequence[Spotted],
    places: Mapping[int, tuple[float, float]],
) -> None:
    """Draw candidates and works, each work's symbol where `places` puts its number."""
    numbers = len(spotted) <= NUMBERED_MAXIMUM
    if numbers:
        _draw_circles(pen, frame, spotted)
    for item in spotted:
        _draw_extent(pen, item)
    for item in candidates:
        shape = on_page(frame, item.shape)
        if not shape.is_empty:
            point = middle(shape)
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
            scale=1.0 if numbers else SMALL,
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
    dimensions = dimension(item.shape)
    if not dimensions:
        return
    marker = symbology.marker_of(item.work.status)
    colour = marker.stroke if marker.hollow else marker.fill
    style = symbology.WORK_LINE if dimensions == 1 else symbology.WORK_POLYGON
    if style.casing:
        stroke(pen, item.shape, style.casing, style.casing_width_px)
    dashed = item.work.quality == "approximate"
    if dimensions == 2:
        draw_path(pen, item.shape, style, colour, outline=False)
    stroke(pen, item.shape, colour, style.width_px, "6 4" if dashed else "")


def _draw_leader(pen: Pen, item: Spotted, to: tuple[float, float]) -> None:
    x, y = to
    if abs(x - item.x) + abs(y - item.y) < _LEADER_FROM:
        return
    pen.rule(item.x, item.y, x, y, width=0.9, colour=_LEADER)
    with pen.look(fill=_LEADER):
        pen.canvas.circle(item.x, item.y, 1.8, stroke=0, fill=1)
