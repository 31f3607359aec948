"""A bounding box in WGS 84 lon, lat.

Standard: OGC 17-069r4, 7.15.3 (parameter bbox), RFC 7946 clause 5 (antimeridian).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zymap.errors import InvalidRequest

# Stricter than float(): no "1_0", no "inf", no full-width or Arabic digits, no blanks.
_NUMBERS = re.compile(r"[\d.eE+,-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class BBox:
    """West, south, east, north in degrees (OGC:CRS84); west > east crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def parts(self) -> tuple[BBox, ...]:
        """Return the box as one box, or as two where it crosses the antimeridian."""
        if self.west <= self.east:
            return (self,)
        return (
            BBox(self.west, self.south, 180.0, self.north),
            BBox(-180.0, self.south, self.east, self.north),
        )

    def as_list(self) -> list[float]:
        """Return [west, south, east, north], the order of GeoJSON and OGC."""
        return [self.west, self.south, self.east, self.north]


def box_shape(west: float, south: float, east: float, north: float) -> Any:
    """Return a box that crosses no seam as a geometry: a line or a point if it has no area.

    GEOS, but for its newest version, finds nothing that meets a polygon without one.
    """
    import shapely

    corners = [(west, south), (east, north)]
    if west == east and south == north:
        return shapely.Point(corners[0])
    if west == east or south == north:
        return shapely.LineString(corners)
    return shapely.box(west, south, east, north)


def bounds_of(boxes: Iterable[BBox | None]) -> BBox | None:
    """Return the smallest box around boxes that do not cross the antimeridian; None for none.

    None among the boxes stands for something that is nowhere.
    """
    sides = [box.as_list() for box in boxes if box is not None]
    if not sides:
        return None
    west, south, east, north = zip(*sides, strict=True)
    return BBox(min(west), min(south), max(east), max(north))


def parse_bbox(text: str) -> BBox:
    """Parse the parameter ``bbox``: four numbers, or six of which the heights are passed over.

    Raises
    ------
    InvalidRequest
        Not four or six finite numbers, a latitude beyond ±90, a longitude beyond ±180, or
        south above north.
    """
    return check_bbox(BBox(*parse_corners(text)))


def parse_corners(text: str) -> tuple[float, float, float, float]:
    """Parse the numbers of ``bbox``: the low corner's two, the high corner's two; no heights.

    Raises
    ------
    InvalidRequest
        Not four or six finite numbers.
    """
    numbers = parse_numbers("bbox", text)
    if len(numbers) == 6:
        del numbers[5], numbers[2]
    if len(numbers) != 4:
        raise _invalid(f"needs 4 or 6 numbers, has {len(numbers)}")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def check_bbox(box: BBox) -> BBox:
    """Return the box if it lies on the globe, its south not above its north.

    Raises
    ------
    InvalidRequest
        It does not.
    """
    west, south, east, north = box.west, box.south, box.east, box.north
    if not (abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90):
        raise _invalid("is beyond ±180, ±90 degrees (order: west, south, east, north)")
    if south > north:
        raise _invalid("south is above north (order: west, south, east, north)")
    return box


def parse_numbers(parameter: str, text: str) -> list[float]:
    """Parse finite numbers with commas between them.

    Raises
    ------
    InvalidRequest
        Something else stands there.
    """
    try:
        numbers = list(map(float, text.split(",")))
    except ValueError:
        pass
    else:
        if _NUMBERS.fullmatch(text) and all(map(math.isfinite, numbers)):
            return numbers
    raise InvalidRequest(
        f"{parameter} is not a list of finite numbers with commas", parameter=parameter
    )


def _invalid(reason: str) -> InvalidRequest:
    return InvalidRequest(f"bbox {reason}", parameter="bbox")
