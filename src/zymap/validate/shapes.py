"""GeoJSON geometries that may be malformed: their positions, rings and shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from zymap.geojson import DEPTH

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Position = list[float]


def malformed(geometry: dict[str, Any]) -> str | None:
    """Return why a geometry object is none by RFC 7946, or None if it is one."""
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in DEPTH:
        return f"geometry type {kind!r} is none that a layer may hold"
    if not _nested(geometry.get("coordinates"), DEPTH[kind]):
        return f"the coordinates are not those of a {kind} of numbers"
    if kind.endswith("LineString") and any(len(line) < 2 for line in _chains(geometry)):
        return "a line has fewer than two positions"
    if kind.endswith("Polygon") and any(len(ring) < 4 for ring in _chains(geometry)):
        return "a ring has fewer than four positions"
    return None


def _nested(coordinates: Any, depth: int) -> bool:
    if not isinstance(coordinates, list) or not coordinates:
        return False
    items = cast(list[Any], coordinates)
    if depth == 0:
        return len(items) >= 2 and all(_is_number(item) for item in items)
    return all(_nested(item, depth - 1) for item in items)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def positions(geometry: dict[str, Any]) -> Iterator[Position]:
    """Yield the positions of a well-formed geometry: lon, lat in degrees, and what follows."""

    def walk(coordinates: list[Any], depth: int) -> Iterator[Position]:
        if depth == 0:
            yield coordinates
        else:
            for part in coordinates:
                yield from walk(part, depth - 1)

    yield from walk(geometry["coordinates"], DEPTH[geometry["type"]])


def _chains(geometry: dict[str, Any]) -> list[list[Position]]:
    """Return the lines or rings of a geometry whose positions are well formed."""
    coordinates = geometry["coordinates"]
    depth = DEPTH[geometry["type"]]
    if depth == 1:
        return [coordinates]
    return coordinates if depth == 2 else [ring for polygon in coordinates for ring in polygon]


def polygons(geometry: dict[str, Any]) -> list[list[list[Position]]]:
    """Return the polygons of a well-formed geometry, each as its rings, the outer one first."""
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else []


def make_shape(geometry: dict[str, Any] | None) -> BaseGeometry | None:
    """Return the shape of a geometry: lon, lat in degrees; None if it is null or malformed."""
    from shapely.geometry import shape

    if geometry is None or malformed(geometry) is not None:
        return None
    if any(ring[0] != ring[-1] for rings in polygons(geometry) for ring in rings):
        # Shapely would close the ring in silence.
        return None
    flat = {**geometry, "coordinates": _flat(geometry["coordinates"], DEPTH[geometry["type"]])}
    return shape(flat)


def _flat(coordinates: list[Any], depth: int) -> list[Any]:
    if depth == 0:
        return coordinates[:2]
    return [_flat(part, depth - 1) for part in coordinates]
