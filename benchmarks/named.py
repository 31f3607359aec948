"""What is chosen by name on a benchmark's command line."""

from __future__ import annotations


def matches(name: str, parts: str) -> bool:
    """Tell whether one of some texts with commas between them is part of a name, in any case."""
    return any(part.lower() in name.lower() for part in parts.split(","))
