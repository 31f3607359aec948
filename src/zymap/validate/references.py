"""References: what a feature names is there."""

from __future__ import annotations

from collections.abc import Iterator

from zymap.catalog import Catalog, parse_source
from zymap.errors import InvalidData, NotFound, UnknownName
from zymap.validate.dataset import Dataset
from zymap.validate.finding import Problem

OVERLAPS, COUNTED = "overlaps_with", "counted_from"


def check_overlaps(dataset: Dataset) -> Iterator[Problem]:
    """Check that features which must not be added up name each other."""
    named = {row.id: row.texts(OVERLAPS) for _, row in dataset.rows()}
    for layer, row in dataset.rows():
        for other in named[row.id]:
            if other == row.id or other not in named:
                yield Problem(layer.id, row.id, f"{OVERLAPS}: {other!r} is no other feature")
            elif row.id not in named[other]:
                message = f"{OVERLAPS}: {other} does not name {row.id} in turn"
                yield Problem(layer.id, row.id, message)


def check_counted(dataset: Dataset) -> Iterator[Problem]:
    """Check that what a target counts is a layer with that field and code."""
    for layer, row in dataset.rows():
        for text in row.texts(COUNTED):
            reason = _unresolved(dataset.catalog, text)
            if reason is not None:
                yield Problem(layer.id, row.id, f"{COUNTED}: {text!r}: {reason}")


def _unresolved(catalog: Catalog, text: str) -> str | None:
    try:
        source = parse_source(text)
        layer = catalog.layer(source.collection)
        fields = [(layer.field(name), values) for name, values in source.where]
    except (InvalidData, NotFound, UnknownName) as error:
        return error.message
    for item, values in fields:
        known = None if item.enum is None else catalog.code_list(item.enum)
        for value in values:
            if known is not None and value not in known:
                return f"{value!r} is not in the code list {item.enum}"
    return None


def check_counted_candidates(dataset: Dataset) -> Iterator[Problem]:
    """Check that no target counts computed candidates: a tally leaves them out."""
    candidates = {layer.id for layer in dataset.catalog.by_role("candidates")}
    for layer, row in dataset.rows():
        for text in row.texts(COUNTED):
            if text.partition("?")[0] in candidates:
                message = f"{COUNTED}: {text!r}: candidates never count"
                yield Problem(layer.id, row.id, message)


def check_areas(dataset: Dataset) -> Iterator[Problem]:
    """Check that a key area has one feature in the layer of areas."""
    seen: dict[str, str] = {}
    for layer, row in dataset.rows("areas"):
        area = row.properties.get("area_id")
        if not isinstance(area, str):
            continue
        if area in seen:
            yield Problem(layer.id, row.id, f"area_id {area} is that of {seen[area]} already")
        seen.setdefault(area, row.id)
