"""``zymap store``: the database as a store, and the way from one store to another."""

from __future__ import annotations

import typer

app = typer.Typer(help="The database as a store.", no_args_is_help=True)


@app.callback()
def stores() -> None:
    """Prepare a PostGIS database as the store."""


@app.command("migrate")
def migrate() -> None:
    """Make or renew zymap's own tables in the database that ZYMAP_STORE names."""
    from zymap.errors import InvalidRequest
    from zymap.settings import read_settings

    settings = read_settings()
    if settings.store is None:
        raise InvalidRequest("ZYMAP_STORE names no database; the embedded store needs no such step")
    from zymap.store.postgis.migrating import migrate as bring_up_to_date

    done = bring_up_to_date(settings.store.get_secret_value())
    print(f"done: {', '.join(done)}" if done else "nothing to do")
