"""The place that a question asks for, put where finding it is cheap: in its box.

A ring, or a filter's S_INTERSECTS that every match must fulfil, is a box with an exact shape, as
one in metres is. What a question finds stays the same.
"""

from __future__ import annotations

from dataclasses import replace

from zymap.bbox import BBox
from zymap.cql import Call, Filter, Node, Shape
from zymap.planebox import Outline
from zymap.query import Query


def placed(query: Query) -> Query:
    """Return a question that has its place in its box, if it names one and has no box yet."""
    if query.bbox is not None or query.located is False:
        return query
    if query.polygon:
        return replace(query, polygon=(), bbox=_ring(query.polygon), located=True)
    if query.filter is None:
        return query
    asked = query.filter.predicate
    parts = asked.args if isinstance(asked, Call) and asked.op == "and" else (asked,)
    for number, part in enumerate(parts):
        box = _box_of(part)
        if box is not None:
            rest = (*parts[:number], *parts[number + 1 :])
            return replace(query, bbox=box, located=True, filter=_all_of(rest, query.filter))
    return query


def _box_of(node: Node) -> BBox | None:
    """Return what must be met for a predicate to be true, if that is all that it says."""
    if not isinstance(node, Call) or node.op != "s_intersects":
        return None
    shape, other = node.args
    if not isinstance(shape, Shape) or isinstance(other, Shape) or len(shape.parts) != 1:
        return None
    (bounds,) = shape.parts
    return bounds if shape.is_box else _outline(bounds, shape.wkb)


def _all_of(predicates: tuple[Node, ...], asked: Filter) -> Filter | None:
    if not predicates:
        return None
    left = predicates[0] if len(predicates) == 1 else Call("boolean", "and", predicates)
    # The text stands for the tree, and nobody wrote this one.
    return Filter(repr(left), "tree", asked.crs, left)


def _ring(ring: tuple[tuple[float, float], ...]) -> Outline:
    import shapely

    shape = shapely.Polygon(ring)
    return _outline(BBox(*shape.bounds), shapely.to_wkb(shape))


def _outline(bounds: BBox, wkb: bytes) -> Outline:
    return Outline(bounds.west, bounds.south, bounds.east, bounds.north, wkb, inner=None)
