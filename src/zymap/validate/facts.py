"""Facts: numbers and dates are those of the source's statements, the words are our own.

These rules are silent where the list of statements is not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zymap.catalog import Layer
from zymap.validate.dataset import Dataset, Row
from zymap.validate.facts_file import Fact, plain
from zymap.validate.finding import Problem
from zymap.validate.schema import is_date

IDS = "fact_ids"
MAPPED_KINDS = ("project", "road", "park", "place")
DESCRIPTIONS = ("description_zh", "description_en")
QUOTED_CHARACTERS = 20
_YEAR = re.compile(r"(\d{4})?")


def check_known(dataset: Dataset) -> Iterator[Problem]:
    """Check that a feature names statements that there are."""
    if dataset.facts is None:
        return
    for layer, row in dataset.rows():
        for fact_id in row.texts(IDS):
            if fact_id not in dataset.facts:
                yield Problem(layer.id, row.id, f"{IDS}: there is no statement {fact_id}")


def _stated(dataset: Dataset, field: str) -> Iterator[tuple[Layer, Row, list[Fact]]]:
    facts = dataset.facts or {}
    for layer, row in dataset.rows():
        stated = [facts[name] for name in row.texts(IDS) if name in facts]
        if layer.has_field(field) and stated:
            yield layer, row, stated


def check_quantities(dataset: Dataset) -> Iterator[Problem]:
    """Check that a quantity is that of one of the feature's statements, where they give one."""
    for layer, row, facts in _stated(dataset, "quantity"):
        stated = {number for fact in facts if (number := _number(fact.quantity)) is not None}
        value = row.properties.get("quantity")
        if value not in (stated or {None}):
            given = " or ".join(f"{number:g}" for number in sorted(stated)) or "none"
            yield Problem(layer.id, row.id, f"quantity is {value!r}, the statement's is {given}")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def check_dates(dataset: Dataset) -> Iterator[Problem]:
    """Check that a deadline is the date of one of the feature's statements.

    Where a statement names a time of its own, the feature has at least the words for it. A bare
    year is none: it is the year that the source as a whole is about.
    """
    for layer, row, facts in _stated(dataset, "deadline"):
        given = [fact.deadline for fact in facts if not _YEAR.fullmatch(fact.deadline)]
        deadline = row.properties.get("deadline")
        if deadline is not None and deadline not in filter(is_date, given):
            stated = " or ".join(given) or "none"
            yield Problem(layer.id, row.id, f"deadline is {deadline}, the statement's is {stated}")
        if given and deadline is None and not row.properties.get("deadline_text"):
            message = f"the statement's deadline {given[0]!r} is in neither field"
            yield Problem(layer.id, row.id, message)


def check_placed(dataset: Dataset) -> Iterator[Problem]:
    """Check that each statement on a project, road, park or place is in a layer with shapes."""
    placed = {
        fact_id
        for layer, row in dataset.rows()
        if layer.geometry and layer.role != "candidates"
        for fact_id in row.texts(IDS)
    }
    for fact in (dataset.facts or {}).values():
        if fact.kind in MAPPED_KINDS and fact.id not in placed:
            yield Problem("facts", fact.id, f"a statement on a {fact.kind} that no layer holds")


def check_words(dataset: Dataset) -> Iterator[Problem]:
    """Check that no description repeats 20 characters of the source, punctuation apart."""
    quotes = [plain(fact.quote_zh) for fact in (dataset.facts or {}).values()]
    runs = {run for quote in quotes for run in _runs(quote)}
    for layer, row in dataset.rows():
        for name in DESCRIPTIONS:
            text = row.properties.get(name)
            copied = [run for run in _runs(plain(text)) if run in runs] if text else []
            if copied:
                yield Problem(layer.id, row.id, f"{name} repeats the source: {copied[0]!r}")


def _runs(text: str) -> Iterator[str]:
    for start in range(len(text) - QUOTED_CHARACTERS + 1):
        yield text[start : start + QUOTED_CHARACTERS]
