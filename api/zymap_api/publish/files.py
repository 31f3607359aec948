"""The finished files of a publication: the works, whole and of each area, and their sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from zymap import export, sheet
from zymap.catalog import AREA_FIELD
from zymap.crs import STORED
from zymap.errors import InvalidRequest
from zymap.query import Condition, Query
from zymap.store.base import Store

FOLDER = "files"
# Format, CRS, encoding of a Shapefile: what opens everywhere, and what old ArcGIS here wants.
EXPORTS: tuple[tuple[str, int, str | None], ...] = (
    ("shp", STORED, "UTF-8"),
    ("shp", 4547, "GBK"),
    ("gpkg", STORED, None),
    ("geojson", STORED, None),
    ("csv", STORED, None),
    ("xlsx", STORED, None),
    ("kml", STORED, None),
)
LANGUAGES: tuple[sheet.Language, ...] = ("zh", "en")
SHEET = "pdf"


@dataclass(frozen=True, slots=True)
class File:
    """A finished file.

    Attributes
    ----------
    path : str
        Below the folder, with forward slashes.
    area : str or None
        None if it holds all works.
    language : str or None
        Of a sheet.
    """

    path: str
    format: str
    area: str | None
    crs: int
    encoding: str
    language: str | None
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """Return what the page knows of the file."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that there is not, and why."""

    path: str
    reason: str


def write_files(store: Store, folder: Path, day: dt.date) -> tuple[list[File], list[LeftOut]]:
    """Write the files of all works and of each area that has works.

    What a format cannot hold (a letter that GBK lacks, more works than a sheet takes) makes no
    publication fail: the file is left out, with the reason.

    Parameters
    ----------
    day : datetime.date
        Day of making, and that deadlines are judged on.
    """
    (folder / FOLDER).mkdir()
    files: list[File] = []
    left_out: list[LeftOut] = []
    for file, make in _orders(store, day):
        target = folder / file.path
        try:
            make(target)
        except InvalidRequest as error:
            left_out.append(LeftOut(file.path, error.message))
        else:
            files.append(replace(file, bytes=target.stat().st_size))
    return files, left_out


def _orders(store: Store, day: dt.date) -> Iterator[tuple[File, Callable[[Path], object]]]:
    # Noon by Beijing time is the same day by UTC, which is what a file or a sheet may tell.
    moment = dt.datetime.combine(day, dt.time(4), dt.UTC)
    for area in (None, *_areas_with_works(store)):
        query = _works(store, area)
        for order in EXPORTS:
            yield _export(store, query, area, order, moment)
        for language in LANGUAGES:
            yield _sheet(store, query, area, language, moment)


def _areas_with_works(store: Store) -> list[str]:
    counts = store.facet(Query(store.catalog().works()), AREA_FIELD)
    return [code for code in store.catalog().areas if counts.get(code)]


def _works(store: Store, area: str | None) -> Query:
    conditions = () if area is None else (Condition(AREA_FIELD, (area,)),)
    return Query(store.catalog().works(), conditions=conditions)


def _export(
    store: Store,
    whole: Query,
    area: str | None,
    order: tuple[str, int, str | None],
    moment: dt.datetime,
) -> tuple[File, Callable[[Path], object]]:
    key, crs, encoding = order
    query = export.leave_out_empty(store, whole, key)
    kind = export.FORMATS[key]
    own = "" if crs == STORED else f"-{crs}-{encoding}".lower()
    path = f"{FOLDER}/{_scope(store, area)}{own}{kind.suffix_for(len(query.sources))}"

    def make(target: Path) -> object:
        return export.run(
            store, query, format=key, crs=crs, encoding=encoding, target=target, created=moment
        )

    return File(path, key, area, crs, kind.parse_encoding(encoding), None, 0), make


def _sheet(
    store: Store, query: Query, area: str | None, language: sheet.Language, moment: dt.datetime
) -> tuple[File, Callable[[Path], object]]:
    options = sheet.SheetOptions(as_of=moment.date().isoformat(), paper="A3", language=language)
    path = f"{FOLDER}/{_scope(store, area)}-sheet-a3-{language}.{SHEET}"

    def make(target: Path) -> object:
        return sheet.make(store, query, options, target, made=moment)

    return File(path, SHEET, area, STORED, "", language, 0), make


def _scope(store: Store, area: str | None) -> str:
    dataset = store.catalog().dataset.id
    return dataset if area is None else f"{dataset}-{area}"
