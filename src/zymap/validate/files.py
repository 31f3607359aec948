"""Layer files: there, readable, and written so that a diff shows what changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from zymap.geojson import render_features
from zymap.validate.dataset import Dataset
from zymap.validate.finding import Problem


def check_readable(dataset: Dataset) -> Iterator[Problem]:
    """Check that each file of the catalogue is there and is a FeatureCollection with ids."""
    for layer_id, reason in dataset.unread.items():
        yield Problem(layer_id, "", reason)


def check_order(dataset: Dataset) -> Iterator[Problem]:
    """Check that features stand in the order of their ids."""
    for file in dataset.files:
        ids = [row.id for row in file.rows]
        for before, after in pairwise(ids):
            if before > after:
                yield Problem(file.layer.id, after, f"stands behind {before}; sort by id")
                break


def check_form(dataset: Dataset) -> Iterator[Problem]:
    """Check that a file is what zymap writes: a compact feature a line, fields in order."""
    for file in dataset.files:
        names = [item.name for item in file.layer.fields]
        expected = render_features(file.layer.id, file.features, names)
        if file.content != expected:
            number = _first_difference(file.content, expected)
            message = f"line {number} is not as zymap writes it (one compact feature a line)"
            yield Problem(file.layer.id, "", message)


def _first_difference(content: bytes, expected: bytes) -> int:
    pairs = zip(content.split(b"\n"), expected.split(b"\n"), strict=False)
    return next((n for n, (is_, must) in enumerate(pairs, start=1) if is_ != must), 1)
