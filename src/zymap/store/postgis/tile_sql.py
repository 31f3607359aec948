"""A tile as one statement: the rows that it shows, drawn by PostGIS.

Which features a tile shows is told by the numbers that `zymap.store.thinning` made at load, by the
same rule as the embedded store has.

Standard: Mapbox Vector Tile 2.1.
"""

from __future__ import annotations

from zymap.bbox import BBox
from zymap.catalog import Layer
from zymap.store.base import tile_attributes
from zymap.store.dialect import Parameter
from zymap.store.naming import quote
from zymap.store.postgis.dialect import ENVELOPE, PostgisDialect
from zymap.store.sql import Statement
from zymap.store.thinning import TILE_MAXIMUM, WHOLE_FROM_ZOOM, cell_shift, place_range, square_of
from zymap.tilematrix import HALF_EQUATOR_M, Tile
from zymap.tiles import EXTENT

_CENTRED = "p.centre_x >= ? AND p.centre_x < ? AND p.centre_y >= ? AND p.centre_y < ?"
_NEAR = """SELECT p.fid, p.level, p.place >> CAST(? AS integer) AS cell, {centred} AS centred
FROM {table} t JOIN {tiles} p ON p.fid = t.fid WHERE t.geom && {envelope}"""
_FIRSTS = "SELECT DISTINCT ON (cell) fid, level, centred FROM near ORDER BY cell, level, fid"
# What is smaller than the grid can tell is drawn one unit wide: it never vanishes from the tile.
_DRAWN = """SELECT d.fid, {names}, coalesce(
  ST_AsMVTGeom(d.shape, d.box, {extent}, d.buffer),
  CASE WHEN ST_Dimension(d.shape) > 0 AND ST_Intersects(d.shape, ST_Expand(d.box, d.margin)) THEN
    ST_AsMVTGeom(CASE ST_Dimension(d.shape) WHEN 2 THEN ST_Buffer(d.shape, d.unit, 1)
      ELSE ST_MakeLine(ST_Translate(ST_Centroid(d.shape), -d.unit, 0),
        ST_Translate(ST_Centroid(d.shape), d.unit, 0)) END, d.box, {extent}, d.buffer)
  END) AS geom
FROM (SELECT {shape} AS shape, ST_MakeEnvelope(?, ?, ?, ?, {srid}) AS box,
    CAST(? AS integer) AS buffer, CAST(? AS float8) AS margin, CAST(? AS float8) AS unit,
    x.fid, {columns}
  FROM kept k JOIN {table} t ON t.fid = k.fid JOIN {side} x ON x.fid = k.fid
  JOIN {tiles} p ON p.fid = k.fid) AS d
ORDER BY ST_Dimension(d.shape) DESC, d.fid"""
_TILE = """WITH near AS ({near}), firsts AS ({firsts}),
kept AS MATERIALIZED (SELECT * FROM firsts ORDER BY level, fid LIMIT {most}),
drawn AS MATERIALIZED ({drawn})
SELECT coalesce((SELECT ST_AsMVT(drawn.*, ?, {extent}, 'geom', 'fid') FROM drawn
  WHERE geom IS NOT NULL), ''), {left_out}"""


def tile_statement(
    dialect: PostgisDialect,
    layer: Layer,
    tile: Tile,
    buffer: float,
    matching: Statement | None,
    *,
    thinned: bool,
) -> Statement:
    """Return the statement for a tile and for how many features it leaves out.

    Parameters
    ----------
    buffer : float
        By how many tile widths the tile is wider on each side.
    matching : Statement or None
        For the row numbers that match a question; None for all.
    thinned : bool
        Whether the layer is so large that not all of it is shown at every zoom.
    """
    names = {
        "table": dialect.table(layer.id),
        "side": dialect.side_table(layer.id),
        "tiles": dialect.own(f"tiles_{layer.id}"),
        "centred": _CENTRED,
        "envelope": ENVELOPE,
    }
    near = _near(names, tile, buffer, matching, known=thinned and matching is None)
    thins = thinned and matching is not None and tile.zoom < WHOLE_FROM_ZOOM
    drawn = _drawn(names, layer, tile, buffer)
    left_out = _left_out(names, tile, matching) if thinned else Statement("0", ())
    text = _TILE.format(
        near=near.text,
        firsts=_FIRSTS if thins else "SELECT fid, level, centred FROM near",
        most=TILE_MAXIMUM,
        drawn=drawn.text,
        extent=EXTENT,
        left_out=left_out.text,
    )
    return Statement(text, (*near.parameters, *drawn.parameters, layer.id, *left_out.parameters))


def _near(
    names: dict[str, str], tile: Tile, buffer: float, matching: Statement | None, *, known: bool
) -> Statement:
    """Return what has its bounds in a tile; `known`: of which levels say what is shown."""
    text = _NEAR.format(**names)
    shift = cell_shift(min(tile.zoom, WHOLE_FROM_ZOOM))
    parameters: list[Parameter] = [shift, *_sides(tile), *tile.bbox(buffer).as_list()]
    if known:
        text += " AND p.level <= ?"
        parameters.append(tile.zoom)
    if matching is not None:
        text += f" AND t.fid IN ({matching.text})"
        parameters += matching.parameters
    return Statement(text, tuple(parameters))


def _drawn(names: dict[str, str], layer: Layer, tile: Tile, buffer: float) -> Statement:
    attributes = tile_attributes(layer)
    columns = ", ".join("x.id" if name == "id" else f"t.{quote(name)}" for name in attributes)
    geographic = tile.matrix_set.geographic
    text = _DRAWN.format(
        **names,
        names=", ".join(f"d.{quote(name)}" for name in attributes),
        columns=columns,
        extent=EXTENT,
        shape="t.geom" if geographic else "p.plane",
        srid=4326 if geographic else 3857,
    )
    box = _plane_box(tile)
    width = box.east - box.west
    values = (*box.as_list(), round(buffer * EXTENT), buffer * width, width / EXTENT)
    return Statement(text, values)


def _plane_box(tile: Tile) -> BBox:
    """Return the box of a tile on its plane: degrees, or metres of Web Mercator."""
    if tile.matrix_set.geographic:
        return tile.bbox()
    size = 2 * HALF_EQUATOR_M / 2**tile.zoom
    west, north = tile.column * size - HALF_EQUATOR_M, HALF_EQUATOR_M - tile.row * size
    return BBox(west, north - size, west + size, north)


def _left_out(names: dict[str, str], tile: Tile, matching: Statement | None) -> Statement:
    kept = "(SELECT count(*) FROM kept WHERE centred)"
    if matching is not None:
        return Statement(f"(SELECT count(*) FROM near WHERE centred) - {kept}", ())
    if tile.matrix_set.geographic:
        found = "{table} t JOIN {tiles} p ON p.fid = t.fid WHERE t.geom && {envelope} AND {centred}"
        text = f"(SELECT count(*) FROM {found.format(**names)}) - {kept}"
        return Statement(text, (*tile.bbox().as_list(), *_sides(tile)))
    text = "(SELECT count(*) FROM {tiles} p WHERE p.place >= ? AND p.place < ?)".format(**names)
    return Statement(f"{text} - {kept}", place_range(tile))


def _sides(tile: Tile) -> tuple[int, int, int, int]:
    west, north, east, south = square_of(tile)
    return west, east, north, south
