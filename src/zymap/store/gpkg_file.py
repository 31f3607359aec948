"""The embedded store as a whole: what it holds, and another content in its place."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from zymap.catalog import Catalog
from zymap.errors import InvalidData, StoreUnavailable
from zymap.geojson import Feature
from zymap.query import everything
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_writer import replace_gpkg, write_gpkg
from zymap.store.text_writer import leftover_texts, sweep_texts
from zymap.store.writing import alone
from zymap.workshop import sweep, workshop


class GpkgFile:
    """The GeoPackage of a dataset; nobody else writes it meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def held(self) -> tuple[str, int] | None:
        """Return the revision that is there and its number of features; None if nothing is.

        What a killed load left is removed.
        """
        sweep(self._path.parent, _part_prefix(self._path))
        if leftover_texts(self._path):
            # Whoever is loading just now does it when the load is done.
            with suppress(StoreUnavailable), alone(self._path, wait=False):
                sweep_texts(self._path)
        try:
            with closing(GpkgStore(self._path)) as store:
                return store.revision(), store.count(everything(store.catalog())).matched
        except (StoreUnavailable, InvalidData):
            # Not there, damaged, or written by a version whose catalogue this one refuses.
            return None

    def write(
        self, catalog: Catalog, features: Mapping[str, Sequence[Feature]], revision: str
    ) -> None:
        """Put a dataset in the place of what is there, all at once; see `write_gpkg`."""
        path = self._path
        with workshop(path.parent, _part_prefix(path)) as folder:
            part = folder / path.name
            write_gpkg(part, catalog, features, revision)
            replace_gpkg(part, path)


@contextmanager
def writing(path: Path) -> Generator[GpkgFile]:
    """Open a GeoPackage to write it, once nobody else does; its folder is made if need be.

    Raises
    ------
    StoreUnavailable
        It cannot be written.
    """
    with alone(path):
        yield GpkgFile(path)


def _part_prefix(path: Path) -> str:
    return f".load-{path.stem}-"
