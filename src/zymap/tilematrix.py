"""Tile matrix sets: which part of the world a tile is.

Standard: OGC 17-083r4 (Two Dimensional Tile Matrix Set 2.0), clause 6 and annex D. The OGC's
register has WebMercatorQuad and WorldCRS84Quad. It has no CGCS2000Quad: that is the matrix set
``c`` of 天地图's WMTS, which numbers its matrices from 1 and writes latitude first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zymap.bbox import BBox
from zymap.errors import NotFound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The width of the whole world is that of 2**24 tiles at most.
ZOOM_MAXIMUM = 24
TILE_PX = 256
# Where Mercator's square ends: the latitude at which y is as large as x at 180 degrees.
LATITUDE_MAXIMUM = math.degrees(2 * math.atan(math.exp(math.pi)) - math.pi / 2)
# Half the equator of WGS 84 and of CGCS2000, whose axes are the same.
HALF_EQUATOR_M = math.pi * 6378137.0
# 17-083r4, 6.1.1: the width of a pixel that scale denominators are told for.
PIXEL_M = 0.00028
_REGISTER = "http://www.opengis.net/def/tilematrixset/OGC/1.0"


@dataclass(frozen=True, slots=True)
class TileMatrixSet:
    """Tiles of one size for the whole world; each matrix halves the tiles of the one before.

    Attributes
    ----------
    uri : str or None
        In the OGC's register.
    crs : str
        URI of the CRS.
    ordered_axes : tuple of str
        Names of the CRS's axes, in its order; the points of origin follow it.
    geographic : bool
        True if the plane is latitude and longitude in degrees, False for Mercator in metres.
    first : int
        Number of the first matrix.
    first_zoom : int
        That matrix has ``2**first_zoom`` tiles round the world.
    """

    id: str
    title: str
    uri: str | None
    crs: str
    ordered_axes: tuple[str, str]
    geographic: bool
    first: int
    first_zoom: int
    well_known_scale_set: str | None = None

    @property
    def matrices(self) -> range:
        """The numbers of the matrices."""
        return range(self.first, self.first + ZOOM_MAXIMUM + 1 - self.first_zoom)

    def zoom(self, matrix: int) -> int:
        """Return the zoom of a matrix: that of a web map that shows as much of the equator."""
        return matrix - self.first + self.first_zoom

    def size(self, matrix: int) -> tuple[int, int]:
        """Return how many columns and rows a matrix has."""
        columns = 1 << self.zoom(matrix)
        return columns, columns // 2 if self.geographic else columns

    def cell_size(self, matrix: int) -> float:
        """Return the width of a pixel in the CRS's unit: degrees or metres."""
        world = 360.0 if self.geographic else 2 * HALF_EQUATOR_M
        return world / (TILE_PX << self.zoom(matrix))

    def scale_denominator(self, matrix: int) -> float:
        """Return the scale's denominator at the equator (17-083r4, 6.1.1)."""
        return 2 * HALF_EQUATOR_M / (TILE_PX << self.zoom(matrix)) / PIXEL_M

    @property
    def origin(self) -> tuple[float, float]:
        """The top left corner, in the CRS's order of axes."""
        if not self.geographic:
            return -HALF_EQUATOR_M, HALF_EQUATOR_M
        return (90.0, -180.0) if self.ordered_axes[0] == "Lat" else (-180.0, 90.0)

    def plane_xy(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Put WGS 84 positions on the plane, whose unit is the width of the world.

        CGCS2000's degrees are taken to be those of WGS 84: both differ by less than a metre,
        and no set of parameters between them is published.

        Parameters
        ----------
        lonlat : (n, 2) array
            Degrees; what lies beyond Mercator's square is put on its edge.

        Returns
        -------
        (2, n) array
            x from the west edge to the east, y from the north edge to the south.
        """
        import numpy as np

        made = np.empty((2, len(lonlat)))
        made[0] = lonlat[:, 0] / 360 + 0.5
        if self.geographic:
            made[1] = (90 - lonlat[:, 1]) / 360
        else:
            latitude = np.radians(np.clip(lonlat[:, 1], -LATITUDE_MAXIMUM, LATITUDE_MAXIMUM))
            made[1] = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)
        return made

    def latitude(self, y: float) -> float:
        """Return the latitude of a height on the plane, at most that of the plane's edge."""
        if self.geographic:
            return 90 - 360 * min(max(y, 0.0), 0.5)
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * min(max(y, 0.0), 1.0)))))


