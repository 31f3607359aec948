"""CQL2 text → the JSON that CQL2 has for the same filter.

Standard: OGC 21-065r2, annex B (BNF). The grammar keeps the operators and their precedence; which
operand may stand where is for `zymap.cql.check` to say, of both encodings. Why this grammar and
no package for CQL2: docs/adr/0013-cql2.md.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lark import Lark, Transformer, UnexpectedInput, v_args

from zymap.errors import InvalidRequest

# A geometry is one token, read by GEOS: brackets in WKT are never deeper than these. The possessive
# quantifiers (*+, ++) keep the time linear in whatever somebody sends.
_FLAT = r"\([^()]*+\)"
_DEEP = rf"\((?>[^()]*+{_FLAT})++[^()]*+\)"
_DEEPER = rf"\((?>[^()]*+{_DEEP})++[^()]*+\)"
_ANY = rf"(?>{_FLAT}|{_DEEP}|{_DEEPER})"
_WKT = (
    rf"(MULTI)?(POINT|LINESTRING|POLYGON)\s*Z?\s*{_ANY}"
    rf"|GEOMETRYCOLLECTION\s*Z?\s*\((?>[^()]*+{_ANY})++\s*\)"
)
_GRAMMAR = r"""
?start: or_
?or_: and_ (_OR and_)*
?and_: not_ (_AND not_)*
?not_: NOT not_ -> negation
    | predicate
?predicate: sum
    | sum COMPARISON sum -> operation
    | sum [NOT] LIKE sum -> negatable
    | sum [NOT] BETWEEN sum _AND sum -> negatable
    | sum [NOT] IN array -> negatable
    | sum _IS [NOT] _NULL -> is_null
?sum: product
    | sum SIGN product -> operation
?product: power
    | product FACTOR power -> operation
?power: unary
    | unary CARET power -> operation
?unary: SIGN unary -> signed
    | atom
?atom: NUMBER -> number
    | STRING -> string
    | TRUTH -> truth
    | NAME -> name
    | QUOTED -> name
    | WKT -> geometry
    | NAME "(" [or_ ("," or_)*] ")" -> function
    | "(" or_ ")" -> group
    | "(" ")" -> array
    | "(" or_ ("," or_)+ ")" -> array
array: "(" [or_ ("," or_)*] ")"

_OR.2: /or\b/i
_AND.2: /and\b/i
NOT.2: /not\b/i
LIKE.2: /i?like\b/i
BETWEEN.2: /between\b/i
IN.2: /in\b/i
_IS.2: /is\b/i
_NULL.2: /null\b/i
TRUTH.2: /(true|false)\b/i
COMPARISON: /<>|<=|>=|=|<|>/
SIGN: /[+-]/
FACTOR: /[*\/%]|div\b/i
CARET: "^"
NUMBER: /(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?/i
STRING: /'([^'\\]|''|\\'?)*'/
NAME: /([^\W\d]|:)[\w:.]*/
QUOTED: /"[^"]+"/
WKT.3: /<WKT>/i
%ignore /\s+/
""".replace("<WKT>", _WKT)

Json = Any


def parse_text(text: str) -> Json:
    """Return the CQL2 JSON of a filter in CQL2 text.

    A geometry stays WKT: ``{"wkt": …}``.

    Raises
    ------
    InvalidRequest
        The text is not CQL2.
    """
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        place = error.pos_in_stream
        where = "its end" if place is None or place >= len(text) else f"character {place + 1}"
        raise InvalidRequest(f"filter is not CQL2 text, at {where}", parameter="filter") from error


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_ToJson(), maybe_placeholders=True)


@v_args(inline=True)
class _ToJson(Transformer[Any, Json]):
    """Each rule of the grammar as CQL2 JSON."""

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
        return int(text) if text.isdecimal() else float(text)

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


def _is_bracketed(item: Json) -> bool:
    return not isinstance(item, list | dict) or "bracketed" in item


def _call(operator: str, *args: Json) -> Json:
    return {"op": operator, "args": list(args)}


def _negated(predicate: Json, negated: str | None) -> Json:
    return predicate if negated is None else _call("not", predicate)
