"""Locations: what is said of a position agrees with the position."""

from __future__ import annotations

from collections.abc import Iterator

from zymap.catalog import Layer
from zymap.validate.dataset import Dataset, Row
from zymap.validate.finding import Problem
from zymap.validate.shapes import malformed, positions

STATUS, UNCERTAINTY = "location_status", "coordinateUncertaintyInMeters"
SOURCES, PROTOCOL = "georeferenceSources", "georeferenceProtocol"
FLAG = "in_district"
COARSE_M, COARSE_DECIMALS = 100, 3


def _spatial(dataset: Dataset) -> Iterator[tuple[Layer, Row]]:
    for layer, row in dataset.rows():
        if layer.geometry:
            yield layer, row


def check_status(dataset: Dataset) -> Iterator[Problem]:
    """Check that what is unlocated has no geometry, and only that."""
    for layer, row in _spatial(dataset):
        status = row.properties.get(STATUS)
        if (status == "unlocated") != (row.geometry is None):
            what = "no geometry" if row.geometry is None else "a geometry"
            yield Problem(layer.id, row.id, f"{STATUS} is {status!r}, but there is {what}")


def check_uncertainty(dataset: Dataset) -> Iterator[Problem]:
    """Check that a geometry has an uncertainty above zero, and that nothing else has one."""
    for layer, row in _spatial(dataset):
        value = row.properties.get(UNCERTAINTY)
        if row.geometry is None and value is not None:
            yield Problem(layer.id, row.id, f"{UNCERTAINTY} is given, but there is no geometry")
        if row.geometry is not None and not (isinstance(value, int | float) and value > 0):
            yield Problem(layer.id, row.id, f"{UNCERTAINTY} must be above 0, is {value!r}")


def check_origin(dataset: Dataset) -> Iterator[Problem]:
    """Check that a geometry has sources and a method.

    Without a geometry there are no sources; the method may still say why.
    """
    for layer, row in _spatial(dataset):
        for name in (SOURCES, PROTOCOL):
            if layer.has_field(name) and row.geometry is not None and not row.properties.get(name):
                yield Problem(layer.id, row.id, f"{name} does not say where the position is from")
        if row.geometry is None and row.properties.get(SOURCES):
            yield Problem(layer.id, row.id, f"{SOURCES} is given, but there is no geometry")


def check_precision(dataset: Dataset) -> Iterator[Problem]:
    """Check that what is not known to 100 m has at most three decimals (about 100 m).

    The boundary is excepted: it is carried as published.
    """
    for layer, row in _spatial(dataset):
        value = row.properties.get(UNCERTAINTY)
        if layer.role == "boundary" or not isinstance(value, int | float) or value <= COARSE_M:
            continue
        if row.geometry is None or malformed(row.geometry) is not None:
            continue
        numbers = [number for position in positions(row.geometry) for number in position]
        if any(round(number, COARSE_DECIMALS) != number for number in numbers):
            message = f"more than {COARSE_DECIMALS} decimals, but the position is {value} m off"
            yield Problem(layer.id, row.id, message)


def check_inside(dataset: Dataset) -> Iterator[Problem]:
    """Check that what is not wholly inside the boundary says so (``in_district``)."""
    from shapely import unary_union

    shapes = [row.shape for _, row in dataset.rows("boundary") if row.shape is not None]
    if not shapes or not all(shape.is_valid for shape in shapes):
        return
    boundary = unary_union(shapes)
    for layer, row in _spatial(dataset):
        if layer.role == "boundary" or (row.geometry is not None and row.shape is None):
            continue
        inside = None if row.shape is None else bool(boundary.covers(row.shape))
        flag = row.properties.get(FLAG)
        if layer.has_field(FLAG) and flag is not inside:
            yield Problem(layer.id, row.id, f"{FLAG} is {flag!r}, must be {inside!r}")
        elif not layer.has_field(FLAG) and inside is False:
            yield Problem(layer.id, row.id, f"not inside the boundary, and no {FLAG} flags it")


def check_candidates(dataset: Dataset) -> Iterator[Problem]:
    """Check that a layer of candidates holds only such, and no other layer any."""
    for layer, row in _spatial(dataset):
        status = row.properties.get(STATUS)
        if (layer.role == "candidates") != (status == "candidate"):
            message = f"{STATUS} is {status!r} in a layer with role {layer.role}"
            yield Problem(layer.id, row.id, message)
