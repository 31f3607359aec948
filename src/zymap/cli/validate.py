"""``zymap validate``: what is wrong in a geodata folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FACTS_VARIABLE = "ZYMAP_FACTS"


def validate(
    geodata: Annotated[
        Path | None, typer.Argument(help="Folder with a catalog.toml; default: the bundled one.")
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(help=f"List of the source's statements (CSV); default: ${FACTS_VARIABLE}."),
    ] = None,
) -> None:
    """Check the layers: a line for each finding, and the counts; exit 3 if there are errors."""
    from collections import Counter

    from zymap.bundled import geodata_dir
    from zymap.errors import InvalidRequest
    from zymap.settings import read_settings
    from zymap.validate import run

    folder = geodata or read_settings().geodata or geodata_dir()
    if not folder.is_dir():
        raise InvalidRequest(f"{folder} is no folder")
    findings = run(folder, facts=facts or _facts_at_hand())
    for found in findings:
        print(_printable(f"{found.layer} {found.feature or '-'} {found.rule} {found.message}"))
    counts = Counter(found.severity for found in findings)
    print(f"{counts['error']} errors, {counts['warning']} warnings")
    if counts["error"]:
        raise typer.Exit(3)


def _facts_at_hand() -> Path | None:
    import os

    path = Path(os.environ.get(FACTS_VARIABLE, ""))
    return path if path.is_file() else None


def _printable(text: str) -> str:
    # Names come from files: a line end or an escape sequence in one must not reach the terminal.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
