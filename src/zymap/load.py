"""Load a folder of layers into a store.

For the embedded one the new content is built beside it and then copied into it in one transaction
(SQLite's backup API); `zymap.store.postgis.writer` does the same in a database. Whoever reads
meanwhile sees the old state or the new one, and a process killed at any moment leaves one of the
two.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from zymap import __version__
from zymap.bundled import geodata_dir
from zymap.catalog import CATALOG_FILE, Catalog, read_catalog
from zymap.errors import InvalidData
from zymap.geojson import Feature, read_features
from zymap.query import everything
from zymap.store.base import Store
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_file import GpkgFile, writing
from zymap.store.gpkg_writer import STORE_FORMAT

if TYPE_CHECKING:
    # A process that only loads needs no pydantic.
    from zymap.settings import Settings


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    Attributes
    ----------
    where : str
        Path of the GeoPackage, or address of the database without what is secret in it.
    features : int
        Features in the store.
    changed : bool
        False if the store held this very content already.
    behind : tuple of str
        Names of connected replicas that did not show the content in time.
    """

    where: str
    revision: str
    features: int
    changed: bool
    behind: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The GeoPackage; of the embedded store only."""
        return Path(self.where)


class Target(Protocol):
    """A store that is to hold a dataset; nobody else writes it meanwhile."""

    def held(self) -> tuple[str, int] | None:
        """Return the revision that is there and its number of features; None if nothing is."""
        ...

    def write(
        self, catalog: Catalog, features: Mapping[str, Sequence[Feature]], revision: str
    ) -> None:
        """Put a dataset in the place of what is there, all at once."""
        ...


def store_path(geodata: Path, data_dir: Path) -> Path:
    """Return where the store of a dataset is: one GeoPackage a dataset, named by its id."""
    return data_dir / f"{read_catalog(geodata).dataset.id}.gpkg"


def open_store(settings: Settings, *, question_s: float = math.inf) -> Store:
    """Open the store that the settings name, as it is.

    Parameters
    ----------
    question_s : float
        Seconds after which it gives a question up.

    Raises
    ------
    StoreUnavailable
        It is not there or cannot be reached.
    """
    if settings.store is None:
        path = store_path(settings.geodata or geodata_dir(), settings.data_dir)
        return GpkgStore(path, question_s=question_s)
    from zymap.store.postgis.store import PostgisStore

    return PostgisStore(
        settings.store.get_secret_value(),
        settings.dataset,
        question_s=question_s,
    )


def load_by(settings: Settings, *, force: bool = False) -> Loaded:
    """Load the folder of layers into the store that the settings name.

    Raises
    ------
    InvalidData, StoreUnavailable
        See `load`.
    """
    geodata = settings.geodata or geodata_dir()
    if settings.store is None:
        return load(geodata, settings.data_dir, force=force)
    return load_database(
        geodata,
        settings.store.get_secret_value(),
        force=force,
        replica_wait_s=settings.replica_wait_s,
    )


def load(geodata: Path, data_dir: Path, *, force: bool = False) -> Loaded:
    """Load a geodata folder into ``data_dir``, unless the store holds that content already.

    Parameters
    ----------
    geodata : pathlib.Path
        A folder with a ``catalog.toml`` and its layers.
    data_dir : pathlib.Path
        Made if it is not there.
    force : bool
        Load even what is already there.

    Raises
    ------
    InvalidData
        The layers break a rule; the store stays as it was.
    StoreUnavailable
        The data folder cannot be written.
    """
    catalog, path, revision = _aim(geodata, data_dir)
    # A folder that may only be read is fine as long as there is nothing to load.
    if not force and (found := _same(GpkgFile(path), str(path), revision)):
        return found
    with writing(path) as target:
        # Who waited may find it loaded by whom it waited for.
        return _load(geodata, catalog, target, str(path), revision, force=force)


def held(geodata: Path, data_dir: Path) -> Loaded | None:
    """Return what the store of a geodata folder holds, if that is what the layers hold.

    Raises
    ------
    InvalidData
        The catalogue cannot be read, or a layer is missing.
    """
    _, path, revision = _aim(geodata, data_dir)
    return _same(GpkgFile(path), str(path), revision)


def load_database(
    geodata: Path, conninfo: str, *, force: bool = False, replica_wait_s: float = 10.0
) -> Loaded:
    """Load a geodata folder into a PostGIS database, unless that content is there already.

    Parameters
    ----------
    conninfo : str
        Conninfo or URL of libpq.
    replica_wait_s : float
        How long to wait until replicas show what was loaded.

    Raises
    ------
    InvalidData
        The layers break a rule; the store stays as it was.
    StoreUnavailable
        No server takes writes, or this user may not load.
    """
    from zymap.store.postgis.writer import writing as writing_database

    catalog = read_catalog(geodata)
    revision = _revision(geodata, catalog)
    with writing_database(conninfo, catalog.dataset.id) as target:
        loaded = _load(geodata, catalog, target, target.name, revision, force=force)
        return replace(loaded, behind=target.wait_for_replicas(replica_wait_s))


def _load(
    geodata: Path, catalog: Catalog, target: Target, where: str, revision: str, *, force: bool
) -> Loaded:
    if not force and (found := _same(target, where, revision)):
        return found
    layers = {layer.id: read_features(geodata / layer.file) for layer in catalog.layers}
    _refuse_errors(geodata)
    target.write(catalog, layers, revision)
    return Loaded(where, revision, sum(map(len, layers.values())), changed=True)


def _aim(geodata: Path, data_dir: Path) -> tuple[Catalog, Path, str]:
    """Return the catalogue of a folder of layers, the store of it, and the layers' revision."""
    catalog = read_catalog(geodata)
    return catalog, data_dir / f"{catalog.dataset.id}.gpkg", _revision(geodata, catalog)


