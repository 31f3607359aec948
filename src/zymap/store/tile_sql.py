"""A tile's question → SQL text and parameters. Pure: opens nothing.

Every statement begins at an R-tree and finds the rest by row number (``CROSS JOIN`` holds SQLite
to that order), so a tile costs what lies in it, whatever else is asked.
"""

from __future__ import annotations

from zymap.bbox import BBox
from zymap.catalog import Catalog, Layer, Source
from zymap.query import Query
from zymap.store import sql
from zymap.store.base import tile_attributes
from zymap.store.thinning import (
    THINNED_FROM,
    WHOLE_FROM_ZOOM,
    cell_shift,
    levels_tree,
    places_of_tile,
    places_table,
)
from zymap.tilematrix import Tile

# As many as a layer can have that is shown whole.
ROWS_MAXIMUM = THINNED_FROM


def is_whole(query: Query) -> bool:
    """Tell whether a question asks for all located features of its one collection."""
    (source,) = query.sources
    return query == Query((Source(source.collection),))


def whole(query: Query, catalog: Catalog, area: sql.Area | None, box: BBox) -> sql.Statement:
    """Return the statement for all matching rows of a layer that is not thinned.

    The last columns are those of the other statements, where none is left out.
    """
    layer, clauses = _asked(query, catalog, area)
    found = sql.within_box(sql.rtree(layer.id), box)
    text = (
        f"SELECT {_columns(layer)}, 0, 0 FROM ({found.text}) r "
        f"CROSS JOIN {sql.quote(layer.id)} t ON t.fid = r.id "
        f"CROSS JOIN {sql.side_table(layer.id)} x ON x.fid = r.id"
    )
    return sql.Statement(text + _all(clauses), (*found.parameters, *clauses.parameters))


def thinned(layer: Layer, tile: Tile, box: BBox) -> sql.Statement:
    """Return the statement for the rows of a large layer that are shown at a zoom.

    The last columns tell how many places are in the tile, and how many of them are thinned.
    """
    found = sql.within_box(levels_tree(layer.id), box)
    inside = f"FROM {places_table(layer.id)} WHERE place BETWEEN ? AND ?"
    text = (
        f"SELECT {_columns(layer)}, "
        f"(SELECT count(*) {inside}), (SELECT count(*) {inside} AND level > ?) "
        f"FROM ({found.text} AND level <= ? ORDER BY level, id LIMIT {ROWS_MAXIMUM}) r "
        f"CROSS JOIN {sql.quote(layer.id)} t ON t.fid = r.id"
    )
    bounds, zoom = places_of_tile(tile), tile.matrix
    return sql.Statement(text, (*bounds, *bounds, zoom, *found.parameters, zoom))


def thinned_among_matches(
    query: Query, catalog: Catalog, area: sql.Area | None, tile: Tile, box: BBox
) -> sql.Statement:
    """Return the statement for the rows of a large layer that are shown of those that match.

    The level of a row is among all rows: by it, rows that do not match would hide some that do.
    So all matches in the tile are looked at, and each cell shows its first.

    The last columns tell how many matches have their place in the tile, and how many of them are
    thinned.
    """
    layer, clauses = _asked(query, catalog, area)
    found = sql.within_box(sql.rtree(layer.id), box)
    whole = tile.matrix >= WHOLE_FROM_ZOOM
    cell = "p.fid" if whole else f"p.place >> {cell_shift(tile.matrix)}"
    text = (
        f"SELECT {_columns(layer)}, m.total, m.total - m.shown FROM ("
        # A cell lies in the tile with all its places or with none.
        "SELECT first, sum(inside) OVER () AS total, sum(inside > 0) OVER () AS shown FROM ("
        # The lowest level leads, then the lowest row number, which has 40 bits.
        "SELECT min((p.level << 40) | p.fid) AS first, sum(p.place BETWEEN ? AND ?) AS inside "
        f"FROM ({found.text}) r "
        f"CROSS JOIN {places_table(layer.id)} p ON p.fid = r.id "
        f"CROSS JOIN {sql.quote(layer.id)} t ON t.fid = r.id "
        f"CROSS JOIN {sql.side_table(layer.id)} x ON x.fid = r.id"
        f"{_all(clauses)} GROUP BY {cell}) ORDER BY first LIMIT {ROWS_MAXIMUM}) m "
        f"CROSS JOIN {sql.quote(layer.id)} t ON t.fid = m.first & {(1 << 40) - 1}"
    )
    parameters = (*places_of_tile(tile), *found.parameters, *clauses.parameters)
    return sql.Statement(text, parameters)


def _asked(query: Query, catalog: Catalog, area: sql.Area | None) -> tuple[Layer, sql.Clauses]:
    (source,) = query.sources
    layer = catalog.layer(source.collection)
    return layer, sql.where(source, layer, query, area)


def _columns(layer: Layer) -> str:
    return ", ".join(
        ("t.fid", "t.geom", *(f"t.{sql.quote(name)}" for name in tile_attributes(layer)))
    )


def _all(clauses: sql.Clauses) -> str:
    return f" WHERE {' AND '.join(clauses.texts)}" if clauses.texts else ""
