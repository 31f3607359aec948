"""A tile's question → SQL text and parameters. Pure: opens nothing."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from zymap.bbox import BBox
from zymap.catalog import Catalog, Layer, Source
from zymap.query import Query
from zymap.store import sql
from zymap.store.base import tile_attributes


def is_whole(query: Query) -> bool:
    """Tell whether a question asks for all located features of its one collection."""
    (source,) = query.sources
    return query == Query((Source(source.collection),))


def within(query: Query, catalog: Catalog, area: sql.Area | None, box: BBox) -> sql.Statement:
    """Return the statement for the matching rows whose bounds meet a box.

    It begins at the R-tree (``CROSS JOIN`` holds SQLite to that order), so it costs what lies in
    the box, whatever else is asked.
    """
    (source,) = query.sources
    layer = catalog.layer(source.collection)
    clauses = sql.where(source, layer, query, area)
    found = sql.within_box(sql.rtree(layer.id), box)
    text = (
        f"SELECT {_columns(layer)} FROM ({found.text}) r "
        f"CROSS JOIN {sql.quote(layer.id)} t ON t.fid = r.id "
        f"CROSS JOIN {sql.side_table(layer.id)} x ON x.fid = r.id"
    )
    if clauses.texts:
        text += f" WHERE {' AND '.join(clauses.texts)}"
    return sql.Statement(text, (*found.parameters, *clauses.parameters))


def rows(layer: Layer, fids: Sequence[int]) -> sql.Statement:
    """Return the statement for rows by their numbers."""
    return sql.Statement(
        f"SELECT {_columns(layer)} FROM {sql.quote(layer.id)} t "
        "WHERE t.fid IN (SELECT value FROM json_each(?))",
        (orjson.dumps(fids).decode(),),
    )


def _columns(layer: Layer) -> str:
    names = ("fid", "geom", *tile_attributes(layer))
    return ", ".join(f"t.{sql.quote(name)}" for name in names)
