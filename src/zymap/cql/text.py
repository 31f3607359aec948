"""CQL2 text → the JSON that CQL2 has for the same filter.

How a filter is built depends on its form alone: on all of it but its literals. So a form is parsed
once, to the steps that build the JSON, and the next filter of that form takes them with literals of
its own (docs/adr/0026-filters-by-form.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from lark import Token, Tree, UnexpectedInput

from zymap.cql.building import builder_of
from zymap.cql.grammar import LITERALS, parse
from zymap.errors import InvalidRequest

Json = Any
# Text, the kind of the literal behind it, text, …, text.
Form = tuple[str, ...]

FORMS_REMEMBERED = 256
_FORM_LENGTH_MAXIMUM = 4_000
_NAMED = {kind: f"(?P<{kind}>{pattern})" for kind, pattern in LITERALS.items()}
# Within a name, no digit is a number and no word a geometry.
_LITERAL = re.compile(
    f"{_NAMED['STRING']}|{_NAMED['QUOTED']}|(?<![\\w:.])(?:{_NAMED['NUMBER']}|{_NAMED['WKT']})",
    re.IGNORECASE,
)
# One literal of each kind, in the place of all.
_EXAMPLES = {"STRING": "''", "QUOTED": '"x"', "NUMBER": "0", "WKT": "POINT(0 0)"}


# What makes a value, and of what: the value of a literal or of a step before it by its number, or
# a word, or None for a part that is left out.
Step = tuple[Callable[..., Json], tuple[int | str | None, ...]]


def parse_text(text: str) -> Json:
    """Return the CQL2 JSON of a filter in CQL2 text.

    A geometry stays WKT: ``{"wkt": …}``.

    Raises
    ------
    InvalidRequest
        The text is not CQL2.
    """
    marks = list(_LITERAL.finditer(text))
    form = _form(text, marks)
    steps = None
    if sum(map(len, form)) <= _FORM_LENGTH_MAXIMUM:
        with suppress(UnexpectedInput):
            steps = _steps(form)
    if steps is not None:
        return _built(steps, [mark[0] for mark in marks])
    # What its form does not tell is parsed as it stands; so are mistakes, to name their place.
    try:
        return _built(_steps_of(parse(text), ()), ())
    except UnexpectedInput as error:
        place = error.pos_in_stream
        where = "its end" if place is None or place >= len(text) else f"character {place + 1}"
        raise InvalidRequest(f"filter is not CQL2 text, at {where}", parameter="filter") from error


def _form(text: str, marks: Sequence[re.Match[str]]) -> Form:
    parts: list[str] = []
    end = 0
    for mark in marks:
        parts += (text[end : mark.start()], str(mark.lastgroup))
        end = mark.end()
    return (*parts, text[end:])


@lru_cache(maxsize=FORMS_REMEMBERED)
def _steps(form: Form) -> tuple[Step, ...] | None:
    """Return how all filters of a form are built; None if the grammar has other literals in it.

    Raises
    ------
    UnexpectedInput
        The form is not CQL2.
    """
    text = form[0]
    literals: list[tuple[int, int, str]] = []
    for kind, between in zip(form[1::2], form[2::2], strict=True):
        literals.append((len(text), len(text) + len(_EXAMPLES[kind]), kind))
        text += _EXAMPLES[kind] + between
    tree = parse(text)
    found = sorted(
        (child.start_pos, child.end_pos, child.type)
        for part in tree.iter_subtrees()
        for child in part.children
        if isinstance(child, Token) and child.type in LITERALS
    )
    return _steps_of(tree, [start for start, _, _ in literals]) if found == literals else None


def _steps_of(tree: Tree[Token], literals: Sequence[int]) -> tuple[Step, ...]:
    """Return how a tree is built, from its leaves up; what stands at `literals` is given later."""
    numbers = {start: number for number, start in enumerate(literals)}
    trees: dict[int, int] = {}

    def operand(child: Tree[Token] | Token | None) -> int | str | None:
        if isinstance(child, Tree):
            return trees[id(child)]
        return child and numbers.get(child.start_pos or 0, str(child))

    steps: list[Step] = []
    for part in tree.iter_subtrees():
        steps.append((builder_of(part.data), tuple(map(operand, part.children))))
        trees[id(part)] = len(literals) + len(steps) - 1
    return tuple(steps)


def _built(steps: Sequence[Step], literals: Sequence[str]) -> Json:
    values: list[Json] = [*literals]
    for make, operands in steps:
        values.append(make(*[values[item] if isinstance(item, int) else item for item in operands]))
    return values[-1]
