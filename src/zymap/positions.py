"""Feature texts in another CRS: the positions change, the text around them stays.

Standard: OGC 18-058r1 (/req/crs/fc-crs-action: the axis order is the authority's).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

import orjson

from zymap.crs import CRS84, Crs, transformer
from zymap.errors import InvalidRequest

# Decimals of a metre: 1 mm. In degrees no digit changes, since CGCS2000 is taken for WGS 84.
METRE_DECIMALS = 3

# `zymap.geojson.feature_text` writes the members in this order, and no text inside a JSON string
# can hold an unescaped quote: the first find is the member.
_GEOMETRY, _PROPERTIES = b',"geometry":', b',"properties":'
_POSITION = re.compile(rb"\[(-?\d[^][,]*),(-?\d[^][,]*)")


def in_crs(features: Sequence[bytes], crs: Crs) -> list[bytes]:
    """Return feature texts with the positions of all of them turned at once.

    Parameters
    ----------
    features : sequence of bytes
        As `zymap.geojson.feature_text` makes them: WGS 84 lon, lat. Null stays null.
    crs : Crs
        Metres are rounded to 1 mm; a height stays as it is.

    Raises
    ------
    InvalidRequest
        A position has no finite coordinates in the CRS.
    """
    if crs == CRS84 or not features:
        return list(features)
    cuts = [_cut(feature) for feature in features]
    shapes = [text[start:end] for text, (start, end) in zip(features, cuts, strict=True)]
    # A feature's text has no line breaks.
    turned = _turned(b"\n".join(shapes), crs).split(b"\n")
    return [
        text[:start] + shape + text[end:]
        for text, (start, end), shape in zip(features, cuts, turned, strict=True)
    ]


def _cut(feature: bytes) -> tuple[int, int]:
    start = feature.index(_GEOMETRY) + len(_GEOMETRY)
    return start, feature.index(_PROPERTIES, start)


def _turned(shapes: bytes, crs: Crs) -> bytes:
    if not crs.projected:
        return _POSITION.sub(rb"[\2,\1", shapes)
    between = _POSITION.split(shapes)
    lons, lats = between[1::3], between[2::3]
    if not lons:
        return shapes
    positions = _projected(lons, lats, crs)
    return b"".join(chain.from_iterable(zip(between[::3], positions, strict=False))) + between[-1]


def _projected(lons: Sequence[bytes], lats: Sequence[bytes], crs: Crs) -> list[bytes]:
    """Return ``[first,second`` of each position, in the authority's order."""
    import numpy as np

    degrees = np.array((lons, lats)).astype(float)
    x, y = transformer(crs.code).transform(*degrees)
    metres = np.column_stack((y, x) if crs.northing_first else (x, y))
    lost = np.flatnonzero(~np.isfinite(metres).all(axis=1))
    if len(lost):
        lon, lat = degrees[:, lost[0]]
        raise InvalidRequest(
            f"crs: {crs.uri} has no coordinates for lon {lon}, lat {lat}, where a feature of "
            "this answer lies",
            parameter="crs",
        )
    text = orjson.dumps(metres.round(METRE_DECIMALS), option=orjson.OPT_SERIALIZE_NUMPY)
    return text[1:-2].split(b"],")
