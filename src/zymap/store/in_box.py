"""Which features of a layer meet a box, by the bounds in memory and the few geometries in doubt.

The bounds are rounded outwards to 32-bit floats. Where those of a feature reach beyond a box on
one side only, the feature has a corner in the box: the one that gives it the bound opposite. What
reaches beyond on two sides has its geometry looked at (as `zymap.store.box_sql` does in SQL).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zymap.bbox import BBox, box_shape
from zymap.store.box_sql import ROUNDING_DEG
from zymap.store.cells import Bounds
from zymap.store.reading import Connected
from zymap.store.sides import Sides, limits_of
from zymap.store.thinning import Fids, Ints, Mask
from zymap.store.tile_table import TileTable


def fids_in_box(connected: Connected, table: TileTable, box: BBox, matching: Mask | None) -> Fids:
    """Return the row numbers, ascending, of what matches and meets a box that crosses no seam."""
    near = None if table.cells is None else table.cells.near(box)
    if near is None:
        return _of_many(connected, table, box, matching)
    return _of_few(connected, table, near, box, matching)


def _of_few(
    connected: Connected,
    table: TileTable,
    near: Sequence[Bounds],
    box: BBox,
    matching: Mask | None,
) -> list[int]:
    west, south, east, north = box.west, box.south, box.east, box.north
    inner_west, inner_south = west + ROUNDING_DEG, south + ROUNDING_DEG
    inner_east, inner_north = east - ROUNDING_DEG, north - ROUNDING_DEG
    found: list[int] = []
    doubtful: list[tuple[int, int]] = []
    for w, s, e, n, fid, rank in near:
        if w > east or e < west or s > north or n < south:
            continue
        if matching is not None and not matching[rank]:
            continue
        beyond = (w < west) + (s < south) + (e > east) + (n > north)
        if (
            beyond <= 1
            and w < inner_east
            and e > inner_west
            and s < inner_north
            and n > inner_south
        ):
            found.append(fid)
        else:
            doubtful.append((fid, rank))
    if doubtful:
        meets = _meets(connected, table, box, [rank for _, rank in doubtful]).tolist()
        found += [fid for (fid, _), is_in in zip(doubtful, meets, strict=True) if is_in]
    found.sort()
    return found


def _of_many(connected: Connected, table: TileTable, box: BBox, matching: Mask | None) -> Ints:
    thinning, limits = table.thinning, limits_of(box, ROUNDING_DEG)
    ranks = thinning.near(limits[0], matching)
    meeting = _have_corner_in(limits[1:], thinning.sides.take(ranks, axis=1))
    doubtful = (~meeting).nonzero()[0]
    if len(doubtful):
        meeting[doubtful] = _meets(connected, table, box, ranks[doubtful])
    found = thinning.fids[ranks[meeting]]
    found.sort()
    return found


def _have_corner_in(limits: Sides, sides: Sides) -> Mask:
    """Return which of the features that are near, by their (4, n) sides, surely meet a box."""
    counts = np.add.reduce(sides < limits, axis=1, dtype=np.uint8)
    return (counts[0] <= 1) & (counts[1] == 4)


def _meets(connected: Connected, table: TileTable, box: BBox, ranks: Ints | Sequence[int]) -> Any:
    """Return, as an array, which of some features meet a box by their geometries."""
    import shapely

    geometries = table.geometries.of(connected, ranks)
    return shapely.intersects(box_shape(box.west, box.south, box.east, box.north), geometries)