WEB_MERCATOR = TileMatrixSet(
    id="WebMercatorQuad",
    title="Google Maps Compatible for the World",
    uri=f"{_REGISTER}/WebMercatorQuad",
    crs="http://www.opengis.net/def/crs/EPSG/0/3857",
    ordered_axes=("X", "Y"),
    geographic=False,
    first=0,
    first_zoom=0,
    well_known_scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
)
CGCS2000 = TileMatrixSet(
    id="CGCS2000Quad",
    title="国家大地坐标系经纬度(天地图 c) / CGCS2000, degrees",
    uri=None,
    crs="http://www.opengis.net/def/crs/EPSG/0/4490",
    ordered_axes=("Lat", "Lon"),
    geographic=True,
    first=1,
    first_zoom=1,
)
WORLD_CRS84 = TileMatrixSet(
    id="WorldCRS84Quad",
    title="CRS84 for the World",
    uri=f"{_REGISTER}/WorldCRS84Quad",
    crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    ordered_axes=("Lon", "Lat"),
    geographic=True,
    first=0,
    first_zoom=1,
    well_known_scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
)
TILE_MATRIX_SETS: Mapping[str, TileMatrixSet] = {
    item.id: item for item in (WEB_MERCATOR, CGCS2000, WORLD_CRS84)
}


def tile_matrix_set(name: str) -> TileMatrixSet:
    """Return a tile matrix set by its id.

    Raises
    ------
    NotFound
        There is none of this id.
    """
    if name not in TILE_MATRIX_SETS:
        raise NotFound(
            f"there is no tile matrix set {name}; use one of {', '.join(TILE_MATRIX_SETS)}"
        )
    return TILE_MATRIX_SETS[name]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its matrix, its row from the north, its column from the west.

    Raises
    ------
    NotFound
        The matrix set has no such tile (OGC 20-057, /req/core/tc-error).
    """

    matrix: int
    row: int
    column: int
    matrix_set: TileMatrixSet = WEB_MERCATOR

    def __post_init__(self) -> None:
        inside = self.matrix in self.matrix_set.matrices
        if inside:
            columns, rows = self.matrix_set.size(self.matrix)
            inside = 0 <= self.row < rows and 0 <= self.column < columns
        if not inside:
            raise NotFound(
                f"{self.matrix_set.id} has no tile {self.matrix}/{self.row}/{self.column} "
                "(tileMatrix/tileRow/tileCol)"
            )

    @property
    def zoom(self) -> int:
        """The zoom of its matrix: ``2**zoom`` such tiles go round the world."""
        return self.matrix_set.zoom(self.matrix)

    def bbox(self, buffer: float = 0.0) -> BBox:
        """Return the WGS 84 box of the tile, wider by `buffer` tile widths on each side.

        At the edge of the world the box ends there: nothing is repeated across the antimeridian.
        """
        size = 2.0**-self.zoom
        west, east = (self.column - buffer) * size, (self.column + 1 + buffer) * size
        north, south = (self.row - buffer) * size, (self.row + 1 + buffer) * size
        latitude = self.matrix_set.latitude
        return BBox(_lon(west), latitude(south), _lon(east), latitude(north))


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
    return WEB_MERCATOR.plane_xy(lonlat).T


def _lon(x: float) -> float:
    return min(max(x, 0.0), 1.0) * 360 - 180
