"""The rules that a dataset keeps, and `run`, which holds a folder against them."""

from zymap.validate.finding import Finding, Severity
from zymap.validate.rules import RULES, Rule
from zymap.validate.runner import run

__all__ = ["RULES", "Finding", "Rule", "Severity", "run"]
