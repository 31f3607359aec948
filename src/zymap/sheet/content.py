"""What a sheet tells: the works asked for, and the ground under them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from zymap.bbox import BBox
from zymap.catalog import AREA_FIELD, DUE_FIELD, Catalog, Layer, Source
from zymap.errors import InvalidRequest
from zymap.lateness import ENDED, is_overdue
from zymap.query import Condition, Query, check_query
from zymap.sheet.fonts import printable
from zymap.sheet.words import Words
from zymap.store.base import Store

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

WORKS_MAXIMUM = 5_000
# Of a layer on the ground; more would be a blot, and slow.
GROUND_MAXIMUM = 5_000


@dataclass(frozen=True, slots=True)
class Item:
    """A feature on the ground: its words, and its shape in WGS 84 lon, lat."""

    name: str
    kind: str
    properties: Mapping[str, Any]
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Work:
    """A work in the tables.

    Attributes
    ----------
    number : int
        Its number in the table and on the map, from 1.
    quality : str
        Code of the code list ``location_status``.
    days : int or None
        Days from the sheet's day to the deadline; None without a date, or where nothing is due
        any more.
    shape : shapely geometry or None
        WGS 84 lon, lat.
    """

    number: int
    name: str
    area: str
    kind: str
    status: str | None
    deadline: str | None
    deadline_text: str
    section: str
    quality: str
    uncertainty_m: int | None
    overdue: bool
    days: int | None
    shape: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What the map shows under and beside the works; `left_out` are layers with too much."""

    boundary: tuple[Item, ...]
    areas: tuple[Item, ...]
    context: tuple[Item, ...]
    candidates: tuple[Item, ...]
    left_out: tuple[Layer, ...]


def read_works(store: Store, query: Query, words: Words, as_of: str) -> list[Work]:
    """Read the works asked for, in the order of the sheet; they have no number yet.

    Raises
    ------
    InvalidRequest
        The question names what does not exist, or more works match than a sheet can list.
    """
    check_query(query, store.catalog())
    matched = store.count(query).matched
    if min(matched, query.limit or matched) > WORKS_MAXIMUM:
        raise InvalidRequest(
            f"{matched} works match; a sheet lists at most {WORKS_MAXIMUM}, so ask for fewer"
        )
    works = [_work(orjson.loads(text), words, as_of) for text in store.iterate(query)]
    if not query.sort:
        areas = {code: place for place, code in enumerate(words.catalog.areas)}
        works.sort(key=lambda work: (areas.get(work.area, 99), work.deadline or "~", work.name))
    return works


def _work(feature: dict[str, Any], words: Words, as_of: str) -> Work:
    properties = feature["properties"]
    deadline, status = properties.get(DUE_FIELD), properties.get("status")
    return Work(
        number=0,
        name=_name(properties, words),
        area=properties[AREA_FIELD],
        kind=properties["kind"],
        status=status,
        deadline=deadline,
        deadline_text=printable(words.reported(properties.get("deadline_text") or "")),
        section=printable(words.reported(properties.get("section") or "")),
        quality=properties.get("location_status") or "",
        uncertainty_m=properties.get("coordinateUncertaintyInMeters"),
        overdue=is_overdue(deadline, status, as_of),
        days=_days(deadline, status, as_of),
        shape=_shape(feature["geometry"]),
    )


def _days(deadline: str | None, status: str | None, as_of: str) -> int | None:
    if deadline is None or status in ENDED:
        return None
    return (dt.date.fromisoformat(deadline) - dt.date.fromisoformat(as_of)).days


def read_outlines(store: Store, words: Words) -> tuple[list[Item], list[Item]]:
    """Read the boundaries of the district and of its key areas."""
    catalog = words.catalog
    return (
        [item for layer in catalog.by_role("boundary") for item in _items(store, layer.id, words)],
        [item for layer in catalog.by_role("areas") for item in _items(store, layer.id, words)],
    )


