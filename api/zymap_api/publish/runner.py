"""The only entrance to a publication: ask, make, put in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zymap.query import Query
from zymap.settings import Settings
from zymap.store.base import Store
from zymap_api.publish.answers import ask_all
from zymap_api.publish.files import File, LeftOut, write_files
from zymap_api.publish.folder import check_place, replaced_folder
from zymap_api.publish.notes import write_licences, write_manifest, write_readme
from zymap_api.publish.page import write_page
from zymap_web.page import words


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication holds.

    Attributes
    ----------
    works, located : int
        Works, and how many of them have a place.
    files : sequence of File
        The finished files to take away.
    left_out : sequence of LeftOut
        Those that could not be made.
    bytes : int
        Size of the whole folder.
    """

    works: int
    located: int
    revision: str
    files: Sequence[File]
    left_out: Sequence[LeftOut]
    bytes: int


def publish(
    store: Store, settings: Settings, target: Path, *, day: dt.date, force: bool = False
) -> Published:
    """Write the dataset as a folder that needs no server.

    Everything is made in a folder beside `target`, which then takes its place: a failure leaves
    the place as it was. The same data, version and day give the same folder, byte for byte.

    Parameters
    ----------
    settings : Settings
        Basemaps that browsers fetch by themselves come along; the others need a server.
    day : datetime.date
        Day of the publication; its sheets judge deadlines on it.
    force : bool
        Replace an earlier publication.

    Raises
    ------
    InvalidRequest
        The place is taken, or the dataset needs a server.
    ExportFailed
        A file cannot be written.
    """
    check_place(target.resolve(), force=force)
    own = _without_proxied(settings)
    answers = ask_all(store, own)
    catalog, revision, date = store.catalog(), store.revision(), day.isoformat()
    count = store.count(Query(catalog.works()))
    with replaced_folder(target, force=force) as folder:
        files, left_out = write_files(store, folder, day)
        document: dict[str, Any] = {
            **answers,
            "date": date,
            "words": {language: words(language) for language in ("zh", "en")},
            "files": [file.as_json() for file in files],
        }
        origins = [origin for item in own.offered_basemaps() for origin in item.origins()]
        vendored = write_page(folder, catalog, document, origins)
        write_licences(folder, vendored)
        write_readme(
            folder,
            catalog,
            revision=revision,
            date=date,
            counts=(count.matched, count.located),
            files=files,
            left_out=left_out,
        )
        size = write_manifest(folder, catalog, revision=revision, date=date)
    return Published(count.matched, count.located, revision, files, left_out, size)


def _without_proxied(settings: Settings) -> Settings:
    kept = tuple(basemap for basemap in settings.basemaps if not basemap.proxied)
    return settings.model_copy(update={"basemaps": kept, "tianditu_key": None})
