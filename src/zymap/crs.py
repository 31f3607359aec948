"""The coordinate reference systems that zymap offers, and the way from WGS 84 to them.

Inside zymap every coordinate is WGS 84 lon, lat (OGC:CRS84). A CRS matters at the doors only:
what a caller names, what an answer is turned into (`zymap.positions`) and what an export writes.

CGCS2000 is taken for WGS 84, as EPSG's own transformations between them do (null transformations,
good to about a metre): going to 4490 changes no number, going to 4547 and 4526 only projects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zymap.errors import UnknownName

STORED = 4326
CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_URI = "http://www.opengis.net/def/crs/EPSG/0/{}"


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
        True if the authority's axis order is lat, lon or northing, easting: that is the order
        of an answer and of ``bbox``. Files keep x, y (lon, lat or easting, northing), as every
        GIS expects of them; KML and GeoJSON files are lon, lat by their own standards.
    """

    code: int
    zh: str
    en: str
    projected: bool
    northing_first: bool

    @property
    def uri(self) -> str:
        """The OGC URI of the CRS."""
        return CRS84_URI if self == CRS84 else _EPSG_URI.format(self.code)


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

# What an API means if it names no CRS; a file of it has the code 4326, since files keep lon, lat.
CRS84 = Crs(STORED, "WGS 84 经度、纬度", "WGS 84, longitude first", False, False)
# What an answer may be in, the one that is stored first.
BY_URI: Mapping[str, Crs] = {crs.uri: crs for crs in (CRS84, *OFFERED.values())}

_EPSG_NAME = re.compile(r"(?:EPSG:)?(\d{4,5})", re.ASCII)


def parse_crs_uri(parameter: str, text: str) -> Crs:
    """Parse the OGC URI of a CRS on offer; it tells the axis order, too.

    Parameters
    ----------
    parameter : str
        Whose value `text` is; errors name it.

    Raises
    ------
    UnknownName
        The text is no such URI. Other spellings of one are none: OGC 18-058r1,
        /conf/crs/crs-parameter-invalid.
    """
    if text not in BY_URI:
        raise UnknownName(
            f"{parameter}: {text[:100]!r} is not on offer; use one of {', '.join(BY_URI)}",
            parameter=parameter,
        )
    return BY_URI[text]


def parse_crs(text: str) -> Crs:
    """Parse the CRS of a file: its OGC URI, ``EPSG:4547``, ``4547`` or ``OGC:CRS84``.

    Raises
    ------
    UnknownName
        The text names no CRS on offer.
    """
    if text == "OGC:CRS84":
        return CRS84
    match = _EPSG_NAME.fullmatch(text)
    if match is None:
        return parse_crs_uri("crs", text)
    if int(match[1]) not in OFFERED:
        raise UnknownName(
            f"crs: {text!r} is not on offer; use one of {', '.join(map(str, OFFERED))}",
            parameter="crs",
        )
    return OFFERED[int(match[1])]


@lru_cache(maxsize=len(OFFERED))
def transformer(code: int) -> Any:
    """Return the way from WGS 84 lon, lat to x, y of a CRS on offer, and back."""
    import pyproj

    # From the CRS's own degrees, which are taken for WGS 84: the same numbers, to the bit, as from
    # EPSG:4326, without PROJ's search among the ways between the two.
    crs = pyproj.CRS.from_epsg(code)
    return pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)


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
    import shapely

    if code == STORED:
        return geometries
    forward = transformer(code).transform

    def turn(points: Any) -> Any:
        return np.column_stack(forward(points[:, 0], points[:, 1]))

    return shapely.transform(geometries, turn)


def unproject(geometry: Any, code: int) -> Any:
    """Return a geometry in x, y of a CRS on offer as WGS 84 lon, lat in degrees.

    Where the projection has no answer the coordinates are infinite.
    """
    import numpy as np
    import shapely

    way = transformer(code).transform

    def turn(points: Any) -> Any:
        return np.column_stack(way(points[:, 0], points[:, 1], direction="INVERSE"))

    return shapely.transform(geometry, turn)
