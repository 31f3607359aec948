"""Query → SQL text and parameters, in the dialect of a store. Pure: opens nothing.

Each layer has two tables that share the row number ``fid``: the one that every GIS sees
(``projects``), and ``zymap_projects`` with what zymap needs beside it: the feature's
finished text, its exact bounds, its search text. The second leads; the first is joined only
where a question names one of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import orjson

from zymap.bbox import BBox
from zymap.catalog import DUE_FIELD, STATUS_FIELD, Catalog, Layer, Source
from zymap.lateness import ENDED, soon_until
from zymap.planebox import PlaneBox
from zymap.query import Condition, Query, Range, SortKey
from zymap.store import cql_sql
from zymap.store.base import SEPARATOR
from zymap.store.dialect import Dialect, Parameter, ShapeRelation
from zymap.store.gpkg_dialect import GPKG
from zymap.store.naming import quote

_LOCATED = "x.located AS located"
_JOINED = f"CAST(group_concat(feature, '{SEPARATOR.decode()}') AS BLOB)"


class Statement(NamedTuple):
    """SQL text and the parameters of its question marks."""

    text: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A geometry to compare with: its WKB (WGS 84) and its bounds."""

    wkb: bytes
    bbox: BBox


class Position(NamedTuple):
    """Where a feature stands in the order: its sort keys, its source's number, its fid."""

    keys: tuple[Parameter, ...]
    source: int
    fid: int


@dataclass(slots=True)
class Clauses:
    """WHERE clauses under construction, with their parameters in the same order."""

    dialect: Dialect
    texts: list[str] = field(default_factory=list[str])
    parameters: list[Parameter] = field(default_factory=list[Parameter])
    needs_layer: bool = False

    def add(self, text: str, *parameters: Parameter) -> None:
        """Add a condition and the parameters of its question marks."""
        self.texts.append(text)
        self.parameters.extend(parameters)
        self.needs_layer = self.needs_layer or "t." in text


def select(
    query: Query,
    catalog: Catalog,
    area: Area | None,
    after: Position | None,
    dialect: Dialect = GPKG,
) -> Statement:
    """Return the statement for the texts of what matches, row by row."""
    arms = _parts(query, catalog, area, dialect, "x.fid", "x.feature")
    return _cut("feature", query, arms, _paging(query, after, query.limit))


@lru_cache(maxsize=64)
def feature(layer_id: str, dialect: Dialect) -> str:
    """Return the statement for the text of one feature; its question mark is the id."""
    return f"SELECT feature FROM {dialect.side_table(layer_id)} WHERE id = ?"


def page(query: Query, catalog: Catalog, area: Area | None, after: Position | None) -> Statement:
    """Return the statement for one page and one feature more: their texts joined, and counted.

    SQLite joins in the order of the rows, since the inner SELECT has a limit and is not dissolved.
    """
    arms = _parts(query, catalog, area, GPKG, "x.fid", "x.feature")
    rows = _cut("feature", query, arms, _paging(query, after, _one_more(query)))
    return Statement(f"SELECT {_JOINED}, count(*) FROM ({rows.text})", rows.parameters)


def page_fids(
    query: Query, catalog: Catalog, area: Area | None, after: Position | None
) -> Statement:
    """Return the statement for the row numbers of a page of one collection, and of one more.

    They are one JSON text.
    """
    arms = _parts(query, catalog, area, GPKG, "x.fid")
    rows = _cut("fid", query, arms, _paging(query, after, _one_more(query)))
    return Statement(f"SELECT json_group_array(fid) FROM ({rows.text})", rows.parameters)


def counted_page_fids(
    query: Query, catalog: Catalog, area: Area | None, after: Position | None
) -> Statement:
    """Return the statement of `page_fids`, and for how many match and how many are located.

    What matches is found once. Of a box, the unlocated are not counted: how many they are is the
    same for every box.
    """
    located, *others = _parts(query, catalog, area, GPKG, "x.fid")
    found = Statement("SELECT * FROM found", ())
    rows = _cut("fid", query, [found, *others], _paging(query, after, _one_more(query)))
    text = (
        f"WITH found AS MATERIALIZED ({located.text}) SELECT json_group_array(fid), "
        "(SELECT count(*) FROM found), (SELECT coalesce(sum(located), 0) FROM found) "
        f"FROM ({rows.text})"
    )
    return Statement(text, (*located.parameters, *rows.parameters))


