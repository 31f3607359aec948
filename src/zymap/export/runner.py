"""The only entrance to an export: check, write beside the target, re-open, rename."""

from __future__ import annotations

import datetime as dt
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import cast

from zymap.crs import STORED
from zymap.errors import ExportFailed, InvalidRequest
from zymap.export.archive import write_zip
from zymap.export.formats import Format, find_format
from zymap.export.job import ALL_COLUMNS, Columns, Job, Part, Progress, Writer, quiet
from zymap.export.manifest import MANIFEST_FILE, Manifest, describe_job
from zymap.query import Query, check_query
from zymap.store.base import Store

# Room for the ending within the 255 bytes that a file name may have.
_NAME_LENGTH = 60
_PART_LIFE_S = 3600


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
    ExportFailed
        The file cannot be written, or does not read back as it was written.
    """
    kind = find_format(format)
    kind.check_crs(crs)
    _check_columns(kind, columns)
    charset = kind.parse_encoding(encoding)
    catalog = store.catalog()
    check_query(query, catalog)
    _check_target(target)
    _sweep(target)
    moment = created or dt.datetime.now(dt.UTC)
    with closing(store.iterate(query)) as texts, _folder(target) as folder:
        begun = chain(list(islice(texts, 1)), texts)
        # Asked while the texts are being read, it is that of the same state of the data.
        revision = store.revision()
        job = Job(
            catalog, revision, query, kind, crs, charset, begun, folder, moment, columns, progress
        )
        manifest, product = _make(job)
        _sync(product)
        manifest = manifest.sealed(product)
        product.replace(target)
        _sync(target.parent)
    return manifest


@contextmanager
def _folder(target: Path) -> Generator[Path]:
    """Lend a folder beside the target."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=_part_prefix(target), dir=target.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise ExportFailed(f"{target.name} cannot be written: {error.strerror}") from error


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


def _part_prefix(target: Path) -> str:
    return f"{target.name[:_NAME_LENGTH]}.part-"


def _sweep(target: Path) -> None:
    """Remove what a killed export to the same target left; a younger part may be in use."""
    oldest = time.time() - _PART_LIFE_S
    for folder in target.parent.glob(f"{glob.escape(_part_prefix(target))}*"):
        if folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


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


def _sync(path: Path) -> None:
    """Make the disk hold what was written, before anybody is told that it does."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
