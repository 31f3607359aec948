"""Shapefiles that ArcGIS, QGIS and WPS open without a garbled character.

The profile is in ``docs/reference/export.md``: ASCII names, one file a geometry type, UTF-8 or
GBK told both ways (.cpg and language driver), nothing cut or lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

import numpy as np
import numpy.typing as npt
import shapely

from zymap.catalog import Layer
from zymap.errors import NotRepresentable
from zymap.export.csv_file import write_rows, write_table
from zymap.export.dbf import Shortened
from zymap.export.job import Job, Part, Step
from zymap.export.notes import FULL_TEXT_FILE, Unlocated, write_fields
from zymap.export.shapefile_set import ENDING, ShapefileSet
from zymap.export.shp import SHAPE_OF, Shape
from zymap.export.spool import Spool
from zymap.export.table import Table, join_tables

_DECLARED = {"Point": Shape.POINT, "LineString": Shape.LINE, "Polygon": Shape.POLYGON}


def write(job: Job) -> list[Part]:
    """Write the sets of all layers and the tables beside them."""
    with ExitStack() as stack:
        writing = _Writing(job, stack)
        for batch in job.read():
            for table in batch.tables:
                writing.add(table)
        return writing.finish()


class _Writing:
    """All files of an export, none of them finished; `stack` closes them."""

    def __init__(self, job: Job, stack: ExitStack) -> None:
        self._job, self._stack = job, stack
        self._sets: dict[str, dict[Shape, ShapefileSet]] = {layer.id: {} for layer in job.layers}
        self._not_spatial: dict[str, list[Table]] = {layer.id: [] for layer in job.layers}
        self._unlocated = stack.enter_context(closing(Unlocated(job.folder)))
        self._lost = stack.enter_context(closing(Spool(job.folder)))
        self._lost_count = self._checked = 0

    def add(self, table: Table) -> None:
        if not table.layer.geometry:
            self._not_spatial[table.layer.id].append(table)
            return
        self._unlocated.add(table)
        for shape, rows in _by_shape(table):
            self._set(table.layer, shape).add(table.take(rows))

    def finish(self) -> list[Part]:
        parts = [part for layer in self._job.layers for part in self._finish(layer)]
        notes = [write_fields(self._job, parts), *self._unlocated.write(), *self._full_text()]
        return [*parts, *notes]

    def _set(self, layer: Layer, shape: Shape) -> ShapefileSet:
        sets = self._sets[layer.id]
        if shape not in sets:
            made = ShapefileSet(self._job, layer, shape)
            sets[shape] = self._stack.enter_context(closing(made))
        return sets[shape]

    def _finish(self, layer: Layer) -> Iterator[Part]:
        if not layer.geometry:
            table = join_tables(layer, self._not_spatial[layer.id])
            yield write_table(self._job.folder, table, self._job.crs)
            return
        if not self._sets[layer.id]:
            # An empty layer has its schema still.
            self._set(layer, _DECLARED[layer.geometry[0]])
        for shape in ENDING:
            if shape in self._sets[layer.id]:
                yield self._finish_set(self._sets[layer.id][shape])

    def _finish_set(self, one: ShapefileSet) -> Part:
        before = self._checked

        def checked(rows: int) -> None:
            self._checked = before + rows
            self._job.progress(Step.CHECK, self._checked)

        def lose(text: Shortened) -> None:
            self._lost.add((one.name, text.feature_id, text.field, text.text))
            self._lost_count += 1

        return one.finish(lose, checked)

    def _full_text(self) -> list[Part]:
        if not self._lost_count:
            return []
        header = ["文件(file)", "编号(id)", "字段(field)", "全文(text)"]
        write_rows(self._job.folder / FULL_TEXT_FILE, header, self._lost)
        return [Part(FULL_TEXT_FILE, features=self._lost_count)]


def _by_shape(table: Table) -> Iterator[tuple[Shape, npt.NDArray[np.bool_]]]:
    """Yield which of the located features are of each shape type that there is."""
    types = shapely.get_type_id(table.geometries)
    for number in np.unique(types[types >= 0]).tolist():
        if number not in SHAPE_OF:
            kind, name = shapely.GeometryType(number).name, table.ids[types.tolist().index(number)]
            raise NotRepresentable(
                f"a Shapefile cannot hold the {kind} of {name}; nothing was written"
            )
    shapes = np.array([SHAPE_OF.get(number, 0) for number in types.tolist()], dtype=np.int64)
    for shape in ENDING:
        if (shapes == shape).any():
            yield shape, shapes == shape
