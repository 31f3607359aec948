"""Which representation to answer with: the parameter ``f``, else the header Accept.

Standard: RFC 9110, 12.5.1 (Accept).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from zymap.errors import UnknownName
from zymap_api.problems import NotAcceptable

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
CSV = "text/csv"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
OGC_CATALOG = "application/ogc-catalog+json"
PDF = "application/pdf"
PNG = "image/png"

_RANGE = re.compile(r"\s*([\w!#$&^.+-]+|\*)/([\w!#$&^.+-]+|\*)\s*(?:;(.*))?", re.ASCII)
_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*(\d(?:\.\d{0,3})?)\s*(?:;|$)", re.ASCII)


def choose(name: str | None, accept: str | None, offers: Mapping[str, Sequence[str]]) -> str:
    """Return the name of the representation to answer with.

    Parameters
    ----------
    name : str or None
        The parameter ``f``.
    accept : str or None
        The header; what cannot be read in it does not count.
    offers : mapping of name to media types
        What the resource has, best first.

    Raises
    ------
    UnknownName
        `name` is no offer.
    NotAcceptable
        The client accepts none of the offers.
    """
    if name is not None:
        if name not in offers:
            raise UnknownName(
                f"f: {name!r} is not on offer; use one of {', '.join(offers)}", parameter="f"
            )
        return name
    ranges = _ranges(accept)
    if not ranges:
        return next(iter(offers))
    best = max(offers, key=lambda offer: _quality(offers[offer], ranges))
    if _quality(offers[best], ranges) <= 0:
        types = ", ".join(types[0] for types in offers.values() if types)
        raise NotAcceptable(f"this resource has {types}")
    return best


def _ranges(accept: str | None) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    for part in (accept or "").split(","):
        match = _RANGE.fullmatch(part)
        if match:
            quality = _QUALITY.search(match[3] or "")
            found.append((match[1].lower(), match[2].lower(), float(quality[1]) if quality else 1))
    return found


def _quality(types: Sequence[str], ranges: Sequence[tuple[str, str, float]]) -> float:
    return max((_quality_of_type(media_type, ranges) for media_type in types), default=0.0)


def _quality_of_type(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    main, _, sub = media_type.partition(";")[0].partition("/")
    best = (-1, 0.0)
    for range_main, range_sub, quality in ranges:
        if range_main in (main, "*") and range_sub in (sub, "*"):
            precision = (range_main != "*") + (range_sub != "*")
            best = max(best, (precision, quality))
    return best[1]
