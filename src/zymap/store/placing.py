"""The place that a question asks for, told apart from what else it asks.

A ring, or a filter's S_INTERSECTS that every match must fulfil, is a box with an exact shape, as
one in metres is: so the database finds it cheaply. In memory, any relation to a shape is a place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from zymap.bbox import BBox
from zymap.cql import Call, Filter, Node, Property, Shape
from zymap.crs import Crs
from zymap.planebox import Outline, PlaneBox
from zymap.query import TEXT_REMEMBERED, Query


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

    @property
    def meets_one_box(self) -> bool:
        """Whether a feature only has to meet a shape, and the shape is bounded by one box."""
        return self.name == "intersects" and not self.negated and len(self.shape.parts) == 1


Place = BBox | Relation


def placed(query: Query) -> Query:
    """Return a question that has its place in its box, if it names one and has no box yet."""
    if query.bbox is not None or query.located is False:
        return query
    if query.polygon:
        return query._replace(polygon=(), bbox=_box(_ring(query.polygon)), located=True)
    for number, relation in _relations(query.filter):
        if relation.meets_one_box:
            box, rest = _box(relation.shape), _without(query.filter, number)
            return query._replace(bbox=box, located=True, filter=rest)
    return query


def apart(query: Query) -> tuple[Place | None, Query]:
    """Return the place that a question asks for, and the question for what matches anywhere.

    A box is one as it stands; all else is a relation to a shape.
    """
    box, polygon, rest = query.bbox, query.polygon, query.filter
    if isinstance(box, PlaneBox):
        raise TypeError("the store must say a box in WGS 84 first: zymap.planebox.outline")
    if isinstance(box, Outline):
        import shapely

        place = Relation("intersects", Shape(box.parts(), shapely.from_wkb(box.wkb)))
    elif box is not None:
        place = box
    elif polygon:
        place, polygon = Relation("intersects", _ring(polygon)), ()
    else:
        place, rest = _related(rest)
    if place is None:
        return None, query
    anywhere = query.anywhere()
    if polygon is query.polygon and rest is query.filter:
        return place, anywhere
    return place, anywhere._replace(polygon=polygon, filter=rest)


def _related(asked: Filter | None) -> tuple[Place | None, Filter | None]:
    """Return the place that a filter asks for whatever else it does, and the rest of it."""
    relations = _relations(asked)
    if not relations:
        return None, asked
    # What is not so is much, mostly.
    number, relation = min(relations, key=lambda item: item[1].negated)
    shape, rest = relation.shape, _without(asked, number)
    return shape.parts[0] if relation.meets_one_box and shape.is_box else relation, rest


def _relations(asked: Filter | None) -> list[tuple[int, Relation]]:
    """Return the relations that every match of a filter must have, each with its part's number."""
    return [
        (number, relation)
        for number, part in enumerate(_parts(asked))
        if (relation := _relation_of(part)) is not None
    ]


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
    return (_all_of if len(asked.text) <= TEXT_REMEMBERED else _all_of.__wrapped__)(left, asked.crs)


@lru_cache(maxsize=256)
def _all_of(parts: tuple[Node, ...], crs: Crs) -> Filter:
    """Return the filter of conditions, all of which must hold."""
    predicate = parts[0] if len(parts) == 1 else Call("boolean", "and", parts)
    # The text stands for the tree, and nobody wrote this one.
    return Filter(repr(predicate), "tree", crs, predicate)


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


def _ring(ring: tuple[tuple[float, float], ...]) -> Shape:
    import shapely

    polygon = shapely.Polygon(ring)
    return Shape((BBox(*polygon.bounds),), polygon)


def _box(shape: Shape) -> BBox:
    """Return a shape that is bounded by one box as that box."""
    (bounds,) = shape.parts
    if shape.is_box:
        return bounds
    return Outline(bounds.west, bounds.south, bounds.east, bounds.north, shape.wkb, inner=None)
