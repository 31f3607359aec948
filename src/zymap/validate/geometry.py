"""Geometries: as the layer allows them and as RFC 7946 asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zymap.catalog import Layer
from zymap.validate.dataset import Dataset, Row
from zymap.validate.finding import Problem
from zymap.validate.shapes import Position, malformed, polygons, positions


def _well_formed(dataset: Dataset) -> Iterator[tuple[Layer, Row, dict[str, Any]]]:
    for layer, row in dataset.rows():
        if row.geometry is not None and malformed(row.geometry) is None:
            yield layer, row, row.geometry


def check_structure(dataset: Dataset) -> Iterator[Problem]:
    """Check that a geometry is one of GeoJSON.

    Standard: RFC 7946, 3.1.
    """
    for layer, row in dataset.rows():
        reason = None if row.geometry is None else malformed(row.geometry)
        if reason is not None:
            yield Problem(layer.id, row.id, reason)


def check_type(dataset: Dataset) -> Iterator[Problem]:
    """Check that a geometry is of a type that the layer allows; Multi… goes with each."""
    for layer, row, geometry in _well_formed(dataset):
        if geometry["type"].removeprefix("Multi") not in layer.geometry:
            allowed = ", ".join(layer.geometry) or "none"
            yield Problem(layer.id, row.id, f"{geometry['type']}, but the layer allows {allowed}")


def check_positions(dataset: Dataset) -> Iterator[Problem]:
    """Check that positions are lon, lat in degrees, within range, with no height.

    Standard: RFC 7946, 3.1.1 and 4.
    """
    for layer, row, geometry in _well_formed(dataset):
        wrong = [position for position in positions(geometry) if not _in_range(position)]
        if wrong:
            message = f"{wrong[0]} is not lon, lat in degrees"
            yield Problem(layer.id, row.id, message)


def _in_range(position: Position) -> bool:
    return len(position) == 2 and abs(position[0]) <= 180 and abs(position[1]) <= 90


def check_rings(dataset: Dataset) -> Iterator[Problem]:
    """Check that rings end where they start.

    Standard: RFC 7946, 3.1.6.
    """
    for layer, row, geometry in _well_formed(dataset):
        if any(ring[0] != ring[-1] for rings in polygons(geometry) for ring in rings):
            yield Problem(layer.id, row.id, "a ring is not closed")


def check_winding(dataset: Dataset) -> Iterator[Problem]:
    """Check that outer rings run counter-clockwise, holes clockwise (right-hand rule).

    Standard: RFC 7946, 3.1.6.
    """
    for layer, row, geometry in _well_formed(dataset):
        for rings in polygons(geometry):
            if _doubled_area(rings[0]) < 0:
                yield Problem(layer.id, row.id, "an outer ring runs clockwise")
            if any(_doubled_area(ring) > 0 for ring in rings[1:]):
                yield Problem(layer.id, row.id, "a hole runs counter-clockwise")


def _doubled_area(ring: list[Position]) -> float:
    """Return twice the signed area of a ring: positive if it runs counter-clockwise."""
    # Seen from the first position: a shoelace over the coordinates themselves loses digits.
    lon, lat = ring[0][0], ring[0][1]
    moved = [(position[0] - lon, position[1] - lat) for position in ring]
    pairs = zip(moved, [*moved[1:], moved[0]], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)


def check_valid(dataset: Dataset) -> Iterator[Problem]:
    """Check that no shape crosses itself.

    Standard: OGC 06-103r4, 6.1 (simple feature validity), as GEOS tests it.
    """
    import shapely

    for layer, row in dataset.rows():
        if row.shape is not None and not row.shape.is_valid:
            yield Problem(layer.id, row.id, shapely.is_valid_reason(row.shape))


def check_crs_member(dataset: Dataset) -> Iterator[Problem]:
    """Check that there is no ``crs`` member: GeoJSON is WGS 84 lon, lat.

    Standard: RFC 7946, 4 and appendix B.1.
    """
    for file in dataset.files:
        if "crs" in file.members:
            yield Problem(file.layer.id, "", "a crs member; coordinates are WGS 84 lon, lat")
        for row in file.rows:
            if row.geometry is not None and "crs" in row.geometry:
                yield Problem(file.layer.id, row.id, "the geometry has a crs member")
