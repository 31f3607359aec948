"""The notes beside the data in a zip: README.txt, fields.csv, unlocated.csv, full_text.csv."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from zymap.catalog import Layer
from zymap.crs import OFFERED
from zymap.export.cells import describe_codes, show_codes
from zymap.export.csv_file import write_rows
from zymap.export.job import Job, Part
from zymap.export.manifest import MANIFEST_FILE, Manifest
from zymap.export.spool import Spool
from zymap.export.table import Table, fields_of

README_FILE = "README.txt"
FIELDS_FILE = "fields.csv"
UNLOCATED_FILE = "unlocated.csv"
FULL_TEXT_FILE = "full_text.csv"

FIELD_HEADINGS = (
    "文件(file)",
    "短字段名(shp)",
    "字段(field)",
    "中文名称(title_zh)",
    "英文名称(title_en)",
    "类型(type)",
    "单位(unit)",
    "代码表(codes)",
)
_MEANING = {
    FIELDS_FILE: (
        "字段对照表:短字段名、中文名称、类型、单位、代码含义",
        "what each field and each code means",
    ),
    UNLOCATED_FILE: (
        "待落图的要素:没有可靠位置,不在图形文件中",
        "features that nobody has located yet; they are in no shape file",
    ),
    FULL_TEXT_FILE: (
        "在 .dbf 中放不下的文字全文",
        "the whole of the texts that a .dbf cell cannot hold",
    ),
    MANIFEST_FILE: (
        "导出清单:查询条件、坐标系、数量、来源、许可",
        "the question, CRS, counts, sources and licences",
    ),
}


def field_rows(job: Job, parts: Sequence[Part]) -> list[list[str | None]]:
    """Return what each column of each file means, one row a field; see `FIELD_HEADINGS`."""
    return [
        [
            part.name,
            # A table that is no Shapefile has the fields under their own names.
            field.shp if part.geometry is not None and part.name.endswith(".shp") else None,
            field.name,
            field.title_zh,
            field.title_en,
            field.type,
            field.unit,
            describe_codes(job.catalog, field),
        ]
        for part in parts
        if part.collection is not None
        for field in fields_of(job.catalog.layer(part.collection))
    ]


def write_fields(job: Job, parts: Sequence[Part]) -> Part:
    """Write fields.csv: the key from short names and codes to titles."""
    rows = field_rows(job, parts)
    write_rows(job.folder / FIELDS_FILE, FIELD_HEADINGS, rows)
    return Part(FIELDS_FILE, features=len(rows))


class Unlocated:
    """The features without a place, gathered for unlocated.csv with all their columns.

    Parameters
    ----------
    folder : pathlib.Path
        The job's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._layers: dict[str, Layer] = {}
        self._rows = Spool(folder)
        self._count = 0

    def add(self, table: Table) -> None:
        """Take those that a table has."""
        if not table.layer.geometry or table.located_count == len(table):
            return
        self._layers[table.layer.id] = table.layer
        taken = table.take(~table.located)
        self._count += len(taken)
        columns = [map(show_codes, taken.values(field.name)) for field in taken.fields]
        self._rows.add((table.layer.id, list(zip(*columns, strict=True))))

    def write(self) -> list[Part]:
        """Write the file, if there are any."""
        fields = {
            field.name: field for layer in self._layers.values() for field in fields_of(layer)
        }
        header = ["图层(collection)"]
        header += [f"{field.title_zh}({field.name})" for field in fields.values()]
        if not self._count:
            return []
        write_rows(self._folder / UNLOCATED_FILE, header, self._cells(list(fields)))
        return [Part(UNLOCATED_FILE, features=self._count)]

    def _cells(self, names: list[str]) -> Iterator[list[Any]]:
        for layer_id, rows in self._rows:
            own = [field.name for field in fields_of(self._layers[layer_id])]
            for row in rows:
                values = dict(zip(own, row, strict=True))
                yield [layer_id, *map(values.get, names)]

    def close(self) -> None:
        """Forget them."""
        self._rows.close()


def write_readme(job: Job, manifest: Manifest, parts: Sequence[Part]) -> Part:
    """Write README.txt: in a minute, what each file is and what to mind."""
    dataset, crs = job.catalog.dataset, OFFERED[job.crs]
    lines = [
        dataset.title_zh,
        dataset.title_en,
        "",
        f"坐标系 / CRS: EPSG:{crs.code} {crs.zh} / {crs.en}",
        f"编码 / Encoding: {job.encoding} (.csv, .json, .txt: UTF-8)",
        f"要素 / Features: {manifest.features}; 已落图 / located: {manifest.located}; "
        f"待落图 / not yet located: {manifest.unlocated}; "
        f"无空间的表格行 / rows of tables: {manifest.not_spatial}",
        f"数据日期 / Date of the data: {dataset.date}",
        f"来源 / Source: {dataset.attribution_zh}",
        f"  {dataset.attribution_en}",
        f"许可 / Licence: {dataset.licence}",
        *(f"  {layer.collection}: {layer.licence}" for layer in manifest.layers),
        f"导出 / Exported: {manifest.created}, zymap {manifest.zymap}",
        "",
        "文件 / Files",
        *(_line(job, part) for part in parts),
        f"{MANIFEST_FILE}: {' / '.join(_MEANING[MANIFEST_FILE])}",
        "",
    ]
    # Notepad takes a text for UTF-8 by its BOM and wants CRLF.
    path = job.folder / README_FILE
    path.write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")
    return Part(README_FILE)


def _line(job: Job, part: Part) -> str:
    if part.collection is None:
        return f"{part.name}: {' / '.join(_MEANING[part.name])}"
    layer = job.catalog.layer(part.collection)
    return f"{part.name}: {layer.title_zh} / {layer.title_en} ({part.features})"
