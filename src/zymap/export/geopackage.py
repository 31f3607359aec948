"""One GeoPackage with a table a layer; what is not located keeps its row, without a shape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import numpy as np

from zymap.export.formats import UTF8
from zymap.export.job import Job, Part
from zymap.export.manifest import describe_job
from zymap.export.notes import FIELD_HEADINGS, field_rows
from zymap.export.ogr import write_layer

FILE = "export.gpkg"
FIELDS_TABLE = "fields"
_CURRENT_DATE = "OGR_CURRENT_DATE"


def write(job: Job) -> list[Part]:
    """Write the layers under their Chinese titles, and the table ``fields`` that explains them."""
    with _dated(job.created):
        parts = _write_layers(job)
        _write_fields(job, parts)
    return parts


@contextmanager
def _dated(moment: dt.datetime) -> Generator[None]:
    """Let GDAL write this moment as ``last_change`` instead of the clock's."""
    from pyogrio import set_gdal_config_options

    set_gdal_config_options({_CURRENT_DATE: f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.000Z}"})
    try:
        yield
    finally:
        set_gdal_config_options({_CURRENT_DATE: None})


def _write_layers(job: Job) -> list[Part]:
    path = job.folder / FILE
    parts: list[Part] = []
    for table in job.tables:
        layer = table.layer
        geometry = write_layer(
            path,
            table,
            job.crs,
            driver="GPKG",
            layer=layer.id,
            append=bool(parts),
            options={"IDENTIFIER": layer.title_zh, "DESCRIPTION": layer.description_zh},
        )
        parts.append(Part(FILE, layer.id, geometry, len(table)))
    return parts


def _write_fields(job: Job, parts: Sequence[Part]) -> None:
    from pyogrio import raw

    # The first column tells the table: all of them are in one file.
    tables = [Part(str(part.collection), part.collection, None, part.features) for part in parts]
    columns = list(zip(*field_rows(job, tables), strict=True))
    raw.write(
        job.folder / FILE,
        None,
        [np.array(column, dtype=object) for column in columns],
        ["layer", *(_name(heading) for heading in FIELD_HEADINGS[1:])],
        layer=_free_name(FIELDS_TABLE, [str(part.collection) for part in parts]),
        driver="GPKG",
        geometry_type=None,
        encoding=UTF8,
        append=True,
        dataset_metadata={"manifest": describe_job(job, tuple(parts)).to_json().decode()},
        layer_options={"IDENTIFIER": "字段说明", "DESCRIPTION": "Fields and codes of the layers"},
    )


def _name(heading: str) -> str:
    return heading.partition("(")[2].rstrip(")")


def _free_name(name: str, taken: Sequence[str]) -> str:
    return _free_name(f"{name}_", taken) if name in taken else name
