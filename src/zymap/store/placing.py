"""The place that a question asks for, told apart from what else it asks.

A ring, or a filter's S_INTERSECTS that every match must fulfil, is a box with an exact shape, as
one in metres is: so the database finds it cheaply. In memory, any relation to a shape is a place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from zymap.bbox import BBox
from zymap.cql import Call, Filter, Node, Property, Shape
from zymap.planebox import Outline, PlaneBox
from zymap.query import Query


@dataclass(frozen=True, slots=True)
class Relation:
    """What a shape must be to a feature; to one without a geometry it is nothing.

    Attributes
    ----------
    name : str
        As shapely has it, the shape first.
    negated : bool
        Whether the shape must not be so.
    """

    name: str
    shape: Shape
    negated: bool = False


Place = BBox | Relation


def placed(query: Query) -> Query:
    """Return a question that has its place in its box, if it names one and has no box yet."""
    if query.bbox is not None or query.located is False:
        return query
    if query.polygon:
        return replace(query, polygon=(), bbox=_ring(query.polygon), located=True)
    for number, part in enumerate(_parts(query.filter)):
        box = _box_of(part)
        if box is not None:
            return replace(query, bbox=box, located=True, filter=_without(query.filter, number))
    return query


def apart(query: Query) -> tuple[Place | None, Query]:
    """Return the place that a question asks for, and the question for what matches anywhere."""
    box, rest = query.bbox, query.filter
    if isinstance(box, PlaneBox):
        raise TypeError("the store must say a box in WGS 84 first: zymap.planebox.outline")
    if isinstance(box, Outline):
        place = Relation("intersects", Shape(box.wkb, box.parts(), is_box=False))
    elif box is not None:
        place = box
    else:
        place, rest = _related(rest)
    if place is None:
        return None, query
    return place, replace(
        query, bbox=None, located=None, filter=rest, after=None, limit=None, sort=()
    )


def _related(asked: Filter | None) -> tuple[Relation | None, Filter | None]:
    """Return a relation that every match of a filter must have, and the rest of the filter."""
    found = [
        (relation.negated, number, relation)
        for number, part in enumerate(_parts(asked))
        if (relation := _relation_of(part)) is not None
    ]
    if not found:
        return None, asked
    # What is not so is much, mostly.
    _, number, relation = min(found, key=lambda item: item[:2])
    return relation, _without(asked, number)


def _parts(asked: Filter | None) -> tuple[Node, ...]:
    """Return conditions that a filter has all of."""
    if asked is None:
        return ()
    node = asked.predicate
    return node.args if isinstance(node, Call) and node.op == "and" else (node,)


def _without(asked: Filter | None, number: int) -> Filter | None:
    """Return a filter without one of its parts."""
    parts = _parts(asked)
    left = (*parts[:number], *parts[number + 1 :])
    if asked is None or not left:
        return None
    predicate = left[0] if len(left) == 1 else Call("boolean", "and", left)
    # The text stands for the tree, and nobody wrote this one.
    return Filter(repr(predicate), "tree", asked.crs, predicate)


def _box_of(node: Node) -> BBox | None:
    """Return what must be met for a predicate to be true, if that is all that it says."""
    relation = _relation_of(node)
    if relation is None or relation.negated or relation.name != "intersects":
        return None
    shape = relation.shape
    if len(shape.parts) != 1:
        return None
    (bounds,) = shape.parts
    return bounds if shape.is_box else _outline(bounds, shape.wkb)


def _relation_of(node: Node) -> Relation | None:
    if not isinstance(node, Call):
        return None
    if node.op == "not":
        found = _relation_of(node.args[0])
        return None if found is None else replace(found, negated=not found.negated)
    if not node.op.startswith("s_"):
        return None
    shape, other = node.args
    if not isinstance(shape, Shape) or not isinstance(other, Property):
        return None
    return Relation(node.op.removeprefix("s_"), shape)


def _ring(ring: tuple[tuple[float, float], ...]) -> Outline:
    import shapely

    shape = shapely.Polygon(ring)
    return _outline(BBox(*shape.bounds), shapely.to_wkb(shape))


def _outline(bounds: BBox, wkb: bytes) -> Outline:
    return Outline(bounds.west, bounds.south, bounds.east, bounds.north, wkb, inner=None)