def texts(collection: str, fids: Sequence[int]) -> Statement:
    """Return the statement for the texts of some row numbers, in their order: joined."""
    text = (
        f"SELECT {_JOINED} FROM (SELECT x.feature FROM json_each(?) j "
        f"CROSS JOIN {GPKG.side_table(collection)} x ON x.fid = j.value LIMIT -1)"
    )
    return Statement(text, (orjson.dumps(fids).decode(),))


def _one_more(query: Query) -> int:
    """Return how many rows tell whether there are more than a page: all, without a limit."""
    return -1 if query.limit is None else query.limit + 1


def _cut(column: str, query: Query, arms: Sequence[Statement], paging: Statement) -> Statement:
    """Return the statement for a column of the rows that match, cut to a page."""
    if len(arms) > len(query.sources):
        # Each part is cut to the page: without that, all unlocated features would be sorted.
        pages = [_paged("*", [arm], paging) for arm in arms]
        arms = [Statement(f"SELECT * FROM ({page.text}) AS p", page.parameters) for page in pages]
    return _paged(column, arms, paging)


def _parts(
    query: Query, catalog: Catalog, area: Area | None, dialect: Dialect, *columns: str
) -> Sequence[Statement]:
    """Return what finds the rows that match, by place and collection; pages share it."""
    # Long questions are not remembered: the memory is bounded by their number.
    make = _made_parts if query.is_short else _made_parts.__wrapped__
    return make(query, catalog, area, columns, dialect)


@lru_cache(maxsize=256)
def _made_parts(
    query: Query, catalog: Catalog, area: Area | None, columns: Sequence[str], dialect: Dialect
) -> Sequence[Statement]:
    keys = _keys(query.sort)
    return [
        _arm(number, source, part, catalog, area, [*columns, _located(part), *keys], dialect)
        for part in by_place(query)
        for number, source in enumerate(query.sources)
    ]


def _located(query: Query) -> str:
    """Return the column that tells if a feature is located; where all are, it is not read."""
    return _LOCATED if query.located is None else f"{int(query.located)} AS located"


def by_place(query: Query) -> tuple[Query, ...]:
    """Return the question as it is, or one for the located and one for the other features.

    A box matches the unlocated, wherever it is: finding them has nothing to do with the R-tree.
    """
    if query.bbox is None or query.located is not None:
        return (query,)
    return query._replace(located=True), query._replace(located=False, bbox=None)


def _paging(query: Query, after: Position | None, limit: int | None) -> Statement:
    """Return what cuts the page out of the rows that match."""
    names = [f"k{number}" for number in range(len(query.sort))]
    # Several sources are told apart by their number; a single one keeps the plan free of it.
    numbered = len(query.sources) > 1
    text, parameters = "", list[Parameter]()
    if after is not None:
        behind = _after(query.sort, names, after, numbered=numbered)
        text += f" WHERE {behind.text}"
        parameters += behind.parameters
    tail = ["n", "fid"] if numbered else ["fid"]
    text += " ORDER BY " + ", ".join([*_order(query.sort, names), *tail])
    if limit is not None:
        text += " LIMIT ?"
        parameters.append(limit)
    return Statement(text, tuple(parameters))


def _paged(columns: str, arms: Sequence[Statement], paging: Statement) -> Statement:
    parameters = (value for arm in arms for value in arm.parameters)
    text = f"SELECT {columns} FROM ({_union(arms)}) AS m{paging.text}"
    return Statement(text, (*parameters, *paging.parameters))


def count(query: Query, catalog: Catalog, area: Area | None, dialect: Dialect = GPKG) -> Statement:
    """Return the statement for how many features match and how many of them are located."""
    arms = [
        _arm(number, source, query, catalog, area, [_located(query)], dialect)
        for number, source in enumerate(query.sources)
    ]
    return Statement(
        f"SELECT count(*), coalesce(sum(located), 0) FROM ({_union(arms)}) AS m",
        tuple(value for arm in arms for value in arm.parameters),
    )


