"""The list of the source document's statements, against which a dataset may be held."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zymap.errors import InvalidData, InvalidRequest

COLUMNS = ("id", "kind", "quote_zh", "quantity", "deadline")


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement.

    Attributes
    ----------
    quantity, deadline : str
        As the file has them; empty where the statement gives none. A deadline may be a date
        (YYYY-MM-DD), a year or words.
    """

    id: str
    kind: str
    quote_zh: str
    quantity: str
    deadline: str


Facts = Mapping[str, Fact]


def read_facts(path: Path) -> Facts:
    """Read a UTF-8 CSV file with the columns id, kind, quote_zh, quantity, deadline and others.

    Raises
    ------
    InvalidRequest
        The file cannot be read.
    InvalidData
        It has not these columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InvalidData(f"{path}: the list of statements has no column {missing[0]}")
            rows = [Fact(*(row[name] or "" for name in COLUMNS)) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest(f"facts: {path} cannot be read ({error})") from error
    return {fact.id: fact for fact in rows}


def plain(text: str) -> str:
    """Return a text without spaces and punctuation, so that a copied sentence is recognised."""
    return re.sub(r"[\W_]+", "", text)
