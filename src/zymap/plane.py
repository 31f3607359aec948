"""The plane that siting and the printed sheet measure in: metres, near the district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# CGCS2000, 3-degree zones without prefix: EPSG:4534 (75°E) to EPSG:4554 (135°E), 4547 = 114°E.
_FIRST_CODE, _FIRST_MERIDIAN, _LAST_MERIDIAN, _ZONE_DEG = 4534, 75, 135, 3


@dataclass(frozen=True, slots=True)
class Plane:
    """A Gauss-Krüger plane (easting, northing in metres) and the ways to it and back.

    Attributes
    ----------
    name : str
        EPSG code where there is one, else the central meridian.
    """

    name: str
    forward: Any
    backward: Any

    def to_metres(self, geometry: BaseGeometry) -> BaseGeometry:
        """Project a shape from WGS 84 lon, lat in degrees to easting, northing in metres."""
        import shapely

        return shapely.transform(geometry, self.forward)

    def to_degrees(self, points: Any) -> Any:
        """Turn easting, northing in metres, shape (n, 2), into lon, lat in degrees."""
        return self.backward(points)


def plane_at(lon: float) -> Plane:
    """Return the plane whose central meridian is nearest to `lon` (degrees).

    Within China that is a 3-degree zone of CGCS2000; elsewhere the same projection on the same
    ellipsoid, for which EPSG has no code. Within its zone it is true to 1 in 10,000.
    """
    import numpy as np
    import pyproj

    meridian = round(lon / _ZONE_DEG) * _ZONE_DEG
    if _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        name = f"EPSG:{_FIRST_CODE + (meridian - _FIRST_MERIDIAN) // _ZONE_DEG}"
        crs = pyproj.CRS.from_user_input(name)
    else:
        name = f"Gauss-Krüger {meridian}°"
        crs = pyproj.CRS.from_proj4(f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80")

    def turner(source: Any, target: Any) -> Any:
        transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
        return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return Plane(name, turner("OGC:CRS84", crs), turner(crs, "OGC:CRS84"))
