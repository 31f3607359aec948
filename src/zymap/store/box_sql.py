"""Which features meet a box: SQL over the R-tree, with a look at those alone that cross its edge.

The R-tree holds 32-bit floats rounded outwards. What it finds wholly inside a box is inside; what
it finds across a side is looked at again, by its exact bounds and then by its geometry.
"""

from __future__ import annotations

from zymap.bbox import BBox
from zymap.catalog import Layer
from zymap.planebox import Outline
from zymap.store.naming import WITHIN_BOX, quote, rtree, side_table

Value = float | bytes

_INSIDE = "SELECT id FROM {table} WHERE minx >= ? AND maxx <= ? AND miny >= ? AND maxy <= ?"
_SIDES = ("minx < ?", "maxx > ?", "miny < ?", "maxy > ?")
_EXACT = "b.west >= ? AND b.east <= ? AND b.south >= ? AND b.north <= ?"
_MEETS = "(SELECT {compare} FROM {table} g WHERE g.fid = b.fid)"


def in_box(layer: Layer, bbox: BBox) -> tuple[str, list[Value]]:
    """Return the SELECT of the row numbers, each once, of what meets a box in WGS 84."""
    texts: list[str] = []
    values: list[Value] = []
    for part in bbox.parts():
        text, given = _part(layer, part)
        texts.append(text)
        values += given
    # A feature may lie in both parts of a box that crosses the antimeridian.
    return " UNION ".join(f"SELECT id FROM ({text})" for text in texts), values


def _part(layer: Layer, box: BBox) -> tuple[str, list[Value]]:
    table = rtree(layer.id)
    known, compare, shape = _exactly(box)
    near = WITHIN_BOX.format(table=table)
    bounds = [box.west, box.east, box.south, box.north]
    meets = _MEETS.format(compare=compare, table=quote(layer.id))
    looked = "SELECT b.fid AS id FROM ({found}) e CROSS JOIN {side} b ON b.fid = e.id WHERE {test}"
    side = side_table(layer.id)
    if known is None:
        return looked.format(found=near, side=side, test=meets), [*bounds, *shape]
    inner = [known.west, known.east, known.south, known.north]
    edge = " UNION ".join(f"{near} AND {beyond}" for beyond in _SIDES)
    crossing = [value for limit in inner for value in (*bounds, limit)]
    text = (
        _INSIDE.format(table=table)
        + " UNION ALL "
        + looked.format(found=edge, side=side, test=f"({_EXACT}) OR {meets}")
    )
    return text, [*inner, *crossing, *inner, *shape]


def _exactly(box: BBox) -> tuple[BBox | None, str, list[Value]]:
    """Return the box that lies wholly in what is asked, and how to compare a geometry with that."""
    if isinstance(box, Outline):
        return box.inner, "zymap_meets(g.geom, ?)", [box.wkb]
    return box, "zymap_intersects(g.geom, ?, ?, ?, ?)", [*box.as_list()]
