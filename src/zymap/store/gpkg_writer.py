"""Write a dataset into a new GeoPackage, with the tables that `zymap.store.gpkg` reads.

GDAL writes what the standard asks for (contents, R-trees, triggers); zymap adds its own
tables beside it, which the GeoPackage's contents do not list, so that a GIS passes them over.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from zymap.catalog import Catalog, Field, Layer
from zymap.errors import InvalidData, StoreUnavailable
from zymap.geojson import Feature, feature_text
from zymap.search import search_text
from zymap.store import sql
from zymap.store.base import tile_attributes
from zymap.store.qgis_style import qgis_styles
from zymap.store.text_blocks import write_blocks

if TYPE_CHECKING:
    import numpy as np

# Goes up when the tables change, so that an older store is written anew.
STORE_FORMAT = 10
_NUMPY_TYPES = {"integer": "int64", "number": "float64", "boolean": "bool"}


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
    """
    shapes = {layer.id: _shapes(features[layer.id]) for layer in catalog.layers}
    with _hurried_gdal():
        for layer in catalog.layers:
            _write_layer(path, layer, features[layer.id], shapes[layer.id])
    with closing(sqlite3.connect(path)) as db, db:
        for layer in catalog.layers:
            _write_side_table(db, layer, features[layer.id], shapes[layer.id])
        _write_styles(db, catalog)
        db.execute("CREATE TABLE zymap_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        meta = {"revision": revision, "catalog": catalog.text}
        db.executemany("INSERT INTO zymap_meta VALUES (?, ?)", meta.items())
    with closing(sqlite3.connect(path)) as db:
        db.execute("ANALYZE")
        db.execute("PRAGMA journal_mode = WAL")


def replace_gpkg(part: Path, target: Path) -> None:
    """Put a finished GeoPackage in the place of another, which servers may be reading.

    SQLite's backup copies it in one transaction: readers see the old content or the new.
    A rename would leave the old write-ahead log beside the new file.

    Raises
    ------
    StoreUnavailable
        The target cannot be written; it keeps its content.
    """
    if not target.exists():
        # Nobody can have it open, so a log found here belongs to a file that was deleted.
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        part.replace(target)
        return
    try:
        with closing(sqlite3.connect(part)) as source, closing(sqlite3.connect(target)) as db:
            db.execute("PRAGMA busy_timeout = 30000")
            source.backup(db)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{target}: cannot be written ({error})") from error


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

    columns = [_column(features, item, layer) for item in layer.fields]
    ids = _objects([feature["id"] for feature in features])
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


def _shapes(features: Sequence[Feature]) -> np.ndarray[Any, Any]:
    import shapely

    texts = [
        None if feature["geometry"] is None else orjson.dumps(feature["geometry"]).decode()
        for feature in features
    ]
    return shapely.from_geojson(_objects(texts))


def _objects(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _column(
    features: Sequence[Feature], item: Field, layer: Layer
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    """Return a field's values as an array of its type, and the mask of its nulls."""
    import numpy as np

    values = [feature["properties"].get(item.name) for feature in features]
    missing = np.array([value is None for value in values], dtype=bool)
    try:
        if item.type == "list":
            texts = [None if v is None else orjson.dumps(v).decode() for v in values]
            return _objects(texts), None
        if item.type == "date":
            days = [None if v is None else dt.date.fromisoformat(v) for v in values]
            return np.array(days, dtype="datetime64[D]"), None
        if item.type == "string":
            return _objects([None if v is None else _string(v) for v in values]), None
        filled = [0 if value is None else value for value in values]
        return np.array(filled, dtype=_NUMPY_TYPES[item.type]), missing
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidData(f"layer {layer.id}: field {item.name}: {error}") from error


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _write_side_table(
    db: sqlite3.Connection,
    layer: Layer,
    features: Sequence[Feature],
    shapes: np.ndarray[Any, Any],
) -> None:
    import shapely

    from zymap.store.tile_table import write_tile_table

    table = sql.side_table(layer.id)
    db.execute(
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
        "located INTEGER NOT NULL, west REAL, south REAL, east REAL, north REAL, "
        "search TEXT NOT NULL, name_key BLOB, feature BLOB NOT NULL)"
    )
    bounds = shapely.bounds(shapes)
    names = [item.name for item in layer.fields]
    texts = [feature_text(feature, layer.id, names) for feature in features]
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            _side_row(fid, feature, box, text)
            for fid, (feature, box, text) in enumerate(
                zip(features, _boxes(bounds), texts, strict=True), start=1
            )
        ),
    )
    write_blocks(db, layer.id, texts)
    if layer.geometry:
        write_tile_table(db, layer.id, shapes, _tile_columns(layer, features))
    db.execute(f"CREATE INDEX {sql.quote('zymap_' + layer.id + '_located')} ON {table} (located)")
    for item in layer.fields:
        if item.enum is not None or item.name == layer.temporal:
            index, column = sql.quote(f"ix_{layer.id}_{item.name}"), sql.quote(item.name)
            db.execute(f"CREATE INDEX {index} ON {sql.quote(layer.id)} ({column})")


def _tile_columns(layer: Layer, features: Sequence[Feature]) -> dict[str, list[str | None]]:
    return {
        name: [
            feature["id"] if name == "id" else feature["properties"].get(name)
            for feature in features
        ]
        for name in tile_attributes(layer)
    }


def _side_row(
    fid: int, feature: Feature, box: Sequence[float | None], text: bytes
) -> tuple[Any, ...]:
    properties = feature["properties"]
    name = str(properties.get("name_zh") or "")
    return (
        fid,
        feature["id"],
        int(feature["geometry"] is not None),
        *box,
        search_text(name, str(properties.get("name_en") or "")),
        name.encode("gb18030", "replace") or None,
        text,
    )


def _boxes(bounds: np.ndarray[Any, Any]) -> list[list[float | None]]:
    import numpy as np

    return [[None] * 4 if np.isnan(row[0]) else row.tolist() for row in bounds]


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
