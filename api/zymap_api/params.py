"""Query strings → questions. The one place where a parameter is still a string.

Standard: OGC 17-069r4, 7.15.2 to 7.15.5; /req/core/query-param-unknown and
/req/core/query-param-invalid (both 400).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict
from urllib.parse import parse_qsl

from zymap.bbox import BBox, parse_numbers
from zymap.catalog import AREA_FIELD, DUE_FIELD, Catalog, Field, Source
from zymap.cql import LANGUAGES, Filter, parse_filter, property_names
from zymap.crs import CRS84, parse_crs, parse_crs_uri
from zymap.errors import InvalidRequest, UnknownName
from zymap.lateness import DUE_CLASSES
from zymap.planebox import PlaneBox, parse_box
from zymap.query import (
    Condition,
    Query,
    Range,
    SortKey,
    Value,
    check_query,
    queryables,
    shared_fields,
)
from zymap.search import search_form
from zymap_api.memory import QUESTION_BYTES

LIMIT_DEFAULT = 100
LIMIT_MAXIMUM = 10_000
PARAMETERS_MAXIMUM = 200

PAGE = ("limit", "after", "sortby")
FILTERS = (
    "bbox",
    "bbox-crs",
    "datetime",
    "ids",
    "q",
    "area",
    "within",
    "polygon",
    "located",
    "due",
    "as_of",
    "due_after",
    "due_before",
    "target",
    "filter",
    "filter-lang",
    "filter-crs",
)
# Which part of each feature to answer; a file has its own columns.
SELECTION = ("properties", "skipGeometry")
# Of a parameter for a field with a code list: features without a value.
NONE = "none"
POLYGON_POSITIONS_MAXIMUM = 10_000
REPRESENTATION = ("f",)
EXPORT = ("crs", "encoding")
# A tile is whole, and in the CRS of its matrix set.
NOT_OF_TILES = (*PAGE, *SELECTION, *EXPORT)
NOT_OF_SHEETS = (*SELECTION, *REPRESENTATION, *EXPORT)
NOT_OF_TARGETS = (*SELECTION, *EXPORT)

_WHOLE = re.compile(r"\d{1,30}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the parameters that say how to answer it.

    Attributes
    ----------
    query : Query
        Without ``after``: all pages of a question have the same one.
    after : str or None
        Id of the last feature of the page before.
    limited : bool
        True if the caller set a limit; a file has no other.
    as_of : str
        The day that the caller asks about, as ISO date; today where none is given.
    crs : str or None
        A name of a CRS on offer; a file may have it by any of its names, an answer by its URI.
    properties : tuple of str or None
        The only properties to answer.
    skip_geometry : bool
        True if the answer shall have no geometries.
    """

    query: Query
    limited: bool
    as_of: str
    f: str | None
    crs: str | None
    encoding: str | None
    properties: tuple[str, ...] | None = None
    skip_geometry: bool = False
    after: str | None = None

    @property
    def whole(self) -> Query:
        """What a count depends on."""
        return self.query.unpaged()

    @property
    def paged(self) -> Query:
        """The question for this page alone."""
        return self.query if self.after is None else self.query._replace(after=self.after)


def read_parameters(query_string: bytes, allowed: Collection[str]) -> dict[str, str]:
    """Split a query string into its parameters.

    Raises
    ------
    UnknownName
        A parameter that `allowed` does not list; names are case-sensitive.
    InvalidRequest
        A parameter stands twice, or there are too many, or the text is not UTF-8.
    """
    if not query_string:
        return {}
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=PARAMETERS_MAXIMUM,
            errors="strict",
        )
    except ValueError as error:
        raise InvalidRequest(f"the query string cannot be read: {error}") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            raise UnknownName(f"there is no parameter {name!r} here", parameter=name)
        if name in found:
            raise InvalidRequest(f"{name} is there twice", parameter=name)
        if "\0" in value:
            raise InvalidRequest(f"{name} holds a NUL character", parameter=name)
        found[name] = value
    return found