def fids(query: Query, catalog: Catalog, area: Area | None, dialect: Dialect = GPKG) -> Statement:
    """Return the statement for the row numbers of what matches in the one collection asked."""
    (source,) = query.sources
    arm = _arm(0, source, query, catalog, area, ["x.fid"], dialect)
    return Statement(f"SELECT fid FROM ({arm.text}) AS m", arm.parameters)


def search_texts(
    query: Query, catalog: Catalog, area: Area | None, dialect: Dialect = GPKG
) -> Statement:
    """Return the statement for the ids and search texts of what matches."""
    arms = [
        _arm(number, source, query, catalog, area, ["x.id", "x.search"], dialect)
        for number, source in enumerate(query.sources)
    ]
    return Statement(
        f"SELECT id, search FROM ({_union(arms)}) AS m",
        tuple(value for arm in arms for value in arm.parameters),
    )


def facet(
    query: Query, catalog: Catalog, area: Area | None, name: str, dialect: Dialect = GPKG
) -> Statement:
    """Return the statement for how many features match for each value of a field."""
    arms = [
        _arm(number, source, query, catalog, area, [f"t.{quote(name)} AS value"], dialect)
        for number, source in enumerate(query.sources)
    ]
    return Statement(
        f"SELECT value, count(*) FROM ({_union(arms)}) AS m "
        "GROUP BY value ORDER BY value IS NOT NULL, value",
        tuple(value for arm in arms for value in arm.parameters),
    )


def position(query: Query, feature_id: str, dialect: Dialect = GPKG) -> Statement:
    """Return the statement for the place of a feature in the order of `query`."""
    text = _position(query.sources, query.sort, dialect)
    return Statement(text, (feature_id,) * len(query.sources))


@lru_cache(maxsize=64)
def _position(sources: Sequence[Source], sort: Sequence[SortKey], dialect: Dialect) -> str:
    columns = ", ".join(["x.fid", *_keys(sort)])
    arms: list[str] = []
    for number, source in enumerate(sources):
        table = f"{dialect.side_table(source.collection)} x"
        if sort:
            table += f" JOIN {dialect.table(source.collection)} t ON t.fid = x.fid"
        arms.append(f"SELECT {number} AS n, {columns} FROM {table} WHERE x.id = ?")
    return " UNION ALL ".join(arms)


def _arm(
    number: int,
    source: Source,
    query: Query,
    catalog: Catalog,
    area: Area | None,
    columns: Sequence[str],
    dialect: Dialect,
) -> Statement:
    layer = catalog.layer(source.collection)
    clauses = _attributes(source, layer, query, area, dialect)
    found = _found(layer, query, dialect)
    joined = clauses.needs_layer or any("t." in column for column in columns)
    if joined and not _needs_side([*columns, *clauses.texts], beside=_LOCATED):
        columns = [_located_by_layer(layer) if name == _LOCATED else name for name in columns]
    needs_side = _needs_side([*columns, *clauses.texts])
    if clauses.needs_layer and found is None and area is None:
        # An index of the layer's table finds the rows then, and holds them in fid order.
        columns = ["t.fid" if column == "x.fid" else column for column in columns]
    rows, parameters = f"{dialect.side_table(layer.id)} x", list[Parameter]()
    if found is not None and needs_side:
        clauses.add(f"x.fid IN ({found.text})", *found.parameters)
    elif found is not None:
        rows, parameters = f"(SELECT id AS fid FROM ({found.text}) AS b) x", [*found.parameters]
    where = " AND ".join(clauses.texts)
    if joined and found is None and not needs_side:
        rows, where = f"{dialect.table(layer.id)} t", where.replace("x.fid", "t.fid")
        columns = [column.replace("x.fid", "t.fid") for column in columns]
    elif joined:
        rows += f" JOIN {dialect.table(layer.id)} t ON t.fid = x.fid"
    text = f"SELECT {number} AS n, {', '.join(columns)} FROM {rows}"
    return Statement(f"{text} WHERE {where}" if where else text, (*parameters, *clauses.parameters))


