"""Which features of a large layer a map shows at which zoom, and the tables that remember it.

At zoom z one feature is shown per cell of 8 px: the one with the largest extent, and among equals
the first. The cells of a zoom are the quarters of those of the zoom before, so what is shown once
stays shown closer up, and one number a feature says it all: its ``level``, the lowest zoom.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from zymap.store import sql
from zymap.tilematrix import MATRIX_MAXIMUM, Tile, world_xy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A layer with fewer located features than this is shown whole at every zoom.
THINNED_FROM = 5000
# From here on nothing is left out: the cells would be narrower than ten metres.
WHOLE_FROM_ZOOM = 18
# A tile of 256 px has 2**5 cells of 8 px on each side.
_CELL_BITS = 5
# Enough for a place to be in one tile of the deepest matrix, and 52 bits for both axes.
_FINEST_BITS = MATRIX_MAXIMUM + 2


def places_table(layer_id: str) -> str:
    """Return the quoted name of the table of places and levels."""
    return sql.quote(f"zymap_{layer_id}_places")


def levels_tree(layer_id: str) -> str:
    """Return the quoted name of the R-tree whose third dimension is the level."""
    return sql.quote(f"zymap_{layer_id}_levels")


def cell_shift(zoom: int) -> int:
    """Return by how many bits a place is shifted to name its cell of 8 px at `zoom`."""
    return 2 * (_FINEST_BITS - _CELL_BITS - zoom)


def places_of_tile(tile: Tile) -> tuple[int, int]:
    """Return the first and the last place in a tile: all between lie in it too."""
    import numpy as np

    shift = 2 * (_FINEST_BITS - tile.matrix)
    number = int(_interleaved(np.array([tile.column]), np.array([tile.row]))[0])
    return number << shift, ((number + 1) << shift) - 1


def is_thinned(db: sqlite3.Connection, layer_id: str) -> bool:
    """Tell whether a layer is large, so that it has these tables."""
    name = f"zymap_{layer_id}_places"
    row = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return row is not None


def write_thinning(db: sqlite3.Connection, layer_id: str, bounds: NDArray[np.float64]) -> None:
    """Write the tables of a layer, if it is large.

    Parameters
    ----------
    bounds : (n, 4) array
        West, south, east, north of each feature, in the order of the row numbers; NaN where a
        feature is not located.
    """
    import numpy as np

    located = np.flatnonzero(~np.isnan(bounds[:, 0]))
    if len(located) < THINNED_FROM:
        return
    boxes, fids = bounds[located], (located + 1).tolist()
    places, levels = thinned(boxes)
    table, tree = places_table(layer_id), levels_tree(layer_id)
    db.execute(
        f"CREATE TABLE {table} "
        "(fid INTEGER PRIMARY KEY, place INTEGER NOT NULL, level INTEGER NOT NULL)"
    )
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?)",
        zip(fids, places.tolist(), levels.tolist(), strict=True),
    )
    db.execute(f"CREATE INDEX {sql.quote(f'zymap_{layer_id}_place')} ON {table} (place, level)")
    db.execute(
        f"CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy, level, level_again)"
    )
    # Neighbours one after the other make the tree faster to write and to read.
    for row in np.lexsort((places, levels)):
        west, south, east, north = boxes[row].tolist()
        level = int(levels[row])
        values = (fids[row], west, east, south, north, level, level)
        db.execute(f"INSERT INTO {tree} VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def thinned(bounds: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each feature its place, and its level.

    Parameters
    ----------
    bounds : (n, 4) array
        West, south, east, north in degrees. A feature's place is that of their centre.

    Returns
    -------
    tuple of (n,) arrays
        Places are numbered along a Z-order curve: the leading bits of a number are those of the
        tile, or the cell, that the place is in. A feature of the level `WHOLE_FROM_ZOOM` is left
        out at every zoom before.
    """
    import numpy as np

    low, high = world_xy(bounds[:, [0, 3]]), world_xy(bounds[:, [2, 1]])
    side = 2.0**_FINEST_BITS
    xy = np.clip((low + high) / 2 * side, 0, side - 1).astype(np.int64)
    places = _interleaved(xy[:, 0], xy[:, 1])
    # By powers of two, so that among features of much the same size their order decides.
    sizes = np.floor(np.log2(np.maximum((high - low).max(axis=1) * side, 1)))
    levels = np.full(len(places), WHOLE_FROM_ZOOM)
    shown = np.argsort(-sizes, kind="stable")
    for zoom in range(WHOLE_FROM_ZOOM - 1, -1, -1):
        _, firsts = np.unique(places[shown] >> cell_shift(zoom), return_index=True)
        shown = shown[np.sort(firsts)]
        levels[shown] = zoom
    return places, levels


def _interleaved(x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers whose bits are, in turn, those of `y` and of `x` (Z-order)."""
    import numpy as np

    numbers = np.zeros(len(x), dtype=np.int64)
    for bit in range(_FINEST_BITS):
        numbers |= ((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1)
    return numbers
