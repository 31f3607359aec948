"""What bounds alone tell of where a feature is to a convex polygon, without a geometry of them.

A box lies within the polygon if its corner that reaches furthest out does, past each edge, and
outside of it if its corner that reaches furthest in lies beyond one of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zymap.store.sides import Sides
from zymap.store.thinning import Mask

Floats = NDArray[np.float64]

# Enough for a circle that was drawn with corners.
_CORNERS_MAXIMUM = 100
# Far more than what is lost when degrees are reckoned with, and far less than anybody measures.
_MARGIN_DEG = 1e-9
# What turns (y, x) to that side, as (x, y).
_LEFT = np.array(((-1.0,), (1.0,)))
_RIGHT = -_LEFT


def inside_and_outside(polygon: Any, sides: Sides) -> tuple[Mask, Mask] | None:
    """Return which bounds lie in a convex polygon, and which beyond an edge of it.

    Those of which neither is told meet an edge, or are too close to one to be sure. None for what
    is no convex polygon.

    Parameters
    ----------
    sides : (4, n) array
        Of the bounds; see `zymap.store.sides`.
    """
    lines = _lines(polygon)
    if lines is None:
        return None
    across, offsets = lines
    margins = _MARGIN_DEG * np.add.reduce(np.abs(across), axis=0)
    # Inwards, then outwards: of all corners of a box, the one that is furthest back is told.
    both = np.concatenate((across, -across), axis=1)
    weights = np.maximum(np.concatenate((both, -both)), 0)
    limits = np.concatenate((margins - offsets, margins + offsets))
    beyond = weights.T @ sides > limits[:, np.newaxis]
    number = len(offsets)
    return np.logical_and.reduce(beyond[:number]), np.logical_or.reduce(beyond[number:])


def _lines(polygon: Any) -> tuple[Floats, Floats] | None:
    """Return (a, b), (2, k), and c, (k,), of the edges of a convex polygon; None of another.

    Within it is ax + by + c > 0.
    """
    import shapely

    if polygon.geom_type != "Polygon" or shapely.get_num_interior_rings(polygon):
        return None
    corners = shapely.get_coordinates(polygon).T
    if corners.shape[1] > _CORNERS_MAXIMUM:
        return None
    x, y = corners[:, :-1]
    along = corners[:, 1:] - corners[:, :-1]
    following = np.concatenate((along[:, 1:], along[:, :1]), axis=1)
    turns = (along[0] * following[1] - along[1] * following[0]).tolist()
    to_the_right = min(turns) < 0
    if to_the_right and max(turns) > 0:
        return None
    across = along[::-1] * (_RIGHT if to_the_right else _LEFT)
    # Not x next_y - y next_x: of a short edge that would leave less than the margin.
    return across, -(across[0] * x + across[1] * y)
