"""CQL2 JSON → the checked tree: every name a queryable, every operand of the type it must have.

Standard: OGC 21-065r2, clauses 6 and 7. CQL2 JSON is the form that both encodings come in, so what
is refused is refused in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import orjson

from zymap.cql import folding, shapes, times
from zymap.cql.tree import Call, Node, Property, Shape, Type, Value
from zymap.crs import Crs
from zymap.errors import InvalidRequest, UnknownName

Json = Any

# The queryable for where a feature is.
GEOMETRY = "geometry"
# What SQLite takes without a sign of strain; nobody writes such a filter by hand.
NODES_MAXIMUM = 5_000
DEPTH_MAXIMUM = 20
_COMPARED: tuple[Type, ...] = ("boolean", "number", "string", "date", "timestamp")
_SWAPPED = {"s_within": "s_contains", "s_contains": "s_within"}


class Checker:
    """Turns the JSON of one filter into its tree.

    Parameters
    ----------
    queryables : mapping of name to type
        What the filter may name.
    crs : Crs
        Of the filter's geometries.
    """

    def __init__(self, queryables: Mapping[str, Type], crs: Crs) -> None:
        self._queryables = queryables
        self._crs = crs
        self._nodes = 0
        self._depth = 0

    def predicate(self, raw: Json) -> Node:
        """Return the tree of something that is true, false or unknown.

        Raises
        ------
        InvalidRequest
            It is something else, or is made of what does not go together.
        """
        node = self._node(raw)
        if node.type != "boolean":
            raise _invalid(f"{_named(node)} is no condition")
        return node

    def _node(self, raw: Json) -> Node:
        self._nodes += 1
        self._depth += 1
        if self._nodes > NODES_MAXIMUM or self._depth > DEPTH_MAXIMUM:
            raise _invalid(
                f"has more than {NODES_MAXIMUM} parts or is more than {DEPTH_MAXIMUM} deep"
            )
        node = self._object(raw) if isinstance(raw, dict) else self._plain(raw)
        self._depth -= 1
        return node

    def _plain(self, raw: Json) -> Node:
        if isinstance(raw, bool):
            return Value("boolean", raw)
        if isinstance(raw, int | float):
            return Value("number", _finite(raw))
        if isinstance(raw, str):
            if "\0" in raw:
                raise _invalid("a text holds a NUL character")
            return Value("string", raw)
        if isinstance(raw, list):
            return self._array(cast(list[Json], raw))
        raise _invalid(f"{str(raw)[:60]!r} is no expression; for no value, use IS NULL")

    def _object(self, raw: dict[str, Json]) -> Node:
        for member, read in _READERS.items():
            if member in raw:
                return read(self, raw)
        if "interval" in raw:
            raise _invalid("an interval stands in a temporal function only")
        raise _invalid(f"{str(raw)[:60]} is no expression of CQL2 JSON")

    def _property(self, raw: dict[str, Json]) -> Property:
        name = raw["property"]
        if not isinstance(name, str) or name not in self._queryables:
            raise UnknownName(
                f"filter: {str(name)[:60]!r} is not a queryable; "
                f"use one of {', '.join(self._queryables)}",
                parameter="filter",
            )
        return Property(self._queryables[name], name)

    def _date(self, raw: dict[str, Json]) -> Value:
        return times.read_date(raw["date"])

    def _timestamp(self, raw: dict[str, Json]) -> Value:
        return times.read_timestamp(raw["timestamp"])

    def _box(self, raw: dict[str, Json]) -> Shape:
        corners = raw["bbox"]
        numbers = list(map(_signed, corners)) if isinstance(corners, list) else []
        return shapes.read_box(numbers, self._crs)

    def _wkt(self, raw: dict[str, Json]) -> Shape:
        return shapes.read_wkt(str(raw["wkt"]), self._crs)

    def _geojson(self, raw: dict[str, Json]) -> Shape:
        return shapes.read_geojson(orjson.dumps(raw), self._crs)

    def _array(self, raw: list[Json]) -> Node:
        items = tuple(self._node(item) for item in raw)
        for item in items:
            if not isinstance(item, Value | Property) or item.type not in _COMPARED:
                raise _invalid("an array holds literals and properties, each with one value")
        return Call("array", "array", items)

    def _operation(self, raw: dict[str, Json]) -> Node:
        name, args = raw["op"], raw.get("args")
        found = _OPERATORS.get(name) if isinstance(name, str) else None
        if found is None:
            raise UnknownName(
                f"filter: {str(name)[:60]!r} is no operator or function here "
                "(the conformance class Functions of CQL2 is not offered)",
                parameter="filter",
            )
        count, build = found
        given = cast(list[Json], args) if isinstance(args, list) else []
        if len(given) != count if count else not given:
            raise _invalid(f"{name} takes {count or 'some'} operands, not {len(given)}")
        return build(self, str(name).lower(), given)

    # ---------------------------------------------------------------- one method a kind of operator

    def _logic(self, name: str, args: list[Json]) -> Node:
        return Call("boolean", name, tuple(self.predicate(item) for item in args))

    def _comparison(self, name: str, args: list[Json]) -> Node:
        left, right = _agreed([self._node(item) for item in args], _COMPARED)
        return Call("boolean", name, (left, right))

    def _arithmetic(self, name: str, args: list[Json]) -> Node:
        return Call("number", name, self._all_of("number", name, args))

    def _between(self, name: str, args: list[Json]) -> Node:
        return Call(
            "boolean", name, tuple(_agreed([self._node(item) for item in args], _COMPARED[1:]))
        )

    def _in(self, name: str, args: list[Json]) -> Node:
        if not isinstance(args[1], list):
            raise _invalid("IN takes a list")
        nodes = [self._node(args[0]), *(self._node(item) for item in cast(list[Json], args[1]))]
        return Call("boolean", name, tuple(_agreed(nodes, _COMPARED)))

    def _like(self, name: str, args: list[Json]) -> Node:
        text, pattern = self._all_of("string", "LIKE", args)
        if not isinstance(pattern, Value):
            raise _invalid("the pattern of LIKE must be a literal")
        return Call("boolean", name, (text, Value("string", _glob(str(pattern.value)))))

    def _is_null(self, name: str, args: list[Json]) -> Node:
        return Call("boolean", name, (self._node(args[0]),))

    def _folded(self, name: str, args: list[Json]) -> Node:
        (text,) = self._all_of("string", name.upper(), args)
        if isinstance(text, Value):
            fold = folding.fold_case if name == "casei" else folding.fold_accents
            return Value("string", fold(str(text.value)))
        return Call("string", name, (text,))

    def _spatial(self, name: str, args: list[Json]) -> Node:
        if name == "s_disjoint":
            return Call("boolean", "not", (self._spatial("s_intersects", args),))
        first, second = self._all_of("geometry", name.upper(), args)
        if isinstance(second, Shape) and isinstance(first, Property):
            return Call("boolean", _SWAPPED.get(name, name), (second, first))
        return Call("boolean", name, (first, second))

    def _temporal(self, name: str, args: list[Json]) -> Node:
        ends = [end for item in args for end in self._ends(name, item)]
        if any(end.type == "date" for end in ends if not _is_open(end)):
            # Days are compared as days, whatever the hour that the other side tells.
            ends = [_as_day(end) for end in ends]
        return Call("boolean", name, tuple(ends))

    def _ends(self, name: str, raw: Json) -> tuple[Node, Node]:
        """Return the two ends of an interval; an instant is one that ends as it begins."""
        interval = cast(dict[str, Json], raw).get("interval") if isinstance(raw, dict) else None
        if interval is None:
            instant = self._time(raw, name)
            return instant, instant
        if not isinstance(interval, list) or len(cast(list[Json], interval)) != 2:
            raise _invalid("an interval has two ends")
        low, high = (
            Value("date", end) if item == ".." else self._time(item, name)
            for item, end in zip(
                cast(list[Json], interval), (times.BEGINNING, times.END), strict=True
            )
        )
        if isinstance(low, Value) and isinstance(high, Value) and _later(low, high):
            raise _invalid("an interval ends before it begins")
        return low, high

    def _time(self, raw: Json, name: str) -> Node:
        node = times.read_time(raw) if isinstance(raw, str) else self._node(raw)
        if node.type not in ("date", "timestamp"):
            raise _invalid(
                f"{name.upper()} takes dates, instants and intervals, not {_named(node)}"
            )
        return node

    def _array_relation(self, name: str, args: list[Json]) -> Node:
        left, right = self._all_of("array", name.upper(), args)
        for array, other in ((left, right), (right, left)):
            if isinstance(array, Call) and isinstance(other, Property):
                # The lists that a field can have are lists of texts.
                for item in array.args:
                    if item.type != "string":
                        raise _invalid(f"{other.name} holds texts, not {_named(item)}")
        return Call("boolean", name, (left, right))

    def _all_of(self, wanted: Type, name: str, args: list[Json]) -> tuple[Node, ...]:
        nodes = tuple(self._node(item) for item in args)
        for node in nodes:
            if node.type != wanted:
                raise _invalid(f"{name} takes {_TYPE_NAMES[wanted]}, not {_named(node)}")
        return nodes


_Build = Callable[[Checker, str, list[Json]], Node]
_SEVERAL = 0  # one or more


def _operators() -> dict[str, tuple[int, _Build]]:
    """Return how many operands each operator takes, and what builds its node."""
    own = Checker.__dict__
    kinds: tuple[tuple[str, int, str], ...] = (
        ("and or", _SEVERAL, "_logic"),
        ("not", 1, "_logic"),
        ("= <> < > <= >=", 2, "_comparison"),
        ("+ - * / % ^ div", 2, "_arithmetic"),
        ("between", 3, "_between"),
        ("in", 2, "_in"),
        ("like", 2, "_like"),
        ("isNull", 1, "_is_null"),
        ("casei accenti", 1, "_folded"),
        (
            "s_intersects s_equals s_disjoint s_touches s_within s_overlaps s_crosses s_contains",
            2,
            "_spatial",
        ),
        (
            "t_after t_before t_contains t_disjoint t_during t_equals t_finishedBy t_finishes "
            "t_intersects t_meets t_metBy t_overlappedBy t_overlaps t_startedBy t_starts",
            2,
            "_temporal",
        ),
        ("a_contains a_containedBy a_equals a_overlaps", 2, "_array_relation"),
    )
    made = {name: (count, own[build]) for names, count, build in kinds for name in names.split()}
    # Names of functions have no case of their own in CQL2 text.
    return made | {name.lower(): item for name, item in made.items() if name[1:2] == "_"}


_OPERATORS = _operators()
_TYPE_NAMES: Mapping[Type, str] = {
    "boolean": "a condition",
    "number": "a number",
    "string": "a text",
    "date": "a date",
    "timestamp": "an instant",
    "array": "an array",
    "geometry": "a geometry",
}


# By the member that tells what an object is, in the order in which they are looked for.
_READERS: Mapping[str, Callable[[Checker, dict[str, Json]], Node]] = {
    name: Checker.__dict__[read]
    for name, read in (
        ("op", "_operation"),
        ("property", "_property"),
        ("date", "_date"),
        ("timestamp", "_timestamp"),
        ("bbox", "_box"),
        ("wkt", "_wkt"),
        ("type", "_geojson"),
    )
}


def _agreed(nodes: Sequence[Node], allowed: Sequence[Type]) -> list[Node]:
    """Return the nodes as values of one type that can be compared.

    A text that is compared with a time is read as one, and an instant that is compared with a
    day as its day in UTC.
    """
    found = {node.type for node in nodes}
    if found & {"date", "timestamp"}:
        nodes = [_as_time(node) for node in nodes]
        if any(node.type == "date" for node in nodes):
            nodes = [_as_day(node) for node in nodes]
    first, *others = nodes
    for other in others:
        if other.type != first.type:
            raise _invalid(f"{_named(first)} cannot be compared with {_named(other)}")
    if first.type not in allowed:
        raise _invalid(f"{_named(first)} cannot be compared so")
    return list(nodes)


def _as_time(node: Node) -> Node:
    if isinstance(node, Value) and node.type == "string":
        return times.read_time(node.value)
    return node


def _as_day(node: Node) -> Node:
    return times.day_of(node) if isinstance(node, Value) and node.type == "timestamp" else node


def _is_open(node: Node) -> bool:
    return isinstance(node, Value) and node.value in (times.BEGINNING, times.END)


def _later(low: Value, high: Value) -> bool:
    # A day against an instant: by their days.
    length = None if low.type == high.type else 10
    return str(low.value)[:length] > str(high.value)[:length]


def _named(node: Node) -> str:
    if isinstance(node, Property):
        return f"{node.name} ({_TYPE_NAMES[node.type]})"
    return _TYPE_NAMES[node.type]


def _signed(raw: Json) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _invalid("BBOX takes numbers only")
    return _finite(raw)


def _finite(number: float) -> float:
    # Beyond 64 bits SQLite has no whole numbers.
    made = number if abs(number) < 2**63 else float(number)
    if not math.isfinite(made):
        raise _invalid("a number is too large")
    return made


def _glob(pattern: str) -> str:
    r"""Return a LIKE pattern in GLOB's notation, which heeds case: ``%``, ``_``, escape ``\``."""
    made: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            letter = next(letters, "\\")
            made.append(f"[{letter}]" if letter in "*?[" else letter)
        else:
            made.append({"%": "*", "_": "?"}.get(letter) or _literal(letter))
    return "".join(made)


def _literal(letter: str) -> str:
    return f"[{letter}]" if letter in "*?[" else letter


def _invalid(reason: str) -> InvalidRequest:
    return InvalidRequest(f"filter: {reason}", parameter="filter")