def _needs_side(texts: Iterable[str], beside: str = "") -> bool:
    """Tell whether SQL names more of ``x`` than the row number, which the R-tree knows as well."""
    return any("x." in text.replace("x.fid", "") for text in texts if text != beside)


def _located_by_layer(layer: Layer) -> str:
    """Return the column that tells from the layer's own table if a feature is located."""
    return "CAST(t.geom IS NOT NULL AS integer) AS located" if layer.geometry else "0 AS located"


def _union(arms: Iterable[Statement]) -> str:
    return " UNION ALL ".join(arm.text for arm in arms)


def _found(layer: Layer, query: Query, dialect: Dialect) -> Statement | None:
    """Return the statement for the row numbers that the box asks for, if there is one."""
    if isinstance(query.bbox, PlaneBox):
        raise TypeError("the store must say a box in WGS 84 first: zymap.planebox.outline")
    if query.bbox is None or not layer.geometry:
        return None
    text, values = dialect.in_box(layer, query.bbox)
    if query.located is not True:
        text += f" UNION ALL SELECT fid FROM {dialect.side_table(layer.id)} WHERE located = 0"
    return Statement(text, tuple(values))


def _attributes(
    source: Source, layer: Layer, query: Query, area: Area | None, dialect: Dialect
) -> Clauses:
    """Return what a source and a question ask of the rows ``x`` and ``t``, but for the box."""
    clauses = Clauses(dialect)
    for name, values in source.where:
        _add_condition(clauses, layer, Condition(name, values))
    for condition in query.conditions:
        _add_condition(clauses, layer, condition)
    for item in query.ranges:
        _add_range(clauses, layer, item)
    if query.among is not None:
        _add_among(clauses, layer, query.among)
    if query.ids:
        clauses.add(f"x.id IN ({_marks(query.ids)})", *query.ids)
    if query.text is not None:
        clauses.add(dialect.holds("x.search"), query.text)
    in_the_tree = query.bbox is not None and layer.geometry and query.located
    if query.located is not None and not in_the_tree:
        clauses.add("x.located = ?", int(query.located))
    if query.due:
        _add_due(clauses, layer, query)
    if query.filter is not None:
        clauses.add(*cql_sql.condition(query.filter.predicate, layer, dialect))
    _add_place(clauses, layer, query, area)
    return clauses


def _add_among(clauses: Clauses, layer: Layer, among: Sequence[Source]) -> None:
    """Add that one of the sources has the feature."""
    choices: list[str] = []
    for source in among:
        if source.collection == layer.id:
            parts = Clauses(clauses.dialect)
            for name, values in source.where:
                _add_condition(parts, layer, Condition(name, values))
            choices.append(" AND ".join(parts.texts) or "TRUE")
            clauses.parameters += parts.parameters
    clauses.add(f"({' OR '.join(choices) or 'FALSE'})")


def _add_place(clauses: Clauses, layer: Layer, query: Query, area: Area | None) -> None:
    if area is not None:
        _add_shape(clauses, layer, area, "covers")
    if query.polygon:
        _add_shape(clauses, layer, _ring(query.polygon), "intersects")


def _add_condition(clauses: Clauses, layer: Layer, condition: Condition) -> None:
    if condition.field == "id":
        clauses.add(f"x.id IN ({_marks(condition.values)})", *condition.values)
        return
    column = f"t.{quote(condition.field)}"
    values = [value for value in condition.values if value is not None]
    if len(values) < len(condition.values):
        parts = [f"{column} IS NULL", *([f"{column} IN ({_marks(values)})"] if values else [])]
        clauses.add(f"({' OR '.join(parts)})", *values)
        return
    marks = _marks(values)
    if layer.field(condition.field).type == "list":
        items = clauses.dialect.items(column)
        text = f"EXISTS (SELECT 1 FROM {items} WHERE value IN ({marks}))"
    else:
        # Only an equality lets SQLite take the order from the index, without a sort.
        text = f"{column} = ?" if marks == "?" else f"{column} IN ({marks})"
    clauses.add(text, *values)