def read_ground(
    store: Store,
    words: Words,
    outlines: tuple[list[Item], list[Item]],
    bbox: BBox | None,
    *,
    candidates: bool,
    area: str | None,
) -> Ground:
    """Read what the map shows inside `bbox` beside the works; candidates of `area` only."""
    if bbox is None:
        return Ground((), (), (), (), ())
    context, left_out = [], []
    for layer in _ground_layers(words.catalog):
        found = list(_items(store, layer.id, words, bbox))
        if len(found) > GROUND_MAXIMUM:
            left_out.append(layer)
        else:
            context += [item for item in found if not _is_work(item, layer)]
    spots: list[Item] = []
    for layer in words.catalog.by_role("candidates") if candidates else ():
        found = _items(store, layer.id, words, bbox)
        spots += [item for item in found if area in (None, item.properties[AREA_FIELD])]
    boundary, areas = outlines
    return Ground(tuple(boundary), tuple(areas), tuple(context), tuple(spots), tuple(left_out))


def _ground_layers(catalog: Catalog) -> Iterator[Layer]:
    """Yield the layers for orientation, and those of works that hold other things as well."""
    for layer in catalog.layers:
        if layer.role == "context" or (layer.role == "works" and layer.works):
            yield layer


def _is_work(item: Item, layer: Layer) -> bool:
    return layer.role == "works" and all(
        str(item.properties.get(name)) in values for name, values in layer.works
    )


def _name(properties: Mapping[str, Any], words: Words) -> str:
    name = words.pick(properties.get("name_zh") or "", properties.get("name_en") or "")
    return printable(name)


def _items(store: Store, layer: str, words: Words, bbox: BBox | None = None) -> Iterator[Item]:
    query = Query((Source(layer),), bbox=bbox, located=True, limit=GROUND_MAXIMUM + 1)
    for text in store.iterate(query):
        feature = orjson.loads(text)
        properties = feature["properties"]
        shape = _shape(feature["geometry"])
        if shape is not None:
            yield Item(_name(properties, words), properties["kind"], properties, shape)


def _shape(geometry: dict[str, Any] | None) -> BaseGeometry | None:
    import shapely

    if geometry is None:
        return None
    shape = shapely.from_geojson(orjson.dumps(geometry).decode())
    return None if shape.is_empty else shape


def area_of(query: Query) -> str | None:
    """Return the one key area that is asked for, or None."""
    for condition in query.conditions:
        if condition.field == AREA_FIELD and len(condition.values) == 1:
            return str(condition.values[0])
    return query.within


def numbered(works: list[Work], first: int) -> tuple[Work, ...]:
    """Return the works with their numbers, from `first` on."""
    return tuple(replace(work, number=number) for number, work in enumerate(works, first))


def filters_in_words(query: Query, words: Words) -> str:
    """Return what was asked, in words; empty where nothing narrows it."""
    parts = [_condition(item, words) for item in query.conditions]
    parts += [_window(item.low, item.high, words) for item in query.ranges]
    parts += [words(f"filter.due.{name}") for name in query.due]
    if query.within is not None:
        parts.append(words("filter.within", area=words.code("areas", query.within)))
    if query.located is not None:
        parts.append(words("filter.located" if query.located else "filter.unlocated"))
    if query.bbox is not None:
        parts.append(words("filter.bbox"))
    if query.polygon:
        parts.append(words("filter.polygon"))
    if query.text is not None:
        parts.append(words("filter.text", text=query.text))
    if query.ids:
        parts.append(words("filter.ids", number=len(query.ids)))
    if query.limit is not None:
        parts.append(words("filter.limit", number=query.limit))
    return printable(" · ".join(parts))


def _condition(condition: Condition, words: Words) -> str:
    layers = [layer for layer in words.catalog.layers if layer.has_field(condition.field)]
    field = layers[0].field(condition.field) if layers else None
    enum = field.enum if field else None
    values = [
        words("filter.none")
        if value is None
        else words.code(enum, str(value))
        if enum
        else str(value)
        for value in condition.values
    ]
    told = words("separator").join(values)
    return told if enum or field is None else f"{words.pick(field.title_zh, field.title_en)} {told}"


def _window(low: str | None, high: str | None, words: Words) -> str:
    if low is not None and high is not None:
        return words("filter.due", low=low, high=high)
    if low is not None:
        return words("filter.due_from", low=low)
    return words("filter.due_until", high=high)
