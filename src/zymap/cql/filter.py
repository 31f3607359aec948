"""A filter as it was asked, and the tree that it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from zymap.cql.check import Checker
from zymap.cql.tree import Node, Type
from zymap.crs import CRS84, Crs
from zymap.errors import InvalidRequest, UnknownName

Json = Any

# cql-text is what GDAL asks for before it leaves the filtering to a server; what it then writes is
# CQL2 text.
LANGUAGES = ("cql2-text", "cql2-json", "cql-text")
LENGTH_MAXIMUM = 1_000_000


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on features.

    Attributes
    ----------
    text : str
        As it was written; with its language and CRS it stands for the tree.
    predicate : Node
        Its value is true, false or unknown; features for which it is true match.
    """

    text: str
    language: str
    crs: Crs
    predicate: Node = field(compare=False)


def parse_filter(
    text: str,
    queryables: Mapping[str, Type],
    language: str = LANGUAGES[0],
    crs: Crs = CRS84,
) -> Filter:
    """Parse a filter and check it.

    Parameters
    ----------
    queryables : mapping of name to type
        What the filter may name.
    language : str
        One of `LANGUAGES`.
    crs : Crs
        Of the filter's geometries.

    Raises
    ------
    InvalidRequest
        The text is no filter, or compares what cannot be compared.
    UnknownName
        A name that is no queryable, or an operator that is not offered.
    """
    return Filter(text, language, crs, Checker(queryables, crs).predicate(_read(text, language)))


def property_names(text: str, language: str) -> set[str]:
    """Return the names of the properties that a filter compares, unchecked.

    Raises
    ------
    InvalidRequest
        The text is no filter.
    """
    found: set[str] = set()
    waiting = [_read(text, language)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            members = cast(dict[str, Json], item)
            if isinstance(members.get("property"), str):
                found.add(members["property"])
            waiting += members.values()
        elif isinstance(item, list):
            waiting += cast(list[Json], item)
    return found


def _read(text: str, language: str) -> Json:
    if language not in LANGUAGES:
        raise UnknownName(
            f"filter-lang: {language[:60]!r} is not one of {', '.join(LANGUAGES)}",
            parameter="filter-lang",
        )
    if len(text) > LENGTH_MAXIMUM:
        raise InvalidRequest("filter is too long", parameter="filter")
    return _READERS[language](text)


def _read_text(text: str) -> Json:
    # Imported here: the parser is built from its grammar, which takes a while and memory.
    from zymap.cql.text import parse_text

    return parse_text(text)


def _read_json(text: str) -> Json:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"filter is not JSON: {error}", parameter="filter") from error


_READERS: Mapping[str, Callable[[str], Json]] = {
    "cql2-text": _read_text,
    "cql2-json": _read_json,
    "cql-text": _read_text,
}
