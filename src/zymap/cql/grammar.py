"""The grammar of CQL2 text, and the parser that lark makes of it.

Standard: OGC 21-065r2, annex B (BNF). The grammar keeps the operators and their precedence; which
operand may stand where is for `zymap.cql.check` to say, of both encodings. Why this grammar and
no package for CQL2: docs/adr/0013-cql2.md.
"""

from __future__ import annotations

from functools import lru_cache

from lark import Lark, Token, Tree

# A geometry is one token, read by GEOS: brackets in WKT are never deeper than these. The possessive
# quantifiers (*+, ++) keep the time linear in whatever somebody sends.
_FLAT = r"\([^()]*+\)"
_DEEP = rf"\((?>[^()]*+{_FLAT})++[^()]*+\)"
_DEEPER = rf"\((?>[^()]*+{_DEEP})++[^()]*+\)"
_ANY = rf"(?>{_FLAT}|{_DEEP}|{_DEEPER})"
_WKT = (
    rf"(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*Z?\s*{_ANY}"
    rf"|GEOMETRYCOLLECTION\s*Z?\s*\((?>[^()]*+{_ANY})++\s*\)"
)
# The terminals whose text is free; what else a filter is made of is its form.
LITERALS = {
    "STRING": r"'(?:[^'\\]|''|\\'?)*'",
    "QUOTED": r'"[^"]+"',
    "NUMBER": r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?",
    "WKT": _WKT,
}
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
NUMBER: /<NUMBER>/i
STRING: /<STRING>/
NAME: /([^\W\d]|:)[\w:.]*/
QUOTED: /<QUOTED>/
WKT.3: /<WKT>/i
%ignore /\s+/
"""


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = _GRAMMAR
    for name, pattern in LITERALS.items():
        grammar = grammar.replace(f"<{name}>", pattern)
    return Lark(grammar, parser="lalr", maybe_placeholders=True)


def parse(text: str) -> Tree[Token]:
    """Return the tree of a filter: its rules, and the tokens that are not spelled by their rule.

    Raises
    ------
    UnexpectedInput
        The text is not CQL2.
    """
    return _parser().parse(text)