def _same(target: Target, where: str, revision: str) -> Loaded | None:
    """Return what a store holds, if that is of this revision."""
    found = target.held()
    if found is None or found[0] != revision:
        return None
    return Loaded(where, *found, changed=False)


def ready(settings: Settings, load_changed: Callable[[Path, Path], Loaded] = load) -> Loaded:
    """Return what is in the store of the settings; layers that have changed are loaded first.

    Where the operator wants no loading by itself (``autoload``), and in a database, the store stays
    as it is.

    Parameters
    ----------
    load_changed : callable
        Loads a geodata folder into a data folder.

    Raises
    ------
    InvalidData
        The layers break a rule.
    StoreUnavailable
        The store cannot be written or opened.
    """
    geodata = settings.geodata or geodata_dir()
    if settings.store is None and settings.autoload:
        return held(geodata, settings.data_dir) or load_changed(geodata, settings.data_dir)
    with closing(open_store(settings)) as store:
        catalog = store.catalog()
        total = store.count(everything(catalog)).matched
        where = f"{catalog.dataset.id} in PostGIS"
        if settings.store is None:
            where = str(store_path(geodata, settings.data_dir))
        return Loaded(where, store.revision(), total, changed=False)


def differs(settings: Settings, revision: str) -> bool:
    """Tell whether the layers hold something else than a store of this revision."""
    geodata = settings.geodata or geodata_dir()
    return _revision(geodata, read_catalog(geodata)) != revision


def _refuse_errors(geodata: Path) -> None:
    from zymap.validate import run as validate

    errors = [finding for finding in validate(geodata) if finding.severity == "error"]
    if errors:
        first = errors[0]
        raise InvalidData(
            f"{geodata}: {len(errors)} errors, the first in {first.layer} {first.feature}: "
            f"{first.message}; `zymap validate` lists them all"
        )


def _revision(geodata: Path, catalog: Catalog) -> str:
    """Return the fingerprint of all bytes that the store depends on, and of zymap itself."""
    digest = hashlib.sha256(f"{__version__} {STORE_FORMAT} ".encode())
    for name in (CATALOG_FILE, *(layer.file for layer in catalog.layers)):
        path = geodata / name
        if not path.is_file():
            raise InvalidData(f"{path}: the catalogue names it, but it is not there")
        digest.update(name.encode() + b"\0")
        # A server process that finds nothing to load must not have had a large file in its memory.
        with path.open("rb") as file:
            while part := file.read(2**20):
                digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()[:16]
