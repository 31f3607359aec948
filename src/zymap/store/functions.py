"""The functions that statements call where SQLite has none: geometry, spelling, arithmetic.

Each answers NULL for NULL, and never raises for what a checked question can hand it.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from zymap import bbox
from zymap.cql.folding import fold_accents, fold_case

# The length of the envelope by its code in the header's flags (12-128r19, 2.1.3.1.1).
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def install(db: sqlite3.Connection) -> None:
    """Make the functions known to a connection."""
    for name, arguments, function in (
        ("intersects", 5, _intersects),
        ("within", 2, _within),
        ("meets", 2, _meets),
        ("relate", 3, _relate),
        ("wkb", 1, lambda blob: None if blob is None else wkb_of(blob)),
        ("casei", 1, _of_text(fold_case)),
        ("accenti", 1, _of_text(fold_accents)),
        ("remainder", 2, _of_numbers(math.fmod)),
        ("quotient", 2, _of_numbers(lambda a, b: math.trunc(a / b))),
        ("power", 2, _of_numbers(lambda a, b: math.pow(a, b))),
    ):
        db.create_function(f"zymap_{name}", arguments, function, deterministic=True)


def wkb_of(blob: bytes) -> bytes:
    """Return the WKB inside a GeoPackage geometry blob.

    Standard: OGC 12-128r19, 2.1.3.1.1 (StandardGeoPackageBinary).
    """
    return blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 7] :]


def _intersects(blob: bytes | None, west: float, south: float, east: float, north: float) -> bool:
    import shapely

    if blob is None:
        return False
    return bool(
        shapely.intersects(box_shape(west, south, east, north), shapely.from_wkb(wkb_of(blob)))
    )


def _within(blob: bytes | None, area_wkb: bytes) -> bool:
    import shapely

    if blob is None:
        return False
    return bool(shapely.covers(_prepared(area_wkb), shapely.from_wkb(wkb_of(blob))))


def _meets(blob: bytes | None, shape_wkb: bytes) -> bool:
    import shapely

    if blob is None:
        return False
    return bool(shapely.intersects(_prepared(shape_wkb), shapely.from_wkb(wkb_of(blob))))


@lru_cache(maxsize=16)
def box_shape(west: float, south: float, east: float, north: float) -> Any:
    """Return a box as a geometry, prepared."""
    import shapely

    box = bbox.box_shape(west, south, east, north)
    shapely.prepare(box)
    return box


@lru_cache(maxsize=16)
def _prepared(wkb: bytes) -> Any:
    import shapely

    geometry = shapely.from_wkb(wkb)
    shapely.prepare(geometry)
    return geometry


def _relate(relation: str, first: bytes | None, second: bytes | None) -> bool | None:
    """Return whether two geometries are in a relation; the first may be a literal, in WKB."""
    import shapely

    if first is None or second is None:
        return None
    prepared = _prepared(first) if first[:2] != b"GP" else shapely.from_wkb(wkb_of(first))
    return bool(getattr(shapely, relation)(prepared, shapely.from_wkb(wkb_of(second))))


def _of_text(fold: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else fold(text)


def _of_numbers(
    compute: Callable[[float, float], float],
) -> Callable[[float | None, float | None], float | None]:
    """Return the function with no answer, as SQL has it, where there is none to give."""

    def answer(first: float | None, second: float | None) -> float | None:
        if first is None or second is None:
            return None
        try:
            made = compute(first, second)
        except (ArithmeticError, ValueError):
            return None
        return made if math.isfinite(made) and abs(made) < 2**63 else float(made)

    return answer
