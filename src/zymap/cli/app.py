"""The table of commands, and how an error leaves the command line.

Exit codes: 0 done, 1 zymap's own fault, 2 the caller's mistake, 3 the data are invalid.
"""

from __future__ import annotations

import os
import sys

import typer

from zymap.cli import (
    backup,
    doctor,
    export,
    load,
    new,
    publish,
    serve,
    settings,
    sheet,
    site,
    store,
    validate,
)
from zymap.errors import InvalidData, InvalidRequest, NotFound, ZymapError

app = typer.Typer(
    name="zymap",
    help="The projects of a district's key areas: map, API, Shapefile.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve")(serve.serve)
app.command("export")(export.export)
app.command("sheet")(sheet.sheet)
app.command("publish")(publish.publish)
app.command("load")(load.load)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("validate")(validate.validate)
app.command("new")(new.new)
app.command("doctor")(doctor.doctor)
app.command("settings")(settings.settings)
app.add_typer(site.app, name="site")
app.add_typer(store.app, name="store")


@app.command("version")
def version() -> None:
    """Print the version."""
    from zymap import __version__

    print(__version__)


def main() -> None:
    """Run the command line; one line on stderr tells what went wrong."""
    try:
        app()
    except ZymapError as error:
        print(f"zymap: {error.message}", file=sys.stderr)
        raise SystemExit(_exit_code(error)) from None
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _exit_code(error: ZymapError) -> int:
    if isinstance(error, InvalidData):
        return 3
    return 2 if isinstance(error, InvalidRequest | NotFound) else 1
