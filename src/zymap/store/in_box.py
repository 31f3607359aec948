"""Which features of a layer meet a box, by the bounds in memory and the few geometries in doubt.

The bounds are rounded outwards to 32-bit floats. Where those of a feature reach beyond a box on
one side only, the feature has a corner in the box: the one that gives it the bound opposite. What
reaches beyond on two sides has its geometry looked at (as `zymap.store.box_sql` does in SQL).
"""

from __future__ import annotations

import sqlite3

import numpy as np

from zymap.bbox import BBox, box_shape
from zymap.store.box_sql import ROUNDING_DEG
from zymap.store.geometries import read_geometries
from zymap.store.sides import Sides, begin_before, ends_of, sides_of
from zymap.store.thinning import Ints, Mask, Thinning

_ROUNDING = np.float32(ROUNDING_DEG)


def ranks_in_box(
    db: sqlite3.Connection, layer_id: str, thinning: Thinning, box: BBox, matching: Mask | None
) -> Ints:
    """Return the ranks, among those that match, of what meets a box that crosses no seam."""
    ends = ends_of(box)
    ranks = thinning.near(ends, matching)
    meeting = _have_corner_in(box, ends, thinning.sides.take(ranks, axis=1))
    doubtful = (~meeting).nonzero()[0]
    if len(doubtful):
        import shapely

        geometries = read_geometries(db, layer_id, thinning.fids[ranks[doubtful]])
        shape = box_shape(box.west, box.south, box.east, box.north)
        meeting[doubtful] = shapely.intersects(shape, geometries)
    return ranks[meeting]


def _have_corner_in(box: BBox, ends: Sides, sides: Sides) -> Mask:
    """Return which of the features that are near, by their (4, n) sides, surely meet a box."""
    beyond = np.add.reduce(sides < sides_of(box), axis=0, dtype=np.uint8)
    # A bound that is inside by more than it was rounded was inside before.
    return (beyond <= 1) & begin_before(ends - _ROUNDING, sides)
