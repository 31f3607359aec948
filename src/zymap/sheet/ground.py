"""The ground under the works: boundary, water, streets, key areas, points for orientation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zymap import symbology
from zymap.catalog import AREA_FIELD
from zymap.sheet.content import Ground, Item
from zymap.sheet.frame import Frame
from zymap.sheet.pen import Pen
from zymap.sheet.shapes import dimension, draw_path, middle, on_page, stroke
from zymap.sheet.symbols import draw_symbol

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def draw_ground(pen: Pen, frame: Frame, ground: Ground) -> None:
    """Draw what lies under the works."""
    pen.rectangle(frame.box, fill=symbology.GROUND)
    for item in ground.boundary:
        draw_path(pen, on_page(frame, item.shape), symbology.BOUNDARY, outline=False)
    context = [
        (symbology.context_of(item.kind), on_page(frame, item.shape)) for item in ground.context
    ]
    _draw_streets_and_water(pen, [(look.path, shape) for look, shape in context])
    colours = area_colours(ground.areas)
    for item in ground.areas:
        schematic = item.properties.get("boundary_status") != "documented"
        style = symbology.AREA_SCHEMATIC if schematic else symbology.AREA
        draw_path(pen, on_page(frame, item.shape), style, colours[item.properties[AREA_FIELD]])
    for item in ground.boundary:
        style = symbology.BOUNDARY
        stroke(pen, on_page(frame, item.shape), style.stroke, style.width_px, style.dash)
    for look, shape in context:
        if dimension(shape) == 0 and not shape.is_empty:
            point = middle(shape)
            draw_symbol(pen, look.marker, point.x, point.y, scale=0.9)


def _draw_streets_and_water(
    pen: Pen, context: Sequence[tuple[symbology.Path, BaseGeometry]]
) -> None:
    drawn = [(path, shape) for path, shape in context if dimension(shape) > 0]
    cased = [(path, shape) for path, shape in drawn if path.casing]
    for path, shape in drawn:
        if not path.casing:
            draw_path(pen, shape, path)
    # All edges first: where two streets cross, no edge runs over the other street.
    for path, shape in cased:
        stroke(pen, shape, path.casing, path.casing_width_px)
    for path, shape in cased:
        draw_path(pen, shape, path)


def area_colours(areas: Sequence[Item]) -> dict[str, str]:
    """Return the colour of each area: alone in the symbology's first, else one each."""
    colours = symbology.AREA_COLOURS
    codes = dict.fromkeys(item.properties[AREA_FIELD] for item in areas)
    return {code: colours[place % len(colours)] for place, code in enumerate(codes)}
