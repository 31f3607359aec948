"""The command line: one file a command, heavy imports inside the commands."""

from __future__ import annotations


def run() -> None:
    """Run the command line."""
    from zymap.cli.app import main

    main()
