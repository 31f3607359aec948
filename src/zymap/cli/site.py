"""``zymap site``: candidates computed from the layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Compute candidates from the layers.", no_args_is_help=True)

# As in zymap.siting, which is not imported for the help.
RADIUS_M = 500


@app.command("parking")
def parking(
    sites: Annotated[int, typer.Option(min=1, max=999, help="How many.")],
    geodata: Annotated[Path | None, typer.Option(help="Folder of the layers.")] = None,
    radius_m: Annotated[int, typer.Option(min=1, max=10_000, help="Service radius, m.")] = RADIUS_M,
) -> None:
    """Compute candidate car parks and write the layer of candidates (needs zymap[siting])."""
    from zymap.bundled import geodata_dir
    from zymap.settings import read_settings
    from zymap.siting import site_parking

    folder = geodata or read_settings().geodata or geodata_dir()
    done = site_parking(folder, sites=sites, radius_m=radius_m)
    rounds = f", {done.rounds} rounds" if done.rounds > 1 else ""
    print(
        f"{done.path}: {done.sites} candidates cover {done.covered / done.total:.1%} of the demand "
        f"({done.covered:.1f} of {done.total:.1f}, from {done.demand_features} features) within "
        f"{radius_m} m{rounds}"
    )
