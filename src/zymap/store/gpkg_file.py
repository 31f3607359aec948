"""The embedded store as a whole: what it holds, and another content in its place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from zymap.catalog import Catalog, Source
from zymap.errors import InvalidData, StoreUnavailable
from zymap.geojson import Feature
from zymap.query import Query
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_writer import replace_gpkg, write_gpkg

_PART = ".load-"


class GpkgFile:
    """The GeoPackage of a dataset; nobody else writes it meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def held(self) -> tuple[str, int] | None:
        """Return the revision that is there and its number of features; None if nothing is."""
        try:
            with closing(GpkgStore(self._path)) as store:
                sources = tuple(Source(layer.id) for layer in store.catalog().layers)
                return store.revision(), store.count(Query(sources)).matched
        except (StoreUnavailable, InvalidData):
            # Not there, damaged, or written by a version whose catalogue this one refuses.
            return None

    def write(
        self, catalog: Catalog, features: Mapping[str, Sequence[Feature]], revision: str
    ) -> None:
        """Put a dataset in the place of what is there, all at once; see `write_gpkg`."""
        path = self._path
        workshop = Path(tempfile.mkdtemp(prefix=f"{_PART}{path.stem}-", dir=path.parent))
        try:
            part = workshop / path.name
            write_gpkg(part, catalog, features, revision)
            replace_gpkg(part, path)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)


@contextmanager
def writing(path: Path) -> Generator[GpkgFile]:
    """Open a GeoPackage to write it, once nobody else does; its folder is made if need be.

    Raises
    ------
    StoreUnavailable
        It cannot be written.
    """
    from filelock import FileLock

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.stem}.lock")):
            # A killed load leaves its workshop; the lock says that no other load is using it.
            for folder in path.parent.glob(f"{_PART}{path.stem}-*"):
                shutil.rmtree(folder, ignore_errors=True)
            yield GpkgFile(path)
    except OSError as error:
        raise StoreUnavailable(f"{path}: cannot be written ({error})") from error
