"""Where on the paper a place on the ground is: one uniform scale in a metric CRS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zymap.bbox import BBox
from zymap.errors import InvalidRequest
from zymap.plane import Plane, plane_at

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

POINTS_PER_METRE = 72 / 0.0254
# Wider, and the plane would be true to less than 1 in 300.
EXTENT_MAXIMUM_DEG = 6.0
_MANTISSAS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
_SMALLEST_SCALE = 500
# A single point has no extent: its neighbourhood is shown.
_LONE_SCALE = 5_000
_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in units of the page; `y` is the lower edge."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y + self.height

    def as_shape(self) -> BaseGeometry:
        """Return the rectangle as a shape."""
        import shapely

        return shapely.box(self.x, self.y, self.right, self.top)

    def inset(self, by: float) -> Box:
        """Return the rectangle without a border of width `by`."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True, slots=True)
class Frame:
    """A map's rectangle on the page and the ground that it shows.

    Attributes
    ----------
    box : Box
        Where on the page the map is.
    plane : Plane
        The metric CRS.
    middle : tuple of float
        Easting, northing in metres at the middle of the box.
    scale : int
        The map is 1 : `scale` on paper.
    per_metre : float
        Units of the page for a metre on the ground.
    """

    box: Box
    plane: Plane
    middle: tuple[float, float]
    scale: int
    per_metre: float

    def place(self, geometry: BaseGeometry) -> BaseGeometry:
        """Turn a shape in WGS 84 lon, lat into units of the page."""
        import shapely

        return shapely.transform(self.plane.to_metres(geometry), self._to_page)

    def ground(self) -> BaseGeometry:
        """Return `bbox` as a shape."""
        return rectangle(self.bbox())

    def bbox(self) -> BBox:
        """Return the box in WGS 84 round all that the map shows."""
        import numpy as np

        east, north = self.middle
        half = (self.box.width / 2 / self.per_metre, self.box.height / 2 / self.per_metre)
        steps = np.linspace(-1, 1, 9)
        across, up = np.meshgrid(east + half[0] * steps, north + half[1] * steps)
        degrees = self.plane.to_degrees(np.column_stack((across.ravel(), up.ravel())))
        west, south = degrees.min(axis=0)
        right, top = degrees.max(axis=0)
        return BBox(float(west), float(south), float(right), float(top))

    def _to_page(self, metres: Any) -> Any:
        import numpy as np

        middle = (self.box.x + self.box.width / 2, self.box.y + self.box.height / 2)
        return (metres - np.array(self.middle)) * self.per_metre + np.array(middle)


def rectangle(bbox: BBox) -> BaseGeometry:
    """Return a box as a shape."""
    import shapely

    return shapely.box(bbox.west, bbox.south, bbox.east, bbox.north)


def fit(box: Box, shapes: Sequence[BaseGeometry], unit: float, *, snug: bool = False) -> Frame:
    """Return the frame that shows all of `shapes` at the largest round scale.

    Parameters
    ----------
    shapes : sequence of shapely geometries
        WGS 84 lon, lat; at least one.
    unit : float
        Points (1/72 inch) in a unit of the page.
    snug : bool
        Without the margin round the shapes, and at any whole scale.

    Raises
    ------
    InvalidRequest
        The shapes are farther apart than a plan can show true to scale.
    """
    import shapely

    west, south, east, north = shapely.total_bounds(list(shapes))
    if max(east - west, north - south) > EXTENT_MAXIMUM_DEG:
        raise InvalidRequest(
            f"the map would span more than {EXTENT_MAXIMUM_DEG:.0f} degrees; ask for a view",
            parameter="view",
        )
    plane = plane_at(float(west + east) / 2)
    outline = rectangle(BBox(west, south, east, north))
    if snug:
        flat = plane.to_metres(shapely.segmentize(outline, max(east - west, 1e-6) / 16))
    else:
        flat = shapely.GeometryCollection([plane.to_metres(shape) for shape in shapes])
    left, bottom, right, top = flat.bounds
    margin = 1 if snug else 1 - 2 * _MARGIN
    metres = max((right - left) / box.width, (top - bottom) / box.height) / margin
    wanted = metres * POINTS_PER_METRE / unit
    scale = math.ceil(max(wanted, _SMALLEST_SCALE)) if snug else _round_scale(wanted)
    middle = ((left + right) / 2, (bottom + top) / 2)
    return Frame(box, plane, middle, scale, POINTS_PER_METRE / unit / scale)


def _round_scale(wanted: float) -> int:
    if wanted <= 0:
        return _LONE_SCALE
    power = 10 ** math.floor(math.log10(wanted))
    found = next((m * power for m in _MANTISSAS if m * power >= wanted), 10 * power)
    return max(round(found), _SMALLEST_SCALE)


def round_length(longest: float) -> int:
    """Return the greatest of 1, 2, 5, 10, … metres that is no longer than `longest`."""
    whole = max(int(longest), 1)
    power = 10 ** (len(str(whole)) - 1)
    return max(m * power for m in (1, 2, 5) if m * power <= whole)
