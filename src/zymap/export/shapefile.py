"""Shapefiles that ArcGIS, QGIS and WPS open without a garbled character.

The profile is in ``docs/reference/export.md``: ASCII names, one file a geometry type, UTF-8 or
GBK told both ways (.cpg and language driver), nothing cut or lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from zymap.catalog import Layer
from zymap.crs import project
from zymap.errors import NotRepresentable
from zymap.export.check import Expected, check_ogr
from zymap.export.csv_file import write_rows, write_table
from zymap.export.dbf import Shortened, make_columns, shortened, shown_texts, write_dbf
from zymap.export.job import Job, Part
from zymap.export.notes import FULL_TEXT_FILE, write_fields, write_unlocated
from zymap.export.shp import SHAPE_OF, Shape, write_shp
from zymap.export.table import Table

_BESIDE = (".shx", ".dbf", ".prj", ".cpg")
_ENDING = {
    Shape.POINT: "point",
    Shape.MULTIPOINT: "multipoint",
    Shape.LINE: "line",
    Shape.POLYGON: "polygon",
}
_OGR_TYPE = {
    Shape.POINT: "Point",
    Shape.MULTIPOINT: "MultiPoint",
    Shape.LINE: "LineString",
    Shape.POLYGON: "Polygon",
}
_DECLARED = {"Point": Shape.POINT, "LineString": Shape.LINE, "Polygon": Shape.POLYGON}


def write(job: Job) -> list[Part]:
    """Write the sets of all layers and the tables beside them."""
    parts: list[Part] = []
    lost: list[tuple[str, Shortened]] = []
    for table in job.tables:
        if not table.layer.geometry:
            parts.append(write_table(job.folder, table, job.crs))
            continue
        for shape, part_table in _by_shape(table):
            part, texts = _write_set(job, shape, part_table)
            parts.append(part)
            lost += [(part.name, text) for text in texts]
    notes = [write_fields(job, parts), *write_unlocated(job), *_write_full_text(job.folder, lost)]
    return [*parts, *notes]


def _by_shape(table: Table) -> Iterator[tuple[Shape, Table]]:
    """Yield the located features, one table a shape type; an empty layer has its schema still."""
    types = shapely.get_type_id(table.geometries)
    shapes = np.array([SHAPE_OF.get(kind, 0) for kind in types.tolist()], dtype=np.int64)
    _refuse_other_types(table, types, shapes)
    present = [shape for shape in _ENDING if (shapes == shape).any()]
    for shape in present or [_declared(table.layer)]:
        yield shape, table.take(shapes == shape)


def _refuse_other_types(
    table: Table, types: npt.NDArray[Any], shapes: npt.NDArray[np.int64]
) -> None:
    other = np.flatnonzero((types >= 0) & (shapes == 0))
    if len(other):
        kind = shapely.GeometryType(types[other[0]]).name
        raise NotRepresentable(
            f"a Shapefile cannot hold the {kind} of {table.ids[other[0]]}; nothing was written"
        )


def _declared(layer: Layer) -> Shape:
    return _DECLARED[layer.geometry[0]]


def _write_set(job: Job, shape: Shape, table: Table) -> tuple[Part, list[Shortened]]:
    stem = job.folder / f"{table.layer.id}_{_ENDING[shape]}"
    values = [table.values(field.name) for field in table.fields]
    columns = make_columns(table.fields, values, table.ids, job.encoding)
    write_shp(stem, shape, project(table.geometries, job.crs))
    write_dbf(stem.with_suffix(".dbf"), columns, job.encoding, job.created.date())
    stem.with_suffix(".prj").write_text(esri_wkt(job.crs), encoding="ascii")
    stem.with_suffix(".cpg").write_text(job.encoding, encoding="ascii")
    path = stem.with_suffix(".shp")
    shown = {c.field.shp: shown_texts(c, job.encoding) for c in columns if c.type == "C"}
    meant = {column.field.shp: shown.get(column.field.shp) for column in columns}
    check_ogr(path, Expected(len(table), _OGR_TYPE[shape], job.crs, meant))
    texts = [
        text
        for column in columns
        if column.type == "C"
        for text in shortened(column, shown[column.field.shp], table.ids)
    ]
    beside = tuple(stem.name + suffix for suffix in _BESIDE)
    return Part(path.name, table.layer.id, _OGR_TYPE[shape], len(table), beside), texts


@lru_cache(maxsize=16)
def esri_wkt(code: int) -> str:
    """Return the CRS as the one line of ESRI WKT that a .prj holds."""
    import pyproj

    return pyproj.CRS.from_epsg(code).to_wkt("WKT1_ESRI")


def _write_full_text(folder: Path, lost: list[tuple[str, Shortened]]) -> list[Part]:
    if not lost:
        return []
    header = ["文件(file)", "编号(id)", "字段(field)", "全文(text)"]
    rows = [(name, text.feature_id, text.field, text.text) for name, text in lost]
    write_rows(folder / FULL_TEXT_FILE, header, rows)
    return [Part(FULL_TEXT_FILE, features=len(rows))]
