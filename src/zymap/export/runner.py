"""The only entrance to an export: check, write beside the target, re-open, rename."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import cast

from zymap.crs import STORED
from zymap.errors import ExportFailed, InvalidRequest, NotWritable
from zymap.export.archive import write_zip
from zymap.export.formats import Format, find_format
from zymap.export.job import ALL_COLUMNS, Columns, Job, Part, Progress, Writer, quiet
from zymap.export.manifest import MANIFEST_FILE, Manifest, describe_job
from zymap.query import Query, check_query
from zymap.store.base import Store
from zymap.workshop import part_prefix, put, workshop

# With less, a disk is full for anything but a small table.
_LEAST_ROOM_BYTES = 100_000


def run(
    store: Store,
    query: Query,
    *,
    format: str,  # noqa: A002 (the parameter's name everywhere)
    crs: int = STORED,
    encoding: str | None = None,
    target: Path,
    created: dt.datetime | None = None,
    columns: Columns = ALL_COLUMNS,
    progress: Progress = quiet,
) -> Manifest:
    """Export what matches `query` to one file.

    Everything is written and checked in a folder ``<target>.part-…`` beside the target, which
    is then replaced in one step: a failure or a kill at any moment leaves the target as it was.

    Parameters
    ----------
    query : Query
        Over one or several collections; those without shapes come along as tables.
    format : str
        Key of `zymap.export.FORMATS`.
    crs : int
        EPSG code of the coordinates in the file, written x, y.
    encoding : str, optional
        Of a Shapefile's text: ``UTF-8`` (default) or ``GBK``.
    target : pathlib.Path
        Replaced if it is there.
    created : datetime.datetime, optional
        Moment to write into the file; now where none is given. The same data and the same
        moment give the same bytes.
    columns : Columns
        Part of each feature to write; only of formats that let choose.
    progress : callable
        Told of each step and how many features it has done so far.

    Returns
    -------
    Manifest
        Also inside a zip, as ``manifest.json``.

    Raises
    ------
    InvalidRequest
        The question, the format, the CRS, the encoding or the target cannot be.
    NotRepresentable
        The format or the encoding cannot hold the data.
    NotWritable
        There is no room for the file, or its folder is read-only.
    ExportFailed
        The file does not read back as it was written.
    """
    kind = find_format(format)
    kind.check_crs(crs)
    _check_columns(kind, columns)
    charset = kind.parse_encoding(encoding)
    catalog = store.catalog()
    check_query(query, catalog)
    _check_target(target)
    moment = created or dt.datetime.now(dt.UTC)
    try:
        with (
            closing(store.iterate(query)) as texts,
            workshop(target.parent, part_prefix(target)) as folder,
        ):
            begun = chain(list(islice(texts, 1)), texts)
            # Asked while the texts are being read, it is that of the same state of a file.
            revision = store.revision()
            job = Job(
                catalog,
                revision,
                query,
                kind,
                crs,
                charset,
                begun,
                folder,
                moment,
                columns,
                progress,
            )
            manifest, product = _make(job)
            manifest = manifest.sealed(product)
            put(product, target)
    except OSError as error:
        raise NotWritable(f"{target.name} cannot be written: {error.strerror}") from error
    except _gdal_errors() as error:
        raise NotWritable(f"{target.name} cannot be written: {error}") from error
    except ExportFailed as error:
        # GDAL may tell of a full disk by a file that does not read back.
        if shutil.disk_usage(target.parent).free < _LEAST_ROOM_BYTES:
            raise NotWritable(f"{target.name} cannot be written: the disk is full") from error
        raise
    return manifest


def _check_columns(kind: Format, columns: Columns) -> None:
    if columns != ALL_COLUMNS and not kind.selects:
        name = "skipGeometry" if columns.names is None else "properties"
        raise InvalidRequest(
            f"{name} is not for {kind.title_en}: it has all columns", parameter=name
        )


def _check_target(target: Path) -> None:
    if not target.parent.is_dir():
        raise InvalidRequest(f"there is no folder {target.parent}", parameter="output")
    if target.is_dir():
        raise InvalidRequest(f"{target} is a folder, not a file", parameter="output")


def _make(job: Job) -> tuple[Manifest, Path]:
    """Write the files; return the manifest and the one file to hand over."""
    parts = _writer(job.format).write(job)
    manifest = describe_job(job, tuple(parts))
    if not job.format.zipped(len(job.query.sources)):
        return manifest, job.folder / parts[0].name
    return manifest, _pack(job, manifest, parts)


def _writer(kind: Format) -> Writer:
    return cast(Writer, import_module(f"zymap.export.{kind.module}"))


def _pack(job: Job, manifest: Manifest, parts: list[Part]) -> Path:
    from zymap.export.notes import FIELDS_FILE, write_fields, write_readme

    notes = [] if any(part.name == FIELDS_FILE for part in parts) else [write_fields(job, parts)]
    parts = [*parts, *notes]
    readme = write_readme(job, manifest, parts)
    (job.folder / MANIFEST_FILE).write_bytes(manifest.to_json())
    names = [readme.name, MANIFEST_FILE]
    for part in parts:
        names += [name for name in (part.name, *part.beside) if name not in names]
    product = job.folder / "export.zip"
    write_zip(product, job.folder, names)
    return product


def _gdal_errors() -> tuple[type[Exception], ...]:
    """Return what pyogrio raises where GDAL cannot write; looked up when something is raised."""
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    return DataLayerError, DataSourceError, FeatureError