@lru_cache(maxsize=64)
def item_parameters(catalog: Catalog, sources: tuple[Source, ...]) -> Mapping[str, Field | None]:
    """Return the parameters that a question to these collections may have.

    Returns
    -------
    dict
        Name to field for property filters, to None for the others.
    """
    fields = shared_fields(catalog, sources)
    names: dict[str, Field | None] = dict.fromkeys(
        (*PAGE, *FILTERS, *SELECTION, *REPRESENTATION, *EXPORT)
    )
    if AREA_FIELD not in fields:
        del names["area"]
    if DUE_FIELD not in fields:
        for name in ("due", "as_of", "due_after", "due_before"):
            del names[name]
    if not all(catalog.layer(source.collection).role == "works" for source in sources):
        del names["target"]
    names |= {name: item for name, item in fields.items() if not item.hidden}
    return names


def asked_fields(query_string: bytes, catalog: Catalog) -> set[str]:
    """Return the fields that a query string asks for, of whatever layer they are."""
    known = {item.name for layer in catalog.layers for item in layer.fields if not item.hidden}
    due = dict.fromkeys(("due", "due_after", "due_before"), DUE_FIELD)
    by_parameter = {"area": AREA_FIELD} | due
    asked = dict(parse_qsl(query_string.decode("latin-1")))
    names = {by_parameter.get(name, name) for name in asked}
    if "filter" in asked:
        names |= property_names(asked["filter"], asked.get("filter-lang", LANGUAGES[0]))
    return {AREA_FIELD} | (names & known)


def parse_items(
    query_string: bytes,
    catalog: Catalog,
    day: str,
    sources: tuple[Source, ...],
    extra: Query | None = None,
    *,
    without: tuple[str, ...] = (),
    gaps: Mapping[str, str] | None = None,
) -> Asked:
    """Parse the parameters of an items request.

    Parameters
    ----------
    query_string : bytes
        As it came in the URL.
    day : str
        The ISO date that it is.
    sources : tuple of Source
        The collections asked.
    extra : Query, optional
        Conditions that the path adds; its conditions join those of the parameters.
    without : tuple of str
        Parameters of an items request that mean nothing here, and are refused as unknown.
    gaps : mapping of str to str, optional
        Values, by parameter, that stand for any: the parameter is as if it were not there.

    Raises
    ------
    InvalidRequest
        An unknown or invalid parameter, named in the error.
    """
    allowed = item_parameters(catalog, sources)
    values = read_parameters(query_string, allowed.keys() - without if without else allowed)
    for name, value in values.items():
        if not value:
            raise InvalidRequest(f"{name} has no value", parameter=name)
    if gaps is not None:
        values = {name: value for name, value in values.items() if value != gaps.get(name)}
    query = Query(
        sources=sources,
        conditions=(*_conditions(values, allowed), *(extra.conditions if extra else ())),
        ranges=_ranges(values, catalog, sources),
        filter=_filter(values, catalog, sources),
        **_page_and_place(values, day),
    )
    check_query(query, catalog)
    return Asked(
        query=query,
        after=values.get("after"),
        limited="limit" in values,
        as_of=_day(values, day),
        f=values.get("f"),
        crs=_crs(values),
        encoding=values.get("encoding"),
        properties=_properties(values, catalog, sources),
        skip_geometry=_flag("skipGeometry", values.get("skipGeometry", "false")),
    )


def parse_tile(
    query_string: bytes, catalog: Catalog, day: str, source: Source
) -> tuple[Query, str | None]:
    """Parse the parameters of a tile: what it shows, and its format.

    Raises
    ------
    InvalidRequest
        An unknown or invalid parameter, named in the error.
    """
    parse = _parse_tile if len(query_string) <= QUESTION_BYTES else _parse_tile.__wrapped__
    return parse(query_string, catalog, day, source)


@lru_cache(maxsize=256)
def _parse_tile(
    query_string: bytes, catalog: Catalog, day: str, source: Source
) -> tuple[Query, str | None]:
    # All tiles of a view ask the same.
    asked = parse_items(query_string, catalog, day, (source,), without=NOT_OF_TILES)
    return asked.whole, asked.f


class _PageAndPlace(TypedDict):
    bbox: BBox | PlaneBox | None
    within: str | None
    located: bool | None
    polygon: tuple[tuple[float, float], ...]
    due: tuple[str, ...]
    as_of: str | None
    text: str | None
    ids: tuple[str, ...]
    target: str | None
    sort: tuple[SortKey, ...]
    limit: int


