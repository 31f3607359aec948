"""Which features of a layer meet a box, by the bounds in memory and the few geometries in doubt.

The bounds are rounded outwards to 32-bit floats. Where those of a feature reach beyond a box on
one side only, the feature has a corner in the box: the one that gives it the bound opposite. What
reaches beyond on two sides has its geometry looked at (as `zymap.store.box_sql` does in SQL).
"""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np
import orjson

from zymap.bbox import BBox
from zymap.planebox import Outline
from zymap.store.box_sql import ROUNDING_DEG
from zymap.store.functions import box_shape, wkb_of
from zymap.store.naming import quote
from zymap.store.thinning import Ints, Mask, Thinning


def ranks_in_box(
    db: sqlite3.Connection, layer_id: str, thinning: Thinning, box: BBox, matching: Mask | None
) -> Ints:
    """Return the ranks, among those that match, of what meets a box that crosses no seam."""
    ranks = thinning.near(box)
    if matching is not None:
        ranks = ranks[matching[ranks]]
    known = box.inner if isinstance(box, Outline) else box
    if known is None:
        sure = np.zeros(len(ranks), dtype=bool)
    else:
        sure = _has_corner_in(thinning.bounds[ranks].T, known)
    doubtful = ranks[~sure]
    if not len(doubtful):
        return ranks
    meeting = doubtful[_meets(db, layer_id, thinning.fids[doubtful], box)]
    return np.concatenate((ranks[sure], meeting))


def _has_corner_in(bounds: np.ndarray[Any, Any], box: BBox) -> Mask:
    west, south, east, north = bounds
    above, below = south >= box.south, north <= box.north
    right, left = west >= box.west, east <= box.east
    # A bound that is inside by more than it was rounded was inside before.
    by_east = left & (right | (east >= box.west + ROUNDING_DEG))
    by_west = right & (west <= box.east - ROUNDING_DEG)
    by_north = below & (above | (north >= box.south + ROUNDING_DEG))
    by_south = above & (south <= box.north - ROUNDING_DEG)
    return (above & below & (by_east | by_west)) | (right & left & (by_north | by_south))


def _meets(db: sqlite3.Connection, layer_id: str, fids: Ints, box: BBox) -> Mask:
    """Return which of some features have a geometry that meets a box."""
    import shapely

    rows = dict(
        db.execute(
            f"SELECT fid, geom FROM {quote(layer_id)} "
            "WHERE fid IN (SELECT value FROM json_each(?))",
            (orjson.dumps(fids.tolist()).decode(),),
        ).fetchall()
    )
    if isinstance(box, Outline):
        shape = shapely.from_wkb(box.wkb)
        shapely.prepare(shape)
    else:
        shape = box_shape(box.west, box.south, box.east, box.north)
    return shapely.intersects(shape, shapely.from_wkb([wkb_of(rows[fid]) for fid in fids.tolist()]))
