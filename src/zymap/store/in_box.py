"""Which features of a layer meet a box, by the bounds in memory and the few geometries in doubt.

The bounds are rounded outwards to 32-bit floats. Where those of a feature reach beyond a box on
one side only, the feature has a corner in the box: the one that gives it the bound opposite. What
reaches beyond on two sides has its geometry looked at (as `zymap.store.box_sql` does in SQL).
"""

from __future__ import annotations

import numpy as np

from zymap.bbox import BBox, box_shape
from zymap.store.box_sql import ROUNDING_DEG
from zymap.store.geometries import read_geometries
from zymap.store.reading import Connected
from zymap.store.sides import Sides, limits_of
from zymap.store.thinning import Ints, Mask, Thinning


def ranks_in_box(
    connected: Connected, layer_id: str, thinning: Thinning, box: BBox, matching: Mask | None
) -> Ints:
    """Return the ranks, among those that match, of what meets a box that crosses no seam."""
    limits = limits_of(box, ROUNDING_DEG)
    ranks = thinning.near(limits[0], matching)
    meeting = _have_corner_in(limits[1:], thinning.sides.take(ranks, axis=1))
    doubtful = (~meeting).nonzero()[0]
    if len(doubtful):
        import shapely

        geometries = read_geometries(connected, layer_id, thinning.fids[ranks[doubtful]])
        shape = box_shape(box.west, box.south, box.east, box.north)
        meeting[doubtful] = shapely.intersects(shape, geometries)
    return ranks[meeting]


def _have_corner_in(limits: Sides, sides: Sides) -> Mask:
    """Return which of the features that are near, by their (4, n) sides, surely meet a box."""
    counts = np.add.reduce(sides < limits, axis=1, dtype=np.uint8)
    return (counts[0] <= 1) & (counts[1] == 4)
