"""What bounds alone tell of where a feature is to a convex polygon, without a geometry of them.

A box lies within the polygon if its corner that reaches furthest out does, past each edge, and
outside of it if its corner that reaches furthest in lies beyond one of them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from zymap.store.sides import Sides
from zymap.store.thinning import Mask

# Enough for a circle that was drawn with corners.
_CORNERS_MAXIMUM = 100
# Far more than what is lost when degrees are reckoned with, and far less than anybody measures.
_MARGIN_DEG = 1e-9


def inside_and_outside(polygon: Any, sides: Sides) -> tuple[Mask, Mask] | None:
    """Return which bounds lie in a convex polygon, and which beyond an edge of it.

    Those of which neither is told meet an edge, or are too close to one to be sure. None for what
    is no convex polygon.

    Parameters
    ----------
    sides : (4, n) array
        Of the bounds; see `zymap.store.sides`.
    """
    edges = _edges(polygon)
    if not edges:
        return None
    # Inwards and outwards in turn: of all corners of a box, the one that is furthest back is told.
    lines = [(sign * a, sign * b, sign * c) for a, b, c in edges for sign in (1, -1)]
    weights = [(max(a, 0), max(b, 0), max(-a, 0), max(-b, 0)) for a, b, _ in lines]
    limits = [(_MARGIN_DEG * (abs(a) + abs(b)) - c,) for a, b, c in lines]
    beyond = np.array(weights) @ sides > np.array(limits)
    inside = np.logical_and.reduce(beyond[::2], axis=0)
    return inside, np.logical_or.reduce(beyond[1::2], axis=0)


def _edge(x: float, y: float, next_x: float, next_y: float) -> tuple[float, float, float]:
    a, b = y - next_y, next_x - x
    # Not x next_y - y next_x: of a short edge that would leave less than the margin.
    return a, b, -(a * x + b * y)


def _edges(polygon: Any) -> list[tuple[float, float, float]]:
    """Return a, b, c of the edges of a convex polygon, ax + by + c > 0 within; none of another."""
    import shapely

    if polygon.geom_type != "Polygon" or shapely.get_num_interior_rings(polygon):
        return []
    corners: list[tuple[float, float]] = shapely.get_coordinates(polygon).tolist()
    if len(corners) > _CORNERS_MAXIMUM:
        return []
    edges = [_edge(*corner, *following) for corner, following in pairwise(corners)]
    turns = [
        a * next_b - b * next_a for (a, b, _), (next_a, next_b, _) in pairwise(edges + edges[:1])
    ]
    if all(turn >= 0 for turn in turns):
        return edges
    return [(-a, -b, -c) for a, b, c in edges] if all(turn <= 0 for turn in turns) else []
