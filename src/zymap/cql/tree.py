"""The checked tree of a filter: four kinds of node, each with the type of its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zymap.bbox import BBox

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


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry literal, WGS 84 lon, lat.

    Attributes
    ----------
    parts : tuple of BBox
        Boxes that together bound it: two where it crosses the antimeridian.
    is_box : bool
        True if it is its bounds, to the last point.
    """

    wkb: bytes
    parts: tuple[BBox, ...]
    is_box: bool

    @property
    def type(self) -> Type:
        """The type of its value."""
        return "geometry"


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
