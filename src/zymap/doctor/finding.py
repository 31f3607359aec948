"""What a check found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]
# What a check yields: level, what was found, and what to do where all is not well.
Found = Iterator[tuple[Level, str] | tuple[Level, str, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    check : str
        What was looked at, in one word.
    todo : str
        What to do; empty where all is well.
    """

    check: str
    level: Level
    message: str
    todo: str = ""
