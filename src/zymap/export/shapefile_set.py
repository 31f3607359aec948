"""One Shapefile, which is a set of files, written a batch at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from zymap.catalog import Layer
from zymap.crs import project
from zymap.export.check import Expected, check_ogr
from zymap.export.dbf import DbfTable, Shortened
from zymap.export.job import Job, Part
from zymap.export.shp import Shape, ShpWriter
from zymap.export.table import Table, fields_of

ENDING = {
    Shape.POINT: "point",
    Shape.MULTIPOINT: "multipoint",
    Shape.LINE: "line",
    Shape.POLYGON: "polygon",
}
_BESIDE = (".shx", ".dbf", ".prj", ".cpg")
_OGR_TYPE = {
    Shape.POINT: "Point",
    Shape.MULTIPOINT: "MultiPoint",
    Shape.LINE: "LineString",
    Shape.POLYGON: "Polygon",
}


class ShapefileSet:
    """The features of a layer that are of one shape type.

    Raises
    ------
    NotRepresentable
        The layer has too many fields.
    """

    def __init__(self, job: Job, layer: Layer, shape: Shape) -> None:
        self._job, self._layer, self._shape = job, layer, shape
        self._stem = job.folder / f"{layer.id}_{ENDING[shape]}"
        self._table = DbfTable(fields_of(layer), job.encoding, job.folder)
        self._shapes = ShpWriter(self._stem, shape)

    @property
    def name(self) -> str:
        """Name of the main file."""
        return f"{self._stem.name}.shp"

    def add(self, table: Table) -> None:
        """Take features, all located and of the set's shape type.

        Raises
        ------
        NotRepresentable
            A Shapefile cannot hold a value, or no more shapes.
        """
        self._table.add(table.ids, [table.values(field.name) for field in table.fields])
        self._shapes.add(project(table.geometries, self._job.crs))

    def finish(self, lost: Callable[[Shortened], object], checked: Callable[[int], object]) -> Part:
        """Finish the files, re-open and check them.

        Parameters
        ----------
        lost : callable
            Told each text that the table does not hold whole.
        checked : callable
            Told of the rows compared so far.

        Raises
        ------
        ExportFailed
            The set does not read back as it was written.
        """
        encoding, crs = self._job.encoding, self._job.crs
        self._shapes.finish()
        self._table.write(self._stem.with_suffix(".dbf"), self._job.created.date(), lost)
        self._stem.with_suffix(".prj").write_text(esri_wkt(crs), encoding="ascii")
        self._stem.with_suffix(".cpg").write_text(encoding, encoding="ascii")
        kind, count = (
            _OGR_TYPE[self._shape],
            self._table.count,
        )
        names = [column.field.shp for column in self._table.columns]
        expected = Expected(count, kind, crs, names, self._table.shown())
        check_ogr(self._stem.with_suffix(".shp"), expected, checked=checked)
        beside = tuple(self._stem.name + suffix for suffix in _BESIDE)
        return Part(self.name, self._layer.id, kind, count, beside)

    def close(self) -> None:
        """Close the files, finished or not."""
        self._table.close()
        self._shapes.close()


@lru_cache(maxsize=16)
def esri_wkt(code: int) -> str:
    """Return the CRS as the one line of ESRI WKT that a .prj holds."""
    import pyproj

    return pyproj.CRS.from_epsg(code).to_wkt("WKT1_ESRI")
