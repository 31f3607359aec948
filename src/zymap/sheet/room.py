"""Where on the map there is room for a name: first come, first served, in a fixed order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from zymap.sheet.frame import Box

if TYPE_CHECKING:
    from shapely.geometry import LineString

_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.14, 0.86)
_STRAIGHT = 0.97
_LINE = 1.3


class Slant(NamedTuple):
    """A place on a line: its middle, and its slope in degrees from -90 to 90."""

    x: float
    y: float
    angle: float


class Room:
    """The map's rectangle and what of it is taken.

    Parameters
    ----------
    box : Box
        Nothing may reach beyond it.
    """

    def __init__(self, box: Box) -> None:
        self._box = box
        self._taken: list[Box] = []

    def take(self, box: Box) -> None:
        """Keep a rectangle free of names."""
        self._taken.append(box)

    def covers(self, x: float, y: float) -> bool:
        """Return whether something taken stands on a point."""
        return any(box.x < x < box.right and box.y < y < box.top for box in self._taken)

    def is_free(self, boxes: Sequence[Box]) -> bool:
        """Return whether the rectangles are inside the map and touch nothing that is taken."""
        return all(
            self._holds(box) and not any(_overlap(box, other) for other in self._taken)
            for box in boxes
        )

    def _holds(self, box: Box) -> bool:
        whole = self._box
        return (
            whole.x <= box.x
            and box.right <= whole.right
            and whole.y <= box.y
            and box.top <= whole.top
        )

    def beside(self, x: float, y: float, width: float, size: float, gap: float) -> Box | None:
        """Take room beside a point for a line of text: right of it, left, above, below, aslant."""
        height = size * _LINE
        for box in _beside(x, y, width, height, gap):
            if self.is_free([box]):
                self.take(box)
                return box
        return None

    def along(self, line: LineString, length: float, size: float) -> Slant | None:
        """Take room on a line for a text of `length`; none where the line bends too much."""
        for part in _ALONG:
            slant = _slant(line, part * line.length, length)
            if slant is None:
                continue
            boxes = _boxes_along(slant, length, size)
            if self.is_free(boxes):
                self._taken += boxes
                return slant
        return None


def _beside(x: float, y: float, width: float, height: float, gap: float) -> Iterator[Box]:
    yield Box(x + gap, y - height / 2, width, height)
    yield Box(x - gap - width, y - height / 2, width, height)
    yield Box(x - width / 2, y + gap, width, height)
    yield Box(x - width / 2, y - gap - height, width, height)
    near = gap * 0.6
    for down in (near, -near - height):
        yield Box(x + near, y + down, width, height)
        yield Box(x - near - width, y + down, width, height)


def _overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.top and other.y < one.top


def _slant(line: LineString, at: float, length: float) -> Slant | None:
    if at - length / 2 < 0 or at + length / 2 > line.length:
        return None
    first, middle, last = (line.interpolate(at + part * length) for part in (-0.5, 0.0, 0.5))
    across, up = last.x - first.x, last.y - first.y
    if math.hypot(across, up) < length * _STRAIGHT:
        return None
    angle = math.degrees(math.atan2(up, across))
    angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
    x, y = (middle.x + (first.x + last.x) / 2) / 2, (middle.y + (first.y + last.y) / 2) / 2
    return Slant(x, y, angle)


def _boxes_along(slant: Slant, length: float, size: float) -> list[Box]:
    """Return small squares that cover a slanted text."""
    count = max(math.ceil(length / size), 1)
    turn, half = math.radians(slant.angle), size * 0.65
    steps = [(index - (count - 1) / 2) * length / count for index in range(count)]
    return [
        Box(
            slant.x + step * math.cos(turn) - half,
            slant.y + step * math.sin(turn) - half,
            2 * half,
            2 * half,
        )
        for step in steps
    ]
