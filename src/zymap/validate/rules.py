"""The table of rules. A new rule is a function and a row here, and a row in the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zymap.validate import (
    deadlines,
    facts,
    files,
    geometry,
    ids,
    location,
    references,
    schema,
)
from zymap.validate.dataset import Dataset
from zymap.validate.finding import Problem, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a dataset must keep.

    Attributes
    ----------
    id : str
        Stable kebab-case name.
    check : callable
        Yields a problem for each place where the rule is broken.
    """

    id: str
    check: Callable[[Dataset], Iterator[Problem]]
    severity: Severity = "error"


RULES: tuple[Rule, ...] = (
    Rule("file", files.check_readable),
    Rule("file-order", files.check_order, "warning"),
    Rule("file-form", files.check_form, "warning"),
    Rule("field-listed", schema.check_members),
    Rule("field-type", schema.check_types),
    Rule("field-required", schema.check_required),
    Rule("field-code", schema.check_enums),
    Rule("id-form", ids.check_form),
    Rule("id-unique", ids.check_unique),
    Rule("geometry-structure", geometry.check_structure),
    Rule("geometry-type", geometry.check_type),
    Rule("geometry-position", geometry.check_positions),
    Rule("geometry-ring", geometry.check_rings),
    Rule("geometry-winding", geometry.check_winding),
    Rule("geometry-valid", geometry.check_valid),
    Rule("geometry-crs", geometry.check_crs_member),
    Rule("location-status", location.check_status),
    Rule("location-uncertainty", location.check_uncertainty),
    Rule("location-origin", location.check_origin),
    Rule("location-precision", location.check_precision),
    Rule("location-inside", location.check_inside),
    Rule("candidate-status", location.check_candidates),
    Rule("candidate-counted", references.check_counted_candidates, "warning"),
    Rule("deadline", deadlines.check_deadlines),
    Rule("reference-overlap", references.check_overlaps),
    Rule("reference-counted", references.check_counted),
    Rule("reference-area", references.check_areas),
    Rule("fact-known", facts.check_known),
    Rule("fact-quantity", facts.check_quantities),
    Rule("fact-date", facts.check_dates),
    Rule("fact-placed", facts.check_placed),
    Rule("fact-words", facts.check_words),
)
