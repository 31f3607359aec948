"""The tile matrix set WebMercatorQuad: which part of the world a tile is.

Standard: OGC 17-083r4 (Two Dimensional Tile Matrix Set 2.0), annex D.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zymap.bbox import BBox
from zymap.errors import NotFound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MATRIX_MAXIMUM = 24
# Where Mercator's square ends: the latitude at which y is as large as x at 180 degrees.
LATITUDE_MAXIMUM = math.degrees(2 * math.atan(math.exp(math.pi)) - math.pi / 2)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its matrix (the web-map zoom), its row from the north, its column from the west.

    Raises
    ------
    NotFound
        The matrix set has no such tile (OGC 20-057, /req/core/tc-error).
    """

    matrix: int
    row: int
    column: int

    def __post_init__(self) -> None:
        inside = 0 <= self.matrix <= MATRIX_MAXIMUM
        if not inside or not all(0 <= n < 1 << self.matrix for n in (self.row, self.column)):
            raise NotFound(
                f"WebMercatorQuad has no tile {self.matrix}/{self.row}/{self.column} "
                "(tileMatrix/tileRow/tileCol)"
            )

    def bbox(self, buffer: float = 0.0) -> BBox:
        """Return the WGS 84 box of the tile, wider by `buffer` tile widths on each side.

        At the edge of the world the box ends there: nothing is repeated across the antimeridian.
        """
        size = 2.0**-self.matrix
        west, east = (self.column - buffer) * size, (self.column + 1 + buffer) * size
        north, south = (self.row - buffer) * size, (self.row + 1 + buffer) * size
        return BBox(_lon(west), _lat(south), _lon(east), _lat(north))


def world_xy(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project WGS 84 positions onto the Web Mercator square (EPSG:3857, scaled).

    Parameters
    ----------
    lonlat : (n, 2) array
        Degrees; latitudes beyond the square's edge are put on it.

    Returns
    -------
    (n, 2) array
        x from 0 at 180° W to 1 at 180° E, y from 0 at the north edge to 1 at the south edge.
    """
    import numpy as np

    latitude = np.radians(np.clip(lonlat[:, 1], -LATITUDE_MAXIMUM, LATITUDE_MAXIMUM))
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)
    return np.column_stack((lonlat[:, 0] / 360 + 0.5, y))


def _lon(x: float) -> float:
    return min(max(x, 0.0), 1.0) * 360 - 180


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * min(max(y, 0.0), 1.0)))))
