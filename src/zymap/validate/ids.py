"""Ids: one of a kind, and fit for a URL, a file and a link."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zymap.validate.dataset import Dataset
from zymap.validate.finding import Problem

# Standard: RFC 3986, 2.3 (unreserved characters), without the tilde.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_form(dataset: Dataset) -> Iterator[Problem]:
    """Check that an id starts with the dataset's prefix and needs no escape in a URL."""
    prefix = dataset.catalog.dataset.id_prefix
    for layer, row in dataset.rows():
        if not row.id.startswith(prefix):
            yield Problem(layer.id, row.id, f"the id does not start with {prefix}")
        if not _PLAIN.fullmatch(row.id):
            message = "the id may hold ASCII letters, digits, hyphen, dot and underscore only"
            yield Problem(layer.id, row.id, message)


def check_unique(dataset: Dataset) -> Iterator[Problem]:
    """Check that an id stands for one feature in all layers together."""
    seen: dict[str, str] = {}
    for layer, row in dataset.rows():
        if row.id in seen:
            message = f"the id stands in layer {seen[row.id]} already"
            yield Problem(layer.id, row.id, message)
        seen.setdefault(row.id, layer.id)
