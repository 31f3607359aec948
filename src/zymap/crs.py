"""The coordinate reference systems that zymap offers, and the way from WGS 84 to them.

Inside zymap every coordinate is WGS 84 lon, lat (OGC:CRS84). A CRS matters at two doors only:
what a caller names, and what an export writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zymap.errors import UnknownName

STORED = 4326
CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass(frozen=True, slots=True)
class Crs:
    """A CRS on offer.

    Attributes
    ----------
    code : int
        EPSG code.
    projected : bool
        True if the coordinates are metres, False if degrees.
    northing_first : bool
        True if the authority's axis order is lat, lon or northing, easting. Files keep x, y
        (lon, lat or easting, northing), as every GIS expects of them; KML and GeoJSON are
        lon, lat by their own standards.
    """

    code: int
    zh: str
    en: str
    projected: bool
    northing_first: bool

    @property
    def uri(self) -> str:
        """The OGC URI of the CRS."""
        return f"http://www.opengis.net/def/crs/EPSG/0/{self.code}"


OFFERED: Mapping[int, Crs] = {
    crs.code: crs
    for crs in (
        Crs(4326, "WGS 84 经纬度", "WGS 84, degrees", False, True),
        Crs(4490, "CGCS2000 经纬度", "CGCS2000, degrees", False, True),
        Crs(
            4547,
            "CGCS2000 三度带 中央经线114°E(不带带号)",
            "CGCS2000 3-degree, CM 114°E, no zone prefix",
            True,
            True,
        ),
        Crs(
            4526,
            "CGCS2000 三度带 第38带(带号前缀)",
            "CGCS2000 3-degree, zone 38, with zone prefix",
            True,
            True,
        ),
        Crs(3857, "Web 墨卡托", "Web Mercator (for display, not for measuring)", True, False),
    )
}

# What an API means by it has the axes of GeoJSON; EPSG:4326 has them the other way round.
CRS84 = Crs(STORED, "WGS 84 经度、纬度", "WGS 84, longitude first", False, False)

_NAMES = re.compile(r"(?:EPSG:)?(\d{4,5})|https?://www\.opengis\.net/def/crs/EPSG/0/(\d{4,5})")


def parse_crs(text: str) -> Crs:
    """Parse ``4547``, ``EPSG:4547``, an OGC URI of it, or CRS84.

    Raises
    ------
    UnknownName
        The text names no CRS on offer.
    """
    if text in (CRS84_URI, "OGC:CRS84"):
        return OFFERED[STORED]
    match = _NAMES.fullmatch(text)
    code = int(match[1] or match[2]) if match else 0
    if code not in OFFERED:
        known = ", ".join(str(code) for code in OFFERED)
        raise UnknownName(f"crs: {text!r} is not on offer; use one of {known}", parameter="crs")
    return OFFERED[code]


def parse_crs_uri(parameter: str, text: str) -> Crs:
    """Parse the OGC URI of a CRS on offer, with the axis order that the URI stands for.

    Raises
    ------
    UnknownName
        The text is no URI of a CRS on offer.
    """
    known = {CRS84_URI: CRS84, **{crs.uri: crs for crs in OFFERED.values()}}
    if text not in known:
        raise UnknownName(
            f"{parameter}: {text[:100]!r} is not on offer; use one of {', '.join(known)}",
            parameter=parameter,
        )
    return known[text]


def project(geometries: Any, code: int) -> Any:
    """Project WGS 84 geometries to another CRS.

    Parameters
    ----------
    geometries : numpy.ndarray of shapely geometries, shape (n,)
        WGS 84 lon, lat in degrees; None and empty geometries stay as they are.
    code : int
        EPSG code of a CRS on offer.

    Returns
    -------
    numpy.ndarray, shape (n,)
        x, y: lon, lat in degrees or easting, northing in metres.
    """
    import numpy as np
    import pyproj
    import shapely

    if code == STORED:
        return geometries
    transformer = pyproj.Transformer.from_crs(STORED, code, always_xy=True)

    def turn(points: Any) -> Any:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return shapely.transform(geometries, turn)


def unproject(geometry: Any, code: int) -> Any:
    """Return a geometry in x, y of a CRS on offer as WGS 84 lon, lat in degrees.

    Where the projection has no answer the coordinates are infinite.
    """
    import numpy as np
    import pyproj
    import shapely

    transformer = pyproj.Transformer.from_crs(code, STORED, always_xy=True)

    def turn(points: Any) -> Any:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return shapely.transform(geometry, turn)
