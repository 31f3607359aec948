"""Filters that are asked again at another place, as a map does that is moved about.

All of such a filter but its box or polygon is parsed and checked once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zymap.bbox import BBox
from zymap.cql.filter import LANGUAGES, Filter, parse_filter
from zymap.cql.shapes import read_box, read_wkt
from zymap.cql.tree import Call, Node, Shape, Type
from zymap.crs import CRS84
from zymap.errors import ZymapError

FRAMES_REMEMBERED = 64
# As programs write them; what is written otherwise is parsed as it stands.
_NUMBER = r"(-?\d{1,3}(?:\.\d{1,15})?)"
_BOX = rf"BBOX\({','.join([_NUMBER] * 4)}\)"
_RING = r"\([-\d., ]*+\)"
_POLYGON = rf"(?P<wkt>POLYGON ?\({_RING}(?:, ?{_RING})*+\))"
# Behind a letter it would be a part of a name.
_PLACE = re.compile(rf"(?<![\w:.])(?:{_BOX}|{_POLYGON})", re.IGNORECASE)
# It stands for any place.
_STAND_IN = BBox(-0.125, -0.25, 0.125, 0.25)
_STAND_IN_TEXT = f"BBOX({','.join(map(str, _STAND_IN.as_list()))})"


@dataclass(frozen=True, slots=True)
class _Frame:
    """A checked tree, and the numbers of the operands that lead to its place."""

    predicate: Node
    path: Sequence[int]


class FilterReader:
    """Reads filters in CQL2 text, with geometries in OGC:CRS84.

    Parameters
    ----------
    queryables : mapping of name to type
        What the filters may name.
    """

    def __init__(self, queryables: Mapping[str, Type]) -> None:
        self._queryables = queryables
        self._frame = lru_cache(FRAMES_REMEMBERED)(self._made)

    def read(self, text: str) -> Filter:
        """Return what `zymap.cql.parse_filter` does, and raise what it raises."""
        place = _PLACE.search(text)
        if place is None:
            return parse_filter(text, self._queryables)
        frame = self._frame(f"{text[: place.start()]}{_STAND_IN_TEXT}{text[place.end() :]}")
        if frame is None:
            return parse_filter(text, self._queryables)
        *corners, wkt = place.groups()
        shape = read_wkt(wkt, CRS84) if wkt else read_box(list(map(float, corners)), CRS84)
        return Filter(text, LANGUAGES[0], CRS84, _with(frame.predicate, frame.path, shape))

    def _made(self, text: str) -> _Frame | None:
        """Return the frame of a filter; None if it is wrong, or the place is none in the tree."""
        try:
            predicate = parse_filter(text, self._queryables).predicate
        except ZymapError:
            return None
        paths = list(_paths(predicate))
        # Within a text there is no place; and somebody may have asked for just this one beside it.
        return _Frame(predicate, paths[0]) if len(paths) == 1 else None


def _paths(node: Node) -> Sequence[Sequence[int]]:
    """Return the ways to the shapes that are the stand-in."""
    if isinstance(node, Shape):
        return [()] if node.is_box and node.parts == (_STAND_IN,) else []
    operands = node.args if isinstance(node, Call) else ()
    return [(number, *path) for number, item in enumerate(operands) for path in _paths(item)]


def _with(node: Node, path: Sequence[int], shape: Shape) -> Node:
    """Return a tree with a shape where a path leads to."""
    if not path or not isinstance(node, Call):
        return shape
    number, *further = path
    filled = _with(node.args[number], further, shape)
    return Call(node.type, node.op, (*node.args[:number], filled, *node.args[number + 1 :]))