def _page_and_place(values: Mapping[str, str], day: str) -> _PageAndPlace:
    return {
        "bbox": _box(values),
        "within": values.get("within"),
        "located": _flag("located", values["located"]) if "located" in values else None,
        "polygon": parse_ring(values["polygon"]) if "polygon" in values else (),
        **_due(values, day),
        "text": search_form(values["q"]) if "q" in values else None,
        "ids": tuple(values["ids"].split(",")) if "ids" in values else (),
        "target": values.get("target"),
        "sort": _sort(values["sortby"]) if "sortby" in values else (),
        "limit": _limit(values["limit"]) if "limit" in values else LIMIT_DEFAULT,
    }


def _filter(
    values: Mapping[str, str], catalog: Catalog, sources: Sequence[Source]
) -> Filter | None:
    language = values.get("filter-lang", LANGUAGES[0])
    if language not in LANGUAGES:
        raise UnknownName(
            f"filter-lang: {language[:60]!r} is not one of {', '.join(LANGUAGES)}",
            parameter="filter-lang",
        )
    crs = parse_crs_uri("filter-crs", values["filter-crs"]) if "filter-crs" in values else CRS84
    if "filter" not in values:
        return None
    return parse_filter(values["filter"], queryables(catalog, sources), language, crs)


def _properties(
    values: Mapping[str, str], catalog: Catalog, sources: Sequence[Source]
) -> tuple[str, ...] | None:
    if "properties" not in values:
        return None
    known = {item.name for source in sources for item in catalog.layer(source.collection).fields}
    names = tuple(dict.fromkeys(values["properties"].split(",")))
    for name in names:
        if name not in known:
            raise UnknownName(
                f"properties: {name[:60]!r} is not one of {', '.join(sorted(known))}",
                parameter="properties",
            )
    return names


def _crs(values: Mapping[str, str]) -> str | None:
    if "crs" in values:
        parse_crs(values["crs"])
    return values.get("crs")


def _box(values: Mapping[str, str]) -> BBox | PlaneBox | None:
    # A wrong name is wrong without a box, too.
    crs = parse_crs_uri("bbox-crs", values["bbox-crs"]) if "bbox-crs" in values else CRS84
    return parse_box(values["bbox"], crs) if "bbox" in values else None


class _Due(TypedDict):
    due: tuple[str, ...]
    as_of: str | None


def _due(values: Mapping[str, str], day: str) -> _Due:
    """Return the classes of deadlines asked for, and the day that they are judged on."""
    asked = tuple(values["due"].split(",")) if "due" in values else ()
    for name in asked:
        if name not in DUE_CLASSES:
            raise UnknownName(
                f"due: {name!r} is not one of {', '.join(DUE_CLASSES)}", parameter="due"
            )
    # Without a class the day changes nothing, and equal questions must stay equal.
    return {"due": asked, "as_of": _day(values, day) if asked else None}


def _day(values: Mapping[str, str], day: str) -> str:
    return _date("as_of", values["as_of"]) if "as_of" in values else day


def parse_ring(text: str) -> tuple[tuple[float, float], ...]:
    """Parse the parameter ``polygon``: lon,lat,lon,lat,… of a ring, closed or not.

    Raises
    ------
    InvalidRequest
        Not three to 10,000 positions, a number out of range, or a ring that crosses itself.
    """
    import shapely

    numbers = parse_numbers("polygon", text)
    ring = tuple(zip(numbers[::2], numbers[1::2], strict=False))
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring = ring[:-1]
    if len(numbers) % 2 or not 3 <= len(ring) <= POLYGON_POSITIONS_MAXIMUM:
        raise InvalidRequest(
            f"polygon needs 3 to {POLYGON_POSITIONS_MAXIMUM} pairs lon,lat", parameter="polygon"
        )
    if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring):
        raise InvalidRequest("polygon is beyond ±180, ±90 degrees (lon,lat)", parameter="polygon")
    shape = shapely.Polygon(ring)
    if not shape.is_valid or not shape.area:
        raise InvalidRequest("polygon crosses itself or has no area", parameter="polygon")
    return ring


