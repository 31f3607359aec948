"""Which features of a layer stand in a relation to a shape: by bounds, and by few geometries.

The bounds in memory are a little larger than the feature. Where the shape covers them, the feature
lies in its interior; where it does not meet them, the feature does not either. Only the geometry
of what is left is looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from zymap.store.convex import inside_and_outside
from zymap.store.placing import Relation
from zymap.store.reading import Connected
from zymap.store.sides import Sides, ends_of
from zymap.store.thinning import Ints, Mask, Thinning
from zymap.store.tile_table import TileTable

# What a shape is to that which lies in its interior; it is nothing else of all that a filter names.
_OF_INTERIOR = ("intersects", "contains")
# Looked at together, so that what is held at once does not grow with the layer.
_TOGETHER = 4096
# Up to so many, each as a polygon of its own costs less than to prepare for all at once.
FEW = 32


def ranks_in_relation(
    connected: Connected, table: TileTable, relation: Relation, matching: Mask | None
) -> Ints:
    """Return the ranks, among those that match, of what stands in a relation to a shape."""
    thinning = table.thinning
    near = [thinning.near(ends_of(part), matching) for part in relation.shape.parts]
    ranks = near[0] if len(near) == 1 else np.unique(np.concatenate(near))
    name, shape = relation.name, relation.shape.geometry
    found = [
        _related(connected, table, name, shape, ranks[start : start + _TOGETHER])
        for start in range(0, len(ranks), _TOGETHER)
    ]
    related = np.concatenate(found) if found else ranks
    return _others(thinning, related, matching) if relation.negated else related


def _others(thinning: Thinning, ranks: Ints, matching: Mask | None) -> Ints:
    """Return the ranks that match and are not among some."""
    rest = np.ones(len(thinning.fids), dtype=bool) if matching is None else matching.copy()
    rest[ranks] = False
    return np.flatnonzero(rest)


def _related(connected: Connected, table: TileTable, name: str, shape: Any, ranks: Ints) -> Ints:
    import shapely

    if len(ranks) <= FEW and table.geometries.are_held(connected):
        # To look at them costs less than to spare some of them a look.
        geometries = table.geometries.of(connected, ranks.tolist())
        return ranks[getattr(shapely, name)(_prepared(shape), geometries)]
    sides = table.thinning.sides.take(ranks, axis=1)
    told = inside_and_outside(shape, sides) if len(ranks) > FEW else None
    inside, outside = told or _covered_and_apart(shape, sides)
    found = inside if name in _OF_INTERIOR else np.zeros(len(ranks), dtype=bool)
    doubtful = (~(inside | outside)).nonzero()[0]
    if len(doubtful):
        geometries = table.geometries.of(connected, ranks[doubtful])
        found[doubtful] = getattr(shapely, name)(_prepared(shape), geometries)
    return ranks[found]


def _covered_and_apart(shape: Any, sides: Sides) -> tuple[Mask, Mask]:
    """Return which bounds a shape covers, and which it does not meet."""
    import shapely

    west, south, minus_east, minus_north = sides
    boxes = shapely.box(west, south, -minus_east, -minus_north)
    shape = _prepared(shape)
    return shapely.covers(shape, boxes), shapely.disjoint(shape, boxes)


def _prepared(shape: Any) -> Any:
    """Return a copy without heights: what is prepared is for one thread."""
    import shapely

    copy = shapely.force_2d(shape)
    shapely.prepare(copy)
    return copy
