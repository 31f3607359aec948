"""The checked tree of a filter: four kinds of node, each with the type of its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from zymap.bbox import BBox, box_shape

Type = Literal["boolean", "number", "string", "date", "timestamp", "array", "geometry"]


@dataclass(frozen=True, slots=True)
class Value:
    """A literal. Dates are ISO dates, timestamps ISO instants in UTC with microseconds."""

    type: Type
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Property:
    """A queryable."""

    type: Type
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Shape:
    """A geometry literal, WGS 84 lon, lat.

    Attributes
    ----------
    parts : tuple of BBox
        Boxes that together bound it: two where it crosses the antimeridian.
    drawn : shapely geometry or None
        None if it is its bounds, to the last point.
    """

    parts: tuple[BBox, ...]
    drawn: Any = None

    def __repr__(self) -> str:
        """Return its parts, and all of its geometry: texts of filters are told apart by it."""
        return f"Shape({self.parts}, {'' if self.is_box else self.wkb.hex()})"

    @property
    def type(self) -> Type:
        """The type of its value."""
        return "geometry"

    @property
    def is_box(self) -> bool:
        """Whether it is its bounds, to the last point."""
        return self.drawn is None

    @property
    def geometry(self) -> Any:
        """The shapely geometry. It is shared by threads: who prepares it prepares a copy."""
        import shapely

        if self.drawn is not None:
            return self.drawn
        boxes = [box_shape(*part.as_list()) for part in self.parts]
        return boxes[0] if len(boxes) == 1 else shapely.union_all(boxes)

    @property
    def wkb(self) -> bytes:
        """Its geometry in WKB, without heights."""
        import shapely

        return shapely.to_wkb(self.geometry, output_dimension=2)


@dataclass(frozen=True, slots=True)
class Call:
    """An operator with its operands.

    `op` is that of CQL2 JSON in small letters, with these normal forms: a spatial operator on a
    property and a literal has the literal first, ``s_disjoint`` is ``not`` of ``s_intersects``, a
    temporal operator has the four ends of its two intervals, ``like`` has a pattern in GLOB's
    notation.
    """

    type: Type
    op: str
    args: tuple[Node, ...]


Node = Value | Property | Shape | Call
