"""A checked CQL2 tree → SQL in the dialect of a store. Pure: opens nothing.

SQL's logic of true, false and unknown (NULL) is CQL2's, so a predicate becomes an expression of
the same value, also below NOT. Literals are bound, never written into the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

from zymap.bbox import BBox
from zymap.catalog import Layer
from zymap.cql import GEOMETRY, Call, Node, Property, Shape, Type, Value
from zymap.store.dialect import Dialect, Parameter, Part

# {0}, {1}, … are the operands; an operand that stands twice is bound twice.
_TEMPLATES: Mapping[str, str] = {
    "not": "(NOT {0})",
    "isnull": "({0} IS NULL)",
    "between": "({0} BETWEEN {1} AND {2})",
    # The ends of the first interval are {0} and {1}, of the second {2} and {3}.
    "t_after": "({0} > {3})",
    "t_before": "({1} < {2})",
    "t_disjoint": "({1} < {2} OR {0} > {3})",
    "t_intersects": "({0} <= {3} AND {1} >= {2})",
    "t_equals": "({0} = {2} AND {1} = {3})",
    "t_contains": "({0} < {2} AND {1} > {3})",
    "t_during": "({0} > {2} AND {1} < {3})",
    "t_finishes": "({0} > {2} AND {1} = {3})",
    "t_finishedby": "({0} < {2} AND {1} = {3})",
    "t_meets": "({1} = {2})",
    "t_metby": "({0} = {3})",
    "t_overlaps": "({0} < {2} AND {1} > {2} AND {1} < {3})",
    "t_overlappedby": "({0} > {2} AND {0} < {3} AND {1} > {3})",
    "t_starts": "({0} = {2} AND {1} < {3})",
    "t_startedby": "({0} = {2} AND {1} > {3})",
} | {sign: f"({{0}} {sign} {{1}})" for sign in ("=", "<>", "<", ">", "<=", ">=", "+", "-", "*")}
# Of which items of its second array the first must hold the text, where it is true.
_HELD = {"a_contains": " AND ", "a_equals": " AND ", "a_overlaps": " OR "}
_OPERAND = re.compile(r"\{(\d)\}")
# Each is asked with west, east, south, north.
_MEETS = "(x.east >= ? AND x.west <= ? AND x.north >= ? AND x.south <= ?)"
# What the bounds of a feature alone tell of its relation to a box: that it is so.
_BY_BOUNDS = {
    "intersects": "(x.west >= ? AND x.east <= ? AND x.south >= ? AND x.north <= ?)",
    "contains": "(x.west > ? AND x.east < ? AND x.south > ? AND x.north < ?)",
}


def templates(items: str, own: Mapping[str, str]) -> Mapping[str, str]:
    """Return the SQL of all operators.

    Parameters
    ----------
    items : str
        The rows of a list's items, with a place for the list.
    own : mapping of operator to SQL
        What a database spells in its own way, or lacks.
    """
    return {**_TEMPLATES, **_of_lists(items), **own}


def _of_lists(items: str) -> dict[str, str]:
    """Return the relations of lists, which are sets (/req/array-functions/array-predicates B)."""
    first, second = (f"SELECT value FROM {items.format(place)}" for place in ("{0}", "{1}"))
    unknown = "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL ELSE "
    first_in_second = f"NOT EXISTS ({first} WHERE value NOT IN ({second}))"
    second_in_first = f"NOT EXISTS ({second} WHERE value NOT IN ({first}))"
    return {
        "a_contains": f"{unknown}{second_in_first} END",
        "a_containedby": f"{unknown}{first_in_second} END",
        "a_equals": f"{unknown}{first_in_second} AND {second_in_first} END",
        "a_overlaps": f"{unknown}EXISTS ({first} WHERE value IN ({second})) END",
    }


def condition(
    predicate: Node, layer: Layer, dialect: Dialect
) -> tuple[str, *tuple[Parameter, ...]]:
    """Return the SQL of a predicate on the rows ``x`` and ``t`` of a layer, and its parameters."""
    writer = _Writer(layer, dialect)
    text = writer.write(predicate, required=True)
    return (text, *writer.parameters)


class _Writer:
    """Writes one predicate; parameters are bound in the order in which the text is written.

    In `write`, `required` tells that a row can only match where this part is true: below AND and
    OR, not below NOT. There, a row may be left out early, and "unknown" need not be told from
    "false".
    """

    def __init__(self, layer: Layer, dialect: Dialect) -> None:
        self.parameters: list[Parameter] = []
        self._layer = layer
        self._dialect = dialect

    def write(self, node: Node, *, required: bool = False) -> str:
        match node:
            case Value(value=bound) | Shape(wkb=bound):
                return self._bind(bound, node.type)
            case Property():
                return self._column(node)
            case Call(op="and" | "or"):
                texts = [self.write(item, required=required) for item in node.args]
                return _balanced(node.op.upper(), texts)
            case Call(op="in" | "like" | "array"):
                return self._of_literals(node.op, node.args)
            case Call() if node.op.startswith("t_"):
                return self._temporal(node)
            case Call() if node.op in _HELD and required:
                return self._held(node)
            case Call() if node.op.startswith("s_"):
                return self._spatial(node, required=required)
            case Call():
                return self._filled(self._dialect.templates[node.op], node.args)

    def _bind(self, value: Parameter, type_: Type) -> str:
        self.parameters.append(value)
        return self._dialect.bind(type_)

    def _add(self, part: Part) -> str:
        self.parameters += part[1]
        return part[0]

    def _column(self, item: Property) -> str:
        if item.name == GEOMETRY:
            return "nullif(x.located, 0)" if self._layer.geometry else "NULL"
        return "x.id" if item.name == "id" else self._dialect.column(item.type, item.name)

    def _filled(self, template: str, args: Sequence[Node]) -> str:
        return _OPERAND.sub(lambda match: self.write(args[int(match[1])]), template)

    def _of_literals(self, op: str, args: Sequence[Node]) -> str:
        if op == "array":
            return self._array(args)
        return self._in(args) if op == "in" else self._like(args)

    def _in(self, args: Sequence[Node]) -> str:
        subject, *items = [self.write(item) for item in args]
        return f"({subject} IN ({', '.join(items)}))" if items else "FALSE"

    def _like(self, args: Sequence[Node]) -> str:
        subject, glob = args
        assert isinstance(glob, Value)  # noqa: S101 (see `zymap.cql.tree.Call`)
        pattern = Value("string", self._dialect.pattern(str(glob.value)))
        return self._filled(self._dialect.templates["like"], (subject, pattern))

    def _array(self, items: Sequence[Node]) -> str:
        """Return a JSON array; it is unknown where one of its items is."""
        known = [item.value for item in items if isinstance(item, Value)]
        if len(known) == len(items):
            return self._bind(orjson.dumps(known).decode(), "array")
        unknown = " OR ".join(f"{self.write(item)} IS NULL" for item in items)
        made = self._dialect.array([self.write(item) for item in items])
        return f"(CASE WHEN {unknown} THEN NULL ELSE {made} END)"

    def _held(self, node: Call) -> str:
        """Return a relation of arrays; a text that a list must hold is first sought in its JSON."""
        field, array = node.args
        items = array.args if isinstance(field, Property) and isinstance(array, Call) else ()
        sought = [orjson.dumps(item.value).decode() for item in items if isinstance(item, Value)]
        looks = ""
        if self._dialect.lists_are_texts and sought and len(sought) == len(items):
            texts: list[str] = []
            for text in sought:
                texts.append(self._dialect.holds(self.write(field)))
                self.parameters.append(text)
            looks = f"({_HELD[node.op].join(texts)}) AND "
        return f"({looks}{self._filled(self._dialect.templates[node.op], node.args)})"

    def _temporal(self, node: Call) -> str:
        """Return a relation of two intervals; it is unknown where one of their ends is."""
        # Each comparison is of one interval with the other. So an instant that is unknown makes
        # all of them unknown, and only an interval of which one end is known needs the look.
        pairs = (node.args[:2], node.args[2:])
        doubtful = [
            end for pair in pairs if pair[0] != pair[1] for end in pair if isinstance(end, Property)
        ]
        if not doubtful:
            return self._filled(self._dialect.templates[node.op], node.args)
        unknown = " OR ".join(f"{self.write(end)} IS NULL" for end in doubtful)
        made = self._filled(self._dialect.templates[node.op], node.args)
        return f"(CASE WHEN {unknown} THEN NULL ELSE {made} END)"

    def _spatial(self, node: Call, *, required: bool) -> str:
        first, second = node.args
        if not self._layer.geometry:
            return "NULL"
        relation = node.op.removeprefix("s_")
        if not isinstance(first, Shape):
            # A geometry with itself.
            return self._dialect.relate(relation, "t.geom", "t.geom")
        if isinstance(second, Shape):
            return "TRUE" if _related(relation, first, second) else "FALSE"
        if required:
            near = self._add(self._dialect.near(self._layer, first.parts))
            return f"({near} AND ({self._decided(relation, first)}))"
        return (
            f"CASE WHEN x.located = 0 THEN NULL WHEN NOT {self._boxes(_MEETS, first.parts)} "
            f"THEN FALSE ELSE {self._decided(relation, first)} END"
        )

    def _decided(self, relation: str, shape: Shape) -> str:
        """Return the exact test; what lies in a box with all its bounds is not looked at."""
        inside = ""
        if shape.is_box and relation in _BY_BOUNDS:
            inside = f"{self._boxes(_BY_BOUNDS[relation], shape.parts)} OR "
        return inside + self._dialect.relate(relation, self.write(shape), "t.geom")

    def _boxes(self, template: str, parts: Sequence[BBox]) -> str:
        for part in parts:
            self.parameters += [part.west, part.east, part.south, part.north]
        return "(" + " OR ".join([template] * len(parts)) + ")"


def _related(relation: str, first: Shape, second: Shape) -> bool:
    import shapely

    return bool(getattr(shapely, relation)(first.geometry, second.geometry))


def _balanced(operator: str, texts: Sequence[str]) -> str:
    """Join conditions as a tree: SQLite bounds how deep an expression is, not how long."""
    if len(texts) == 1:
        return texts[0]
    half = len(texts) // 2
    return f"({_balanced(operator, texts[:half])} {operator} {_balanced(operator, texts[half:])})"
