"""Deadlines: a date only beside the words that it was read from."""

from __future__ import annotations

from collections.abc import Iterator

from zymap.validate.dataset import Dataset
from zymap.validate.finding import Problem
from zymap.validate.schema import is_date


def check_deadlines(dataset: Dataset) -> Iterator[Problem]:
    """Check that a deadline is a date and that ``deadline_text`` has the source's words."""
    for layer, row in dataset.rows():
        deadline = row.properties.get("deadline")
        if deadline is None:
            continue
        if not is_date(deadline):
            message = f"deadline: {deadline!r} is no date; words belong in deadline_text"
            yield Problem(layer.id, row.id, message)
        if not row.properties.get("deadline_text"):
            yield Problem(layer.id, row.id, "a deadline without deadline_text")
