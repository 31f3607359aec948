"""Look a stored GeoPackage through: whether it is whole, and what it holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from zymap.catalog import Layer, parse_catalog
from zymap.errors import InvalidData
from zymap.store.gpkg_writer import STORE_FORMAT
from zymap.store.naming import quote, side_table
from zymap.store.reading import connect


@dataclass(frozen=True, slots=True)
class Content:
    """What a store holds.

    Attributes
    ----------
    dataset : str
        Id of the dataset.
    revision : str
        The fingerprint of the data.
    features : int
        In all layers.
    """

    dataset: str
    revision: str
    features: int


def check_gpkg(path: Path) -> Content:
    """Read the whole file; SQLite's check, the R-trees, the numbers of rows, the catalogue.

    Parameters
    ----------
    path : pathlib.Path
        May be in use by others.

    Raises
    ------
    InvalidData
        The file is damaged, of another version of zymap, or not one of its stores.
    """
    if not path.is_file():
        raise InvalidData(f"{path}: there is no such file")
    try:
        with closing(connect(path)) as db:
            return _check(db, path)
    except sqlite3.Error as error:
        raise InvalidData(f"{path}: damaged, or no store of zymap ({error})") from error


def _check(db: sqlite3.Connection, path: Path) -> Content:
    # One transaction: what is loaded meanwhile is not half in this look.
    db.execute("BEGIN")
    meta = dict(db.execute("SELECT key, value FROM zymap_meta").fetchall())
    written = meta.get("format", "none")
    if written != str(STORE_FORMAT):
        raise InvalidData(
            f"{path}: its format is {written}, this zymap reads {STORE_FORMAT}; "
            "`zymap load` writes the store anew from the layers"
        )
    found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise InvalidData(f"{path}: damaged ({found.splitlines()[-1]})")
    catalog = parse_catalog(meta["catalog"])
    features = sum(_check_layer(db, path, layer) for layer in catalog.layers)
    return Content(catalog.dataset.id, meta["revision"], features)


def _check_layer(db: sqlite3.Connection, path: Path, layer: Layer) -> int:
    """Compare the tables of a layer with each other; return the number of its features."""

    def number(table: str, condition: str = "1") -> int:
        return db.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]

    features = number(quote(layer.id))
    located = number(side_table(layer.id), "located = 1")
    same = [(number(side_table(layer.id)), features)]
    if layer.geometry:
        tree = f"rtree_{layer.id}_geom"
        found = db.execute("SELECT rtreecheck(?)", (tree,)).fetchone()[0]
        if found != "ok":
            raise InvalidData(f"{path}: the index {tree} is damaged ({found.splitlines()[0]})")
        same.append((number(quote(tree)), located))
        same.append((number(quote(layer.id), "geom IS NOT NULL"), located))
    if any(one != other for one, other in same):
        raise InvalidData(f"{path}: the tables of the layer {layer.id} do not fit together")
    return features
