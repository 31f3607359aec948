"""What a caller asks of a store: one frozen object, parsed once at the door.

Past this point no string means anything but itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from zymap.bbox import BBox
from zymap.catalog import AREA_FIELD, Catalog, Field, FieldType, Source
from zymap.cql import GEOMETRY, Filter, Type
from zymap.errors import InvalidRequest, UnknownName
from zymap.planebox import PlaneBox

Value = str | int | float | bool | None
# What is made of a question with so many characters of text at most may be remembered.
TEXT_REMEMBERED = 2_000
# What every feature can be asked and sorted by, whatever its fields.
ID_FIELD = "id"
_TYPES: Mapping[FieldType, Type] = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "date": "date",
    "boolean": "boolean",
    "list": "array",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A field must hold one of `values`; for a list field, one of its items must.

    None among the values matches features without one.
    """

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A date field must lie in the closed range [low, high] of ISO dates; None is open.

    In a collection that lacks the field no feature has a value.

    Attributes
    ----------
    with_null : bool
        Whether features without a value match. OGC 17-069r4 asks it of ``datetime``
        (/req/core/fc-time-response B); a question for deadlines must not have it.
    """

    field: str
    low: str | None
    high: str | None
    with_null: bool


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field to sort by; features without a value come last either way."""

    field: str
    descending: bool = False


class Query(NamedTuple):
    """A question to a store.

    Attributes
    ----------
    sources : tuple of Source
        The collections to look in.
    bbox : BBox or PlaneBox or None
        WGS 84, or metres of a projected CRS; features without a geometry match it
        (OGC 17-069r4 /req/core/fc-bbox-response C).
    within : str or None
        Code of a key area that a feature's geometry must lie in; a feature without one never
        does.
    located : bool or None
        Only features with (True) or without (False) a geometry.
    polygon : tuple of (lon, lat)
        A ring, not closed, that a feature's geometry must touch; a feature without one never
        does. Empty asks for no place.
    due : tuple of str
        Some of `zymap.lateness.DUE_CLASSES`, as they stand on the day `as_of`.
    target : str or None
        Id of a target; only features that count towards it.
    among : tuple of Source or None
        Only features that one of these has; what a store makes of `target`.
    text : str or None
        Part of a name or of its pinyin, in its `zymap.search.search_form`.
    ids : tuple of str
        Only these ids; empty asks for all.
    filter : Filter or None
        A condition in CQL2, made for these sources.
    after : str or None
        Id of the last feature of the page before.
    limit : int or None
        Most features to return; None for all.
    """

    sources: tuple[Source, ...]
    bbox: BBox | PlaneBox | None = None
    within: str | None = None
    located: bool | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    due: tuple[str, ...] = ()
    as_of: str | None = None
    target: str | None = None
    among: tuple[Source, ...] | None = None
    text: str | None = None
    ids: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    ranges: tuple[Range, ...] = ()
    filter: Filter | None = None
    sort: tuple[SortKey, ...] = ()
    after: str | None = None
    limit: int | None = None

    def unpaged(self) -> Query:
        """Return the same question without page and order: what a count depends on."""
        return (_unpaged if self.is_short else _unpaged.__wrapped__)(self)

    def at(self, bbox: BBox | PlaneBox | None) -> Query:
        """Return the same question with another box; asked for each answer, so not by name."""
        return Query(self.sources, bbox, *self[2:])

    def anywhere(self) -> Query:
        """Return the same question without box, page and order, whether located or not."""
        # From the polygon to the filter: to name them all takes some times as long.
        return Query(self.sources, None, self.within, None, *self[4:14])

    @property
    def is_for_all(self) -> bool:
        """Whether every feature of the sources matches, in the order that they have."""
        # The box first: to compare one with nothing takes longer than all the rest.
        return self.bbox is None and self[1:-1] == _NOTHING and not any(map(_WHERE, self.sources))

    @property
    def area_alone(self) -> str | None:
        """The code of an area, where all that is in it matches, in the order that it has."""
        if len(self.conditions) != 1 or self.conditions[0].field != AREA_FIELD:
            return None
        code, *others = self.conditions[0].values
        if others or not isinstance(code, str) or any(map(_WHERE, self.sources)):
            return None
        beside = self[1:_CONDITIONS] + self[_CONDITIONS + 1 : -1]
        return code if beside == _NOTHING_BESIDE else None

    @property
    def is_short(self) -> bool:
        """Whether so little is said that what is made of it may be remembered."""
        values = sum(len(condition.values) for condition in self.conditions)
        text = (self.text or "") + ("" if self.filter is None else self.filter.text)
        return len(self.polygon) + len(self.ids) + values <= 100 and len(text) <= TEXT_REMEMBERED

    @property
    def collections(self) -> tuple[str, ...]:
        """The ids of the collections asked."""
        return tuple(source.collection for source in self.sources)


