"""The notes beside the data in a zip: README.txt, fields.csv, unlocated.csv, full_text.csv."""

from __future__ import annotations

from collections.abc import Sequence

from zymap.crs import OFFERED
from zymap.export.cells import describe_codes, show_codes
from zymap.export.csv_file import write_rows
from zymap.export.job import Job, Part
from zymap.export.manifest import MANIFEST_FILE, Manifest
from zymap.export.table import ID, Table

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
    tables = {table.layer.id: table for table in job.tables}
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
        for field in tables[part.collection].fields
    ]


def write_fields(job: Job, parts: Sequence[Part]) -> Part:
    """Write fields.csv: the key from short names and codes to titles."""
    rows = field_rows(job, parts)
    write_rows(job.folder / FIELDS_FILE, FIELD_HEADINGS, rows)
    return Part(FIELDS_FILE, features=len(rows))


def write_unlocated(job: Job) -> list[Part]:
    """Write unlocated.csv with all columns of the features without a place, if there are any."""
    tables = [
        table.take(~table.located)
        for table in job.tables
        if table.layer.geometry and table.located_count < len(table)
    ]
    if not tables:
        return []
    fields = {field.name: field for table in tables for field in table.fields}
    del fields[ID.name]
    header = ["图层(collection)", f"{ID.title_zh}({ID.name})"]
    header += [f"{field.title_zh}({field.name})" for field in fields.values()]
    rows = [row for table in tables for row in _rows(table, list(fields))]
    write_rows(job.folder / UNLOCATED_FILE, header, rows)
    return [Part(UNLOCATED_FILE, features=len(rows))]


def _rows(table: Table, names: Sequence[str]) -> list[list[object]]:
    columns = [
        table.columns[name] if name in table.columns else [None] * len(table) for name in names
    ]
    return [
        [table.layer.id, feature_id, *(show_codes(value) for value in values)]
        for feature_id, *values in zip(table.ids, *columns, strict=True)
    ]


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
