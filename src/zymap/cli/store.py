"""``zymap store``: the database as a store, and the way from one store to another."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(help="A database as the store; copies of a store.", no_args_is_help=True)


@app.callback()
def stores() -> None:
    """Prepare a PostGIS database as the store, and copy from one store to another."""


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


@app.command("copy")
def copy(
    source: Annotated[str, typer.Argument(help="A .gpkg file, or address of a database.")],
    target: Annotated[str, typer.Argument(help="The same; its content is replaced.")],
    force: Annotated[
        bool, typer.Option(help="Replace a file that zymap did not write, too.")
    ] = False,
) -> None:
    """Copy all that a store holds into another one."""
    from zymap import copying
    from zymap.settings import read_settings

    settings = read_settings()
    done = copying.copy(
        source,
        target,
        dataset=settings.dataset,
        force=force,
        replica_wait_s=settings.replica_wait_s,
    )
    for layer, count in done.features.items():
        print(f"{layer}: {count}")
    print(f"copied {sum(done.features.values())} features, revision {done.revision}")
    if done.behind:
        print(f"not shown yet by the replicas {', '.join(done.behind)}", file=sys.stderr)
