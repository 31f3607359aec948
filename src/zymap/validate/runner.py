"""Hold a geodata folder against all rules."""

from __future__ import annotations

from pathlib import Path

from zymap.validate.dataset import read_dataset
from zymap.validate.facts_file import read_facts
from zymap.validate.finding import Finding
from zymap.validate.rules import RULES


def run(folder: Path, *, facts: Path | None = None) -> list[Finding]:
    """Return what is wrong in a geodata folder: an empty list if all is well.

    Parameters
    ----------
    folder : pathlib.Path
        A folder with a ``catalog.toml``.
    facts : pathlib.Path, optional
        The list of the source's statements (CSV); without it the rules on facts are silent.

    Returns
    -------
    list of Finding
        In the order of the catalogue's layers, then of the feature ids, then of the rules. A
        layer file that cannot be read is a finding, and the other layers are still checked.

    Raises
    ------
    InvalidData
        The catalogue, or the list of statements, is not one.
    InvalidRequest
        The list of statements cannot be read.
    """
    dataset = read_dataset(folder, None if facts is None else read_facts(facts))
    findings = [
        Finding(problem.layer, problem.feature, rule.id, problem.message, rule.severity)
        for rule in RULES
        for problem in rule.check(dataset)
    ]
    order = {layer.id: number for number, layer in enumerate(dataset.catalog.layers)}
    last = len(order)
    return sorted(findings, key=lambda found: (order.get(found.layer, last), found.feature))
