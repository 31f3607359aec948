"""``zymap serve``: the map and the API on one address."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.")] = None,
    geodata: Annotated[
        Path | None, typer.Option(help="Folder with a catalog.toml; default: the bundled one.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the store.")] = None,
) -> None:
    """Serve the map (for browsers) and the API (for programs)."""
    import gc

    # Most of a start is imports, which leave no garbage; `zymap_api.server` turns it on again.
    gc.disable()
    from zymap.settings import read_settings

    settings = read_settings(host=host, port=port, workers=workers, geodata=geodata, data_dir=data)
    from zymap_api.server import serve as run

    # Flushed, since whoever started the server may read the address from a pipe.
    run(settings, announce=partial(print, flush=True))
