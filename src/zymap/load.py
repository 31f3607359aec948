"""Load a folder of layers into the embedded store.

The new content is built beside the store and then copied into it in one transaction
(SQLite's backup API): whoever reads meanwhile sees the old state or the new one, and a
process killed at any moment leaves one of the two.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from zymap import __version__
from zymap.catalog import CATALOG_FILE, Catalog, Source, read_catalog
from zymap.errors import InvalidData, StoreUnavailable
from zymap.geojson import read_features
from zymap.query import Query
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_writer import STORE_FORMAT, replace_gpkg, write_gpkg

_PART = ".load-"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    Attributes
    ----------
    path : pathlib.Path
        The GeoPackage.
    features : int
        Features in the store.
    changed : bool
        False if the store held this very content already.
    """

    path: Path
    revision: str
    features: int
    changed: bool


def store_path(geodata: Path, data_dir: Path) -> Path:
    """Return where the store of a dataset is: one GeoPackage a dataset, named by its id."""
    return data_dir / f"{read_catalog(geodata).dataset.id}.gpkg"


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
    from filelock import FileLock

    catalog = read_catalog(geodata)
    target = data_dir / f"{catalog.dataset.id}.gpkg"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(data_dir / f".{catalog.dataset.id}.lock"):
            return _load(geodata, catalog, target, force=force)
    except OSError as error:
        raise StoreUnavailable(f"{target}: cannot be written ({error})") from error


def _load(geodata: Path, catalog: Catalog, target: Path, *, force: bool) -> Loaded:
    revision = _revision(geodata, catalog)
    _remove_leftovers(target)
    if not force:
        held = _held(target)
        if held is not None and held.revision == revision:
            return held
    layers = {layer.id: read_features(geodata / layer.file) for layer in catalog.layers}
    total = sum(len(features) for features in layers.values())
    _refuse_errors(geodata)
    workshop = Path(tempfile.mkdtemp(prefix=f"{_PART}{target.stem}-", dir=target.parent))
    try:
        part = workshop / target.name
        write_gpkg(part, catalog, layers, revision)
        replace_gpkg(part, target)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Loaded(target, revision, total, changed=True)


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
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _held(target: Path) -> Loaded | None:
    """Tell what the store holds now, or None where there is no store that can be read."""
    try:
        with closing(GpkgStore(target)) as store:
            sources = tuple(Source(layer.id) for layer in store.catalog().layers)
            total = store.count(Query(sources)).matched
            return Loaded(target, store.revision(), total, changed=False)
    except (StoreUnavailable, InvalidData):
        # Not there, damaged, or written by a version whose catalogue this one refuses.
        return None


def _remove_leftovers(target: Path) -> None:
    # A killed load leaves its workshop; the lock says that no other load is using it.
    for folder in target.parent.glob(f"{_PART}{target.stem}-*"):
        shutil.rmtree(folder, ignore_errors=True)
