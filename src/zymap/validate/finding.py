"""What a rule says about a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Problem(NamedTuple):
    """What a rule's function yields: where it is broken, and how.

    Attributes
    ----------
    layer : str
        Id of the layer, or ``facts`` for a statement that no layer holds.
    feature : str
        Id of the feature or statement; empty if the layer as a whole is at fault.
    """

    layer: str
    feature: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a layer or a feature breaks.

    Attributes
    ----------
    layer : str
        Id of the layer, or ``facts`` for a statement that no layer holds.
    feature : str
        Id of the feature or statement; empty if the layer as a whole is at fault.
    rule : str
        Stable kebab-case id of the rule; ``docs/reference/validation.md`` lists them.
    severity : {"error", "warning"}
        A dataset with an error is not loaded; a warning only wants attention.
    """

    layer: str
    feature: str
    rule: str
    message: str
    severity: Severity