# What a question asks that asks nothing; where it looks stands first, how much it takes of it last.
_NOTHING = Query(())[1:-1]
_CONDITIONS = Query._fields.index("conditions")
_NOTHING_BESIDE = Query(())[1:_CONDITIONS] + Query(())[_CONDITIONS + 1 : -1]
_WHERE = attrgetter("where")


@lru_cache(maxsize=256)
def _unpaged(query: Query) -> Query:
    return query._replace(after=None, limit=None, sort=())


def everything(catalog: Catalog) -> Query:
    """Return the question for all features of all layers."""
    return Query(tuple(Source(layer.id) for layer in catalog.layers))


@lru_cache(maxsize=64)
def shared_fields(catalog: Catalog, query_sources: tuple[Source, ...]) -> Mapping[str, Field]:
    """Return the fields that every one of the sources has, by name."""
    layers = [catalog.layer(source.collection) for source in query_sources]
    first, *rest = layers
    return {
        item.name: item
        for item in first.fields
        if all(layer.has_field(item.name) for layer in rest)
    }


def sortable_fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields that features can be sorted by: a list has no order among lists."""
    return tuple(item for item in fields if item.type != "list")


@lru_cache(maxsize=64)
def queryables(catalog: Catalog, query_sources: tuple[Source, ...]) -> Mapping[str, Type]:
    """Return what a filter may name in every one of the sources, and of which type it is.

    A layer without geometries is asked for them in vain, and does not keep the others from it.
    """
    fields = shared_fields(catalog, query_sources)
    found: dict[str, Type] = {ID_FIELD: "string"}
    found |= {name: _TYPES[item.type] for name, item in fields.items() if not item.hidden}
    if any(catalog.layer(source.collection).geometry for source in query_sources):
        found[GEOMETRY] = "geometry"
    return found


def check_query(query: Query, catalog: Catalog) -> None:
    """Check that every name in `query` exists in the catalogue.

    Raises
    ------
    UnknownName
        A field that not all of the collections have, or a code that its code list lacks.
    InvalidRequest
        No collection is asked, or `within` names no key area.
    """
    if not query.sources:
        raise InvalidRequest("the question names no collection")
    fields = shared_fields(catalog, query.sources)
    named = [(condition.field, condition.field) for condition in query.conditions]
    named += [(key.field, "sortby") for key in query.sort]
    for name, parameter in named:
        if name not in fields and name != ID_FIELD:
            raise UnknownName(
                f"{parameter}: {name!r} is not a field of {', '.join(query.collections)}",
                parameter=parameter,
            )
    for key in query.sort:
        if key.field in fields and not sortable_fields([fields[key.field]]):
            raise InvalidRequest(f"sortby: {key.field} is a list", parameter="sortby")
    for condition in query.conditions:
        field = fields.get(condition.field)
        if field is not None and field.enum is not None:
            _check_codes(condition, field, catalog)
    if query.within is not None and query.within not in catalog.areas:
        raise UnknownName(f"within: there is no area {query.within!r}", parameter="within")


def _check_codes(condition: Condition, field: Field, catalog: Catalog) -> None:
    codes = catalog.code_list(str(field.enum))
    for value in condition.values:
        if value is not None and value not in codes:
            raise UnknownName(
                f"{field.name}: {value!r} is not a code; use one of {', '.join(codes)}",
                parameter=field.name,
            )


def describe_query(query: Query) -> dict[str, Any]:
    """Return the question as plain JSON values, for a manifest or a cache key."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(query._replace(filter=None)._asdict()))
    if query.filter is not None:
        asked = query.filter
        plain["filter"] = {"text": asked.text, "lang": asked.language, "crs": asked.crs.uri}
    return {key: value for key, value in plain.items() if value not in (None, [], ())}
