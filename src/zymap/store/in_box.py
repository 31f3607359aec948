"""Which features of a layer meet a box, by the bounds in memory and the few geometries in doubt.

The bounds are rounded outwards to 32-bit floats. Where those of a feature reach beyond a box on
one side only, the feature has a corner in the box: the one that gives it the bound opposite. What
reaches beyond on two sides has its geometry looked at (as `zymap.store.box_sql` does in SQL).
"""

from __future__ import annotations

import sqlite3

import numpy as np
import orjson

from zymap.bbox import BBox, box_shape
from zymap.planebox import Outline
from zymap.store.box_sql import ROUNDING_DEG
from zymap.store.functions import wkb_of
from zymap.store.naming import quote
from zymap.store.sides import Sides, begin_before, ends_of, sides_of
from zymap.store.thinning import Ints, Mask, Thinning

_ROUNDING = np.float32(ROUNDING_DEG)


def ranks_in_box(
    db: sqlite3.Connection, layer_id: str, thinning: Thinning, box: BBox, matching: Mask | None
) -> Ints:
    """Return the ranks, among those that match, of what meets a box that crosses no seam."""
    ranks = thinning.near(box, matching)
    known = box.inner if isinstance(box, Outline) else box
    meeting = np.zeros(len(ranks), dtype=np.bool_)
    if known is not None:
        meeting = _have_corner_in(known, thinning.sides.take(ranks, axis=1))
    doubtful = (~meeting).nonzero()[0]
    if len(doubtful):
        meeting[doubtful] = _meet(db, layer_id, thinning.fids[ranks[doubtful]], box)
    return ranks[meeting]


def _have_corner_in(box: BBox, sides: Sides) -> Mask:
    """Return which of the features that are near, by their (4, n) sides, surely meet a box."""
    beyond = np.add.reduce(sides < sides_of(box), axis=0)
    # A bound that is inside by more than it was rounded was inside before.
    return (beyond <= 1) & begin_before(ends_of(box) - _ROUNDING, sides)


def _meet(db: sqlite3.Connection, layer_id: str, fids: Ints, box: BBox) -> Mask:
    """Return which of some features have a geometry that meets a box."""
    import shapely

    rows = db.execute(
        f"SELECT t.geom FROM json_each(?) j CROSS JOIN {quote(layer_id)} t ON t.fid = j.value",
        (orjson.dumps(fids.tolist()).decode(),),
    ).fetchall()
    if isinstance(box, Outline):
        shape = shapely.from_wkb(box.wkb)
        shapely.prepare(shape)
    else:
        shape = box_shape(box.west, box.south, box.east, box.north)
    return shapely.intersects(shape, shapely.from_wkb([wkb_of(geometry) for (geometry,) in rows]))
