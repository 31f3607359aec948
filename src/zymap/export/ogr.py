"""Layers written by GDAL, for the formats that it writes as they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from zymap.catalog import Field
from zymap.crs import project
from zymap.export.cells import join_list
from zymap.export.check import Expected, check_ogr
from zymap.export.formats import UTF8
from zymap.export.table import Table

_MULTI = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}
_UNKNOWN = "Unknown"


def write_layer(
    path: Path,
    table: Table,
    crs: int,
    *,
    driver: str,
    layer: str,
    append: bool = False,
    options: dict[str, str] | None = None,
) -> str | None:
    """Write a table as a layer of a file, re-open and check it; return its geometry type.

    A layer of one kind of shape is declared so, with all shapes made Multi where one is; a
    layer of several kinds is declared ``Unknown``, one that is not spatial None.

    Raises
    ------
    ExportFailed
        The layer does not read back as it was written.
    """
    from pyogrio import raw

    geometry = geometry_type(table)
    data, masks = zip(
        *(_array(field, table.values(field.name)) for field in table.fields), strict=True
    )
    raw.write(
        path,
        None if geometry is None else _wkb(table, crs, geometry),
        list(data),
        [field.name for field in table.fields],
        field_mask=list(masks),
        layer=layer,
        driver=driver,
        geometry_type=geometry,
        crs=None if geometry is None else f"EPSG:{crs}",
        encoding=UTF8,
        append=append,
        layer_options=options or {},
    )
    texts = {
        field.name: [_text(value) for value in table.values(field.name)]
        for field in table.fields
        if field.type in ("string", "list")
    }
    # FlatGeobuf puts the features in the order of its spatial index.
    ordered = driver != "FlatGeobuf"
    names = [field.name for field in table.fields]
    expected = Expected(
        len(table), geometry, None if geometry is None else crs, names, [texts], ordered
    )
    check_ogr(path, expected, layer)
    return geometry


def geometry_type(table: Table) -> str | None:
    """Return the one geometry type that holds all shapes of a table."""
    if not table.layer.geometry:
        return None
    present = set(shapely.get_type_id(table.geometries[table.located]).tolist())
    names = {shapely.GeometryType(number).name.replace("_", "") for number in present}
    kinds = {name.removeprefix("MULTI") for name in names}
    declared = {name.upper(): name for name in table.layer.geometry}
    if not kinds and len(declared) == 1:
        kinds = set(declared)
    if len(kinds) != 1:
        return _UNKNOWN
    base = {name.upper(): name for name in _MULTI}.get(kinds.pop(), _UNKNOWN)
    multi = any(name.startswith("MULTI") for name in names)
    return _MULTI.get(base, base) if multi else base


def _wkb(table: Table, crs: int, geometry: str) -> npt.NDArray[Any]:
    shapes = project(table.geometries, crs)
    if geometry in _MULTI.values():
        shapes = np.array([_as_multi(shape) for shape in shapes.tolist()], dtype=object)
    return shapely.to_wkb(shapes)


def _as_multi(shape: Any) -> Any:
    makers = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    return makers[shape.geom_type]([shape]) if shape and shape.geom_type in makers else shape


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = join_list(value) if isinstance(value, list) else str(value)
    # GDAL's texts end at a NUL.
    return text.replace("\0", "\ufffd")


def _array(
    field: Field, values: list[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """Return a column as GDAL takes it, and where it is null."""
    if field.type == "date":
        # numpy's day unit is what makes a date and not a moment of it.
        return np.array(values, dtype="datetime64[D]"), None
    if field.type in ("string", "list"):
        texts = [None if value is None else _text(value) for value in values]
        return np.array(texts, dtype=object), None
    kind = {"integer": np.int64, "number": np.float64, "boolean": np.bool_}[field.type]
    missing = np.array([value is None for value in values], dtype=np.bool_)
    filled = [0 if value is None else value for value in values]
    return np.array(filled, dtype=kind), missing if missing.any() else None
