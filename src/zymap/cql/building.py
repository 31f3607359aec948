"""What each rule of the grammar of CQL2 text means in CQL2 JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = Any

_DIGITS = 20  # of the numbers beyond 64 bits


def builder_of(rule: str) -> Callable[..., Json]:
    """Return what makes CQL2 JSON of a rule's operands; one that is left out is None."""
    return getattr(_BUILDERS, rule)


class _Builders:
    """A method for each rule of the grammar."""

    def or_(self, *args: Json) -> Json:
        return _call("or", *args)

    def and_(self, *args: Json) -> Json:
        return _call("and", *args)

    def negation(self, _: str, arg: Json) -> Json:
        return _call("not", arg)

    def operation(self, left: Json, operator: str, right: Json) -> Json:
        return _call(operator.lower(), left, right)

    def negatable(self, left: Json, negated: str | None, operator: str, *others: Json) -> Json:
        if operator.lower() == "ilike":
            # Not of CQL2, but of cql-text as GDAL writes it.
            folded = (_call("casei", item) for item in (left, *others))
            return _negated(_call("like", *folded), negated)
        return _negated(_call(operator.lower(), left, *others), negated)

    def is_null(self, operand: Json, negated: str | None) -> Json:
        return _negated(_call("isNull", operand), negated)

    def signed(self, sign: str, operand: Json) -> Json:
        if sign == "+":
            return operand
        return -operand if isinstance(operand, int | float) else _call("*", -1, operand)

    def number(self, text: str) -> Json:
        # What is longer has no whole number in a store, and is none that Python reads at once.
        return int(text) if len(text) < _DIGITS and text.isdecimal() else float(text)

    def string(self, text: str) -> Json:
        return text[1:-1].replace("''", "'").replace("\\'", "'")

    def truth(self, text: str) -> Json:
        return text.lower() == "true"

    def name(self, text: str) -> Json:
        return {"property": text.strip('"')}

    def geometry(self, text: str) -> Json:
        return {"wkt": str(text)}

    def group(self, inner: Json) -> Json:
        is_property = isinstance(inner, dict) and "property" in inner
        return {**inner, "bracketed": True} if is_property else inner

    def array(self, *items: Json) -> Json:
        return [item for item in items if item is not None]

    def function(self, name: str, *args: Json) -> Json:
        name, given = name.lower(), [item for item in args if item is not None]
        if name in ("date", "timestamp") and len(given) == 1:
            return {name: given[0]}
        if name in ("interval", "bbox"):
            return {name: given}
        if name.startswith("a_"):
            # ('x') and (name) are arrays of one here, and bracketed expressions elsewhere.
            given = [[item] if _is_bracketed(item) else item for item in given]
        return _call(name, *given)


_BUILDERS = _Builders()


def _is_bracketed(item: Json) -> bool:
    return not isinstance(item, list | dict) or "bracketed" in item


def _call(operator: str, *args: Json) -> Json:
    return {"op": operator, "args": list(args)}


def _negated(predicate: Json, negated: str | None) -> Json:
    return predicate if negated is None else _call("not", predicate)
