"""CQL2 JSON evaluated feature by feature in plain Python and shapely: what the store is held to.

Nothing here is shared with `zymap.cql`. True, False and None (unknown) are the three values of
OGC 21-065r2, 6.2.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import operator
import re
import unicodedata

import shapely

COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
SHAPES = {
    "s_intersects": shapely.intersects,
    "s_equals": shapely.equals,
    "s_disjoint": shapely.disjoint,
    "s_touches": shapely.touches,
    "s_within": shapely.within,
    "s_overlaps": shapely.overlaps,
    "s_crosses": shapely.crosses,
    "s_contains": shapely.contains,
}
# On two intervals, each with its two ends (OGC 21-065r2, table 8).
TIMES = {
    "t_after": lambda x, y: x[0] > y[1],
    "t_before": lambda x, y: x[1] < y[0],
    "t_disjoint": lambda x, y: x[1] < y[0] or x[0] > y[1],
    "t_intersects": lambda x, y: not (x[1] < y[0] or x[0] > y[1]),
    "t_equals": lambda x, y: x[0] == y[0] and x[1] == y[1],
    "t_contains": lambda x, y: x[0] < y[0] and x[1] > y[1],
    "t_during": lambda x, y: x[0] > y[0] and x[1] < y[1],
    "t_finishes": lambda x, y: x[0] > y[0] and x[1] == y[1],
    "t_finishedBy": lambda x, y: x[0] < y[0] and x[1] == y[1],
    "t_meets": lambda x, y: x[1] == y[0],
    "t_metBy": lambda x, y: x[0] == y[1],
    "t_overlaps": lambda x, y: x[0] < y[0] < x[1] < y[1],
    "t_overlappedBy": lambda x, y: y[0] < x[0] < y[1] < x[1],
    "t_starts": lambda x, y: x[0] == y[0] and x[1] < y[1],
    "t_startedBy": lambda x, y: x[0] == y[0] and x[1] > y[1],
}
ARRAYS = {
    "a_equals": operator.eq,
    "a_contains": operator.ge,
    "a_containedBy": operator.le,
    "a_overlaps": lambda a, b: bool(a & b),
}


def matching(features, tree):
    """Return the ids of the features that satisfy a filter, in their order."""
    return [feature["id"] for feature in features if value(tree, feature) is True]


def value(node, feature):
    """Return what an expression comes to for a feature; None if that is unknown."""
    if isinstance(node, bool | int | float | str):
        return node
    if isinstance(node, list):
        items = [value(item, feature) for item in node]
        return None if None in items else set(items)
    if "op" in node:
        return operation(node["op"], node["args"], feature)
    if "property" in node:
        return held(node["property"], feature)
    if "date" in node:
        return dt.date.fromisoformat(node["date"])
    if "bbox" in node:
        return shapely.box(*node["bbox"])
    return shapely.from_geojson(json.dumps(node))


def held(name, feature):
    if name == "id":
        return feature["id"]
    if name == "geometry":
        return feature["geometry"] and shapely.from_geojson(json.dumps(feature["geometry"]))
    found = feature["properties"].get(name)
    if found is not None and name == "deadline":
        return dt.date.fromisoformat(found)
    return set(found) if isinstance(found, list) else found


def operation(name, args, feature):
    if name in ("and", "or"):
        values = [value(item, feature) for item in args]
        decisive = name == "or"
        return decisive if decisive in values else None if None in values else not decisive
    if name == "in":
        one = value(args[0], feature)
        options = [value(item, feature) for item in args[1]]
        if one is None:
            return None
        return True if one in options else None if None in options else False
    if name == "isNull":
        return value(args[0], feature) is None
    if name in TIMES:
        first, second = (interval(item, feature) for item in args)
        return None if None in first + second else TIMES[name](first, second)
    if name == "between":
        one, low, high = (value(item, feature) for item in args)
        parts = [None if None in (one, end) else test for end, test in
                 ((low, low is not None and one is not None and low <= one),
                  (high, high is not None and one is not None and one <= high))]  # fmt: skip
        return False if False in parts else None if None in parts else True
    values = [value(item, feature) for item in args]
    return None if None in values else known(name, *values)


def interval(item, feature):
    if isinstance(item, dict) and "interval" in item:
        ends = zip(item["interval"], (dt.date.min, dt.date.max), strict=True)
        return [
            end if part == ".."
            else dt.date.fromisoformat(part) if isinstance(part, str)
            else value(part, feature)
            for part, end in ends
        ]  # fmt: skip
    return [value(item, feature)] * 2


def known(name, *values):
    """Return what an operator comes to whose operands are all known."""
    if name == "not":
        return not values[0]
    if name == "like":
        return re.fullmatch(pattern(values[1]), values[0], re.DOTALL) is not None
    if name == "casei":
        return unicodedata.normalize("NFC", values[0].casefold())
    if name == "accenti":
        # Enough for the letters that the tests use: none of them has a stroke.
        letters = unicodedata.normalize("NFD", values[0])
        return "".join(item for item in letters if not unicodedata.combining(item))
    for table in (COMPARISONS, SHAPES, ARRAYS):
        if name in table:
            return bool(table[name](*values))
    return arithmetic(name, *values)


def arithmetic(name, left, right):
    try:
        return {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
            "%": lambda: math.fmod(left, right),
            "div": lambda: int(left / right),
            "^": lambda: math.pow(left, right),
        }[name]()
    except (ArithmeticError, ValueError):
        return None


def pattern(like):
    """Return a pattern of LIKE as a regular expression."""
    made = ""
    letters = iter(like)
    for letter in letters:
        if letter == "\\":
            made += re.escape(next(letters, "\\"))
        else:
            made += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
    return made