def _conditions(
    values: Mapping[str, str], allowed: Mapping[str, Field | None]
) -> tuple[Condition, ...]:
    found = [
        Condition(name, tuple(_value(item, part) for part in values[name].split(",")))
        for name, item in allowed.items()
        if item is not None and name in values
    ]
    if "area" in values:
        found.append(Condition(AREA_FIELD, tuple(values["area"].split(","))))
    return tuple(found)


def _value(item: Field, text: str) -> Value:
    if item.enum is not None and text == NONE:
        return None
    try:
        if item.type == "integer":
            return _integer(item, text)
        if item.type == "number":
            return parse_numbers(item.name, text)[0]
        if item.type == "boolean":
            return _flag(item.name, text)
        return _date(item.name, text) if item.type == "date" else text
    except ValueError:
        return _refuse(item, text)


def _integer(item: Field, text: str) -> Value:
    # 64 bits are what a store holds of an integer.
    if not _WHOLE.fullmatch(text.removeprefix("-")) or not -(2**63) <= int(text) < 2**63:
        return _refuse(item, text)
    return int(text)


def _refuse(item: Field, text: str) -> Value:
    raise InvalidRequest(f"{item.name}: {text!r} is not of type {item.type}", parameter=item.name)


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidRequest(f"{name} must be true or false", parameter=name)
    return text == "true"


def _date(name: str, text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise InvalidRequest(f"{name}: {text!r} is not a date (YYYY-MM-DD)", parameter=name)


def _ranges(
    values: Mapping[str, str], catalog: Catalog, sources: Sequence[Source]
) -> tuple[Range, ...]:
    found: list[Range] = []
    low, high = values.get("due_after"), values.get("due_before")
    if low or high:
        low = _date("due_after", low) if low else None
        high = _date("due_before", high) if high else None
        found.append(Range(DUE_FIELD, low, high, with_null=False))
    if "datetime" in values:
        first, last = _interval(values["datetime"])
        temporal = {catalog.layer(source.collection).temporal for source in sources} - {None}
        # A collection without time takes any datetime: its features have none to compare.
        found += [
            Range(str(name), first, last, with_null=True) for name in sorted(temporal, key=str)
        ]
    return tuple(found)


def _interval(text: str) -> tuple[str | None, str | None]:
    """Parse ``datetime``; the fields compared are whole days, so the answer is in UTC dates."""
    parts = text.split("/")
    if len(parts) > 2:
        raise _bad_datetime(text)
    if len(parts) == 1:
        day = _moment(parts[0], text).date().isoformat()
        return day, day
    low, high = (None if part in ("", "..") else _moment(part, text) for part in parts)
    if low is None and high is None:
        raise _bad_datetime(text)
    if low is not None and high is not None and low > high:
        raise _bad_datetime(text)
    return (
        None if low is None else low.date().isoformat(),
        None if high is None else high.date().isoformat(),
    )


def _moment(part: str, whole: str) -> dt.datetime:
    try:
        if _DATE.fullmatch(part):
            return dt.datetime.fromisoformat(part).replace(tzinfo=dt.UTC)
        if _INSTANT.fullmatch(part):
            return dt.datetime.fromisoformat(part.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise _bad_datetime(whole)


def _bad_datetime(text: str) -> InvalidRequest:
    return InvalidRequest(
        f"datetime: {text[:60]!r} is no RFC 3339 date, instant or interval", parameter="datetime"
    )


def _limit(text: str) -> int:
    if not _WHOLE.fullmatch(text) or int(text) < 1:
        raise InvalidRequest("limit must be a whole number from 1", parameter="limit")
    return min(int(text), LIMIT_MAXIMUM)


def _sort(text: str) -> tuple[SortKey, ...]:
    # A plus sign is a blank by the time that it arrives.
    signed = [part if part[:1] in tuple("+- ") else f"+{part}" for part in text.split(",")]
    keys = [SortKey(part[1:], part[0] == "-") for part in signed]
    if len(keys) > 5 or not all(key.field for key in keys):
        raise InvalidRequest(
            "sortby takes one to five fields: deadline,-name_zh", parameter="sortby"
        )
    return tuple(keys)
