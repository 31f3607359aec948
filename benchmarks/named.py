"""What is chosen by name on a benchmark's command line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import TypeVar

Thing = TypeVar("Thing")


def chosen(
    parser: ArgumentParser, option: str, named: Mapping[str, Thing], parts: str
) -> dict[str, Thing]:
    """Return what matches by its name; where nothing does, the command line ends with that."""
    found = {name: thing for name, thing in named.items() if matches(name, parts)}
    if not found:
        parser.error(f"{option}: none has {parts!r} in its name")
    return found


def matches(name: str, parts: str) -> bool:
    """Tell whether one of some texts with commas between them is part of a name, in any case."""
    return any(part.lower() in name.lower() for part in parts.split(","))
