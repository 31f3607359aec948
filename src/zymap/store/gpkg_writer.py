"""Write a dataset into a new GeoPackage, with the tables that `zymap.store.gpkg` reads.

GDAL writes what the standard asks for (contents, R-trees, triggers); zymap adds its own
tables beside it, which the GeoPackage's contents do not list, so that a GIS passes them over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zymap.catalog import Catalog, Layer
from zymap.errors import InvalidData, NotWritable, StoreUnavailable
from zymap.geojson import Feature, feature_text
from zymap.store import rows
from zymap.store.naming import quote, side_table
from zymap.store.qgis_style import qgis_styles
from zymap.store.reading import connect
from zymap.store.text_writer import texts_beside
from zymap.workshop import put

if TYPE_CHECKING:
    import numpy as np

# Goes up when the tables change, so that an older store is written anew.
STORE_FORMAT = 13


def write_gpkg(
    path: Path, catalog: Catalog, features: Mapping[str, Sequence[Feature]], revision: str
) -> None:
    """Write all layers of a dataset into a new file.

    Parameters
    ----------
    path : pathlib.Path
        A file that does not exist yet.
    features : mapping of layer id to features
        WGS 84 lon, lat; a geometry may be None. Their order becomes the order of answers.
    revision : str
        The fingerprint of the data.

    Raises
    ------
    InvalidData
        A value does not fit the type of its field.
    StoreUnavailable
        The file cannot be written.
    """
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        _write_gpkg(path, catalog, features, revision)
    except (sqlite3.Error, DataLayerError, DataSourceError, FeatureError) as error:
        raise StoreUnavailable(f"{path.name}: cannot be written ({error})") from error


def _write_gpkg(
    path: Path, catalog: Catalog, features: Mapping[str, Sequence[Feature]], revision: str
) -> None:
    shapes = {layer.id: rows.shapes(features[layer.id]) for layer in catalog.layers}
    with _hurried_gdal():
        for layer in catalog.layers:
            _write_layer(path, layer, features[layer.id], shapes[layer.id])
    with closing(sqlite3.connect(path)) as db, db:
        for layer in catalog.layers:
            _write_side_table(db, layer, features[layer.id], shapes[layer.id])
        _write_styles(db, catalog)
        db.execute("CREATE TABLE zymap_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        meta = {"revision": revision, "catalog": catalog.text, "format": str(STORE_FORMAT)}
        db.executemany("INSERT INTO zymap_meta VALUES (?, ?)", meta.items())
    with closing(sqlite3.connect(path)) as db:
        db.execute("ANALYZE")
    log_ahead(path)


def log_ahead(path: Path) -> None:
    """Have SQLite write a log ahead (WAL), so that readers and a writer do not wait for another."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")


def copy_gpkg(source: Path, part: Path) -> None:
    """Copy the content that a GeoPackage has at this moment, whoever reads or writes it.

    Parameters
    ----------
    part : pathlib.Path
        A file that does not exist yet; it has no log beside it.

    Raises
    ------
    InvalidData
        The source is damaged, or no store of zymap.
    NotWritable
        The copy cannot be written.
    """
    try:
        held = connect(source)
    except sqlite3.Error as error:
        raise InvalidData(f"{source}: damaged, or no store of zymap ({error})") from error
    try:
        with closing(held), closing(sqlite3.connect(part)) as db:
            held.backup(db)
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise NotWritable(f"{source.name} cannot be copied ({error})") from error


def replace_gpkg(part: Path, target: Path) -> None:
    """Put a finished GeoPackage in the place of another, which servers may be reading.

    SQLite's backup copies it in one transaction: readers see the old content or the new.
    A rename would leave the old write-ahead log beside the new file.

    Raises
    ------
    StoreUnavailable
        The target cannot be written; it keeps its content.
    """
    try:
        with texts_beside(part, target):
            _replace(part, target)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{target}: cannot be written ({error})") from error


