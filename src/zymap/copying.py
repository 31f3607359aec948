"""Copy what one store holds into another: the same revision, and so the same answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson

from zymap.catalog import Catalog, Source
from zymap.errors import InvalidRequest, StoreUnavailable
from zymap.geojson import Feature
from zymap.query import Query
from zymap.store.base import Store
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_file import writing


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy brought over.

    Attributes
    ----------
    features : mapping of layer id to number of features
    behind : tuple of str
        Names of connected replicas that did not show it in time.
    """

    revision: str
    features: Mapping[str, int]
    behind: tuple[str, ...] = ()


def copy(
    source: str,
    target: str,
    *,
    dataset: str | None = None,
    force: bool = False,
    replica_wait_s: float = 10.0,
) -> Copied:
    """Put what a store holds in the place of what another holds of the dataset.

    Parameters
    ----------
    source, target : str
        Path of a GeoPackage (it ends in ``.gpkg``), or conninfo or URL of a database.
    dataset : str, optional
        Id of the dataset; needed if `source` is a database with several.
    force : bool
        Replace a GeoPackage also if it is none of zymap's.
    replica_wait_s : float
        How long to wait until replicas show the copy.

    Raises
    ------
    InvalidRequest
        The target is a GeoPackage that zymap did not write.
    StoreUnavailable
        One of the two cannot be reached or written; the target keeps its content.
    """
    with closing(_opened(source, dataset)) as store:
        catalog, revision, features = _read(store)
    counts = {layer: len(rows) for layer, rows in features.items()}
    if target.endswith(".gpkg"):
        _write_gpkg(Path(target), catalog, features, revision, force=force)
        return Copied(revision, counts)
    from zymap.store.postgis.writer import writing as writing_database

    with writing_database(target, catalog.dataset.id) as database:
        database.write(catalog, features, revision)
        _check(database.held(), revision, counts)
        return Copied(revision, counts, database.wait_for_replicas(replica_wait_s))


def _opened(name: str, dataset: str | None) -> Store:
    if name.endswith(".gpkg"):
        return GpkgStore(Path(name))
    from zymap.store.postgis.store import PostgisStore

    return PostgisStore(name, dataset)


def _read(store: Store) -> tuple[Catalog, str, dict[str, list[Feature]]]:
    revision, catalog = store.revision(), store.catalog()
    features: dict[str, list[Feature]] = {
        layer.id: [orjson.loads(text) for text in store.iterate(Query((Source(layer.id),)))]
        for layer in catalog.layers
    }
    if store.revision() != revision:
        raise StoreUnavailable("the source was loaded anew while it was copied; copy it again")
    return catalog, revision, features


def _write_gpkg(
    path: Path,
    catalog: Catalog,
    features: Mapping[str, Sequence[Feature]],
    revision: str,
    *,
    force: bool,
) -> None:
    with writing(path) as file:
        if path.exists() and file.held() is None and not force:
            raise InvalidRequest(
                f"{path} is there and was not written by zymap; --force replaces it"
            )
        file.write(catalog, features, revision)
        _check(file.held(), revision, {layer: len(rows) for layer, rows in features.items()})


def _check(held: tuple[str, int] | None, revision: str, counts: Mapping[str, int]) -> None:
    """Look at what the target holds now: it is the same, or the copy failed."""
    if held != (revision, sum(counts.values())):
        raise StoreUnavailable(f"the target holds {held}, not what was copied into it")