def _add_due(clauses: Clauses, layer: Layer, query: Query) -> None:
    """Add the classes of `zymap.lateness.due_class` as conditions; a test holds them equal."""
    if not layer.has_field(DUE_FIELD):
        clauses.add("TRUE" if "undated" in query.due else "FALSE")
        return
    due, day = f"t.{quote(DUE_FIELD)}", query.as_of or ""
    ended = "FALSE"
    if layer.has_field(STATUS_FIELD):
        ended = f"coalesce(t.{quote(STATUS_FIELD)} IN ({_marks(ENDED)}), FALSE)"
    ends: tuple[Parameter, ...] = ENDED if ended != "FALSE" else ()
    classes: dict[str, tuple[str, tuple[Parameter, ...]]] = {
        "overdue": (f"{due} < ? AND NOT {ended}", (day, *ends)),
        "over": (f"{due} < ? AND {ended}", (day, *ends)),
        "soon": (f"{due} BETWEEN ? AND ?", (day, soon_until(day))),
        "later": (f"{due} > ?", (soon_until(day),)),
        "undated": (f"{due} IS NULL", ()),
    }
    asked = [classes[name] for name in query.due]
    clauses.add(
        f"({' OR '.join(f'({text})' for text, _ in asked)})",
        *(value for _, values in asked for value in values),
    )


def _add_range(clauses: Clauses, layer: Layer, item: Range) -> None:
    if not layer.has_field(item.field):
        if not item.with_null:
            clauses.add("FALSE")
        return
    column = f"t.{quote(item.field)}"
    bounds = [(">=", item.low), ("<=", item.high)]
    parts = [f"{column} {sign} ?" for sign, value in bounds if value is not None]
    text = " AND ".join(parts) or f"{column} IS NOT NULL"
    if item.with_null:
        text = f"({column} IS NULL OR ({text}))"
    clauses.add(text, *(value for _, value in bounds if value is not None))


def _ring(ring: Sequence[tuple[float, float]]) -> Area:
    import shapely

    shape = shapely.Polygon(ring)
    return Area(shapely.to_wkb(shape), BBox(*shape.bounds))


def _add_shape(clauses: Clauses, layer: Layer, area: Area, relation: ShapeRelation) -> None:
    if not layer.geometry:
        clauses.add("FALSE")
        return
    text, values = clauses.dialect.in_shape(layer, relation, area.wkb, area.bbox)
    clauses.add(text, *values)


def _keys(sort: Sequence[SortKey]) -> list[str]:
    return [f"{_expression(key.field)} AS k{number}" for number, key in enumerate(sort)]


def _expression(name: str) -> str:
    # x.name_key is the name in GB 18030: its order is pinyin for the common characters.
    own = {"id": "x.id", "name_zh": "x.name_key"}
    return own.get(name, f"t.{quote(name)}")


def _order(sort: Sequence[SortKey], names: Sequence[str]) -> list[str]:
    return [
        f"{name} IS NULL, {name} {'DESC' if key.descending else 'ASC'}"
        for key, name in zip(sort, names, strict=True)
    ]


def _after(
    sort: Sequence[SortKey], names: Sequence[str], after: Position, *, numbered: bool
) -> Statement:
    """Return the condition "stands after `after`": keys, then source number, then fid."""
    steps: list[tuple[str, bool, Parameter]] = [
        (name, key.descending, value)
        for name, key, value in zip(names, sort, after.keys, strict=True)
    ]
    if numbered:
        steps.append(("n", False, after.source))
    steps.append(("fid", False, after.fid))
    alternatives: list[str] = []
    parameters: list[Parameter] = []
    for depth, step in enumerate(steps):
        later = _later(*step)
        if later is None:
            continue
        equal = [
            f"{name} IS NULL" if value is None else f"{name} = ?"
            for name, _, value in steps[:depth]
        ]
        parameters += [value for _, _, value in steps[:depth] if value is not None]
        parameters.append(step[2])
        alternatives.append(" AND ".join([*equal, later]))
    text = " OR ".join(f"({text})" for text in alternatives)
    return Statement(f"({text})", tuple(parameters))


def _later(name: str, descending: bool, value: Parameter) -> str | None:
    if value is None:
        return None  # no value stands last: nothing comes after it by this key
    if name in ("n", "fid"):
        return f"{name} > ?"
    return f"({name} {'<' if descending else '>'} ? OR {name} IS NULL)"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