def _replace(part: Path, target: Path) -> None:
    if not target.exists():
        # Nobody can have it open, so a log found here belongs to a file that was deleted.
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        put(part, target)
        return
    with closing(sqlite3.connect(part)) as source, closing(sqlite3.connect(target)) as db:
        db.execute("PRAGMA busy_timeout = 30000")
        source.backup(db)
        # It is loaded. Who reads the old content for long keeps the log from being emptied:
        # that is left to the next load.
        db.execute("PRAGMA busy_timeout = 2000")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _hurried_gdal() -> Generator[None]:
    """Have GDAL not wait for the disk after each step; the commits that come after it do.

    Those are of the same file, so that all of it is on the disk before it is put in its place.
    """
    import pyogrio

    option = "OGR_SQLITE_SYNCHRONOUS"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})


def _write_layer(
    path: Path, layer: Layer, features: Sequence[Feature], shapes: np.ndarray[Any, Any]
) -> None:
    import pyogrio.raw
    import shapely

    columns = [rows.column(features, item, layer) for item in layer.fields]
    ids = rows.objects([feature["id"] for feature in features])
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapes) if layer.geometry else None,
        field_data=[ids, *(values for values, _ in columns)],
        fields=["id", *(item.name for item in layer.fields)],
        field_mask=[None, *(mask for _, mask in columns)],
        layer=layer.id,
        driver="GPKG",
        geometry_type=_geometry_type(layer),
        crs="EPSG:4326" if layer.geometry else None,
        # The newest version that GDAL 3.6 (Debian 12, QGIS 3.22) opens without a warning.
        dataset_options={"VERSION": "1.2"},
        layer_options={
            "IDENTIFIER": layer.title_zh,
            "DESCRIPTION": layer.description_zh,
            "GEOMETRY_NAME": "geom",
            "SPATIAL_INDEX": "YES",
        },
    )


def _geometry_type(layer: Layer) -> str | None:
    # A layer may hold Multi geometries of its one type, which GeoPackage tells apart.
    if not layer.geometry:
        return None
    return "Point" if layer.geometry == ("Point",) else "Unknown"


def _write_side_table(
    db: sqlite3.Connection,
    layer: Layer,
    features: Sequence[Feature],
    shapes: np.ndarray[Any, Any],
) -> None:
    import shapely

    from zymap.store.tile_table import write_tile_table

    table = side_table(layer.id)
    db.execute(
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
        "located INTEGER NOT NULL, west REAL, south REAL, east REAL, north REAL, "
        "search TEXT NOT NULL, name_key BLOB, feature BLOB NOT NULL)"
    )
    names = [item.name for item in layer.fields]
    texts = [feature_text(feature, layer.id, names) for feature in features]
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows.side_rows(features, shapely.bounds(shapes), texts),
    )
    if layer.geometry:
        write_tile_table(db, layer.id, shapes, rows.tile_columns(layer, features))
    db.execute(f"CREATE INDEX {quote('zymap_' + layer.id + '_located')} ON {table} (located)")
    for item in layer.fields:
        if item.enum is not None or item.name == layer.temporal:
            index, column = quote(f"ix_{layer.id}_{item.name}"), quote(item.name)
            db.execute(f"CREATE INDEX {index} ON {quote(layer.id)} ({column})")


def _write_styles(db: sqlite3.Connection, catalog: Catalog) -> None:
    """Write QGIS's own table of default styles, so that the file opens styled there."""
    db.execute(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        "f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), "
        "f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
        "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
        "update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), type TEXT(30))"
    )
    db.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner) "
        "VALUES ('', '', ?, 'geom', ?, ?, '', 1, 'zymap', 'zymap')",
        ((style.layer, style.name, style.qml) for style in qgis_styles(catalog)),
    )
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles', "
        "strftime('%Y-%m-%dT%H:%M:%fZ','now'))"
    )
