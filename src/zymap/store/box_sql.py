"""Which features meet a box: SQL over the R-tree, with a look at the few geometries in doubt.

The R-tree holds bounds as 32-bit floats rounded outwards. Where the bounds of a feature reach
beyond a box on one side only, the feature has a corner in the box: the one that gives it the
bound opposite. What reaches beyond it on two sides has its geometry looked at.
"""

from __future__ import annotations

from zymap.bbox import BBox
from zymap.catalog import Layer
from zymap.planebox import Outline
from zymap.store.dialect import Parameter
from zymap.store.naming import quote, rtree

# More than two steps of a 32-bit float at 360 degrees, so that a bound which is inside by it
# was inside before it was rounded.
ROUNDING_DEG = 1e-4

_NAMED = "(SELECT ? AS w, ? AS s, ? AS e, ? AS n, ? AS shape, ? AS iw, ? AS i_s, ? AS ie, ? AS i_n)"
_NEAR = "r.maxx >= q.w AND r.minx <= q.e AND r.maxy >= q.s AND r.miny <= q.n"
_ACROSS = (
    "r.min{a} >= q.{low} AND r.max{a} <= q.{high} AND ("
    "r.max{b} <= q.{to} AND (r.min{b} >= q.{since} OR r.max{b} >= q.{since} + {margin}) "
    "OR r.min{b} >= q.{since} AND r.min{b} <= q.{to} - {margin})"
)
_SURE = " OR ".join(
    _ACROSS.format(a=a, low=low, high=high, b=b, since=since, to=to, margin=ROUNDING_DEG)
    for a, low, high, b, since, to in (
        ("y", "i_s", "i_n", "x", "iw", "ie"),
        ("x", "iw", "ie", "y", "i_s", "i_n"),
    )
)


def in_box(layer: Layer, bbox: BBox) -> tuple[str, list[Parameter]]:
    """Return the SELECT of the row numbers, each once, of what meets a box in WGS 84."""
    texts: list[str] = []
    values: list[Parameter] = []
    for part in bbox.parts():
        known, shape = _known(part)
        compare = (
            "intersects(g.geom, q.w, q.s, q.e, q.n)" if shape is None else "meets(g.geom, q.shape)"
        )
        looked = f"(SELECT zymap_{compare} FROM {quote(layer.id)} g WHERE g.fid = r.id)"
        texts.append(
            f"SELECT r.id AS id FROM {_NAMED} q CROSS JOIN {rtree(layer.id)} r "
            f"WHERE {_NEAR} AND ({_SURE} OR {looked})"
        )
        values += [*part.as_list(), shape, *(known.as_list() if known else [None] * 4)]
    # A feature may lie in both parts of a box that crosses the antimeridian.
    return " UNION ".join(texts), values


def _known(box: BBox) -> tuple[BBox | None, bytes | None]:
    """Return the box that lies wholly in what is asked, and the shape if that is no box."""
    return (box.inner, box.wkb) if isinstance(box, Outline) else (box, None)
