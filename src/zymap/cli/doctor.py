"""``zymap doctor``: whether all is there that zymap needs, and what to do where it is not."""

from __future__ import annotations

import typer

from zymap.cli.filters import Data, Geodata


def doctor(data: Data = None, geodata: Geodata = None) -> None:
    """Check settings, layers, store, disk and port: a line a check; exit 1 if one fails."""
    from zymap.doctor import Finding, examine
    from zymap.errors import InvalidRequest
    from zymap.settings import read_settings

    failed = False
    try:
        settings = read_settings(data_dir=data, geodata=geodata)
    except InvalidRequest as error:
        findings = iter([Finding("settings", "fail", error.message, "`zymap settings` lists them")])
    else:
        print("ok    settings: can be read")
        findings = examine(settings)
    for found in findings:
        failed = failed or found.level == "fail"
        todo = f"; {found.todo}" if found.todo else ""
        print(f"{found.level:5} {found.check}: {found.message}{todo}")
    if failed:
        raise typer.Exit(1)
