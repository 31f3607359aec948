"""The manifest: what an export holds, what was asked, and where the data come from."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from zymap import __version__
from zymap.bbox import bounds_of
from zymap.catalog import Layer
from zymap.query import describe_query

if TYPE_CHECKING:
    from zymap.export.job import Job, Part, Tally

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One layer in one file of the export.

    Attributes
    ----------
    collection : str or None
        The layer; None for a file about all of them.
    geometry : str or None
        Geometry type that the file is declared to hold.
    features : int
        Features (rows) of the layer in the file.
    """

    name: str
    collection: str | None
    geometry: str | None
    features: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the data of a layer come from, and on what terms."""

    collection: str
    title_zh: str
    title_en: str
    source: str
    licence: str
    date: str
    lineage: str
    features: int
    located: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds.

    Attributes
    ----------
    query : dict
        The question, as `zymap.query.describe_query` tells it.
    located, unlocated, not_spatial : int
        Features with a shape, features of spatial layers without one, and rows of layers that
        are not spatial; their sum is ``features``.
    bbox : list of float or None
        West, south, east, north of what is located, WGS 84, whatever the file's CRS.
    sha256 : str
        Of the whole file; empty in the manifest inside a zip, which cannot hold its own.
    media_type : str
        Of the whole file.
    revision : str
        Fingerprint of the data in the store.
    created : str
        UTC, ISO 8601.
    """

    dataset: str
    query: dict[str, Any]
    format: str
    crs: int
    encoding: str
    files: tuple[FileEntry, ...]
    features: int
    located: int
    unlocated: int
    not_spatial: int
    bbox: list[float] | None
    layers: tuple[Origin, ...]
    attribution_zh: str
    attribution_en: str
    licence: str
    media_type: str
    revision: str
    zymap: str
    created: str
    sha256: str = ""

    def to_json(self) -> bytes:
        """Return the manifest as indented JSON (UTF-8)."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def sealed(self, path: Path) -> Manifest:
        """Return the manifest with the fingerprint of the finished file."""
        with path.open("rb") as file:
            return replace(self, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def describe_job(job: Job, parts: tuple[Part, ...]) -> Manifest:
    """Write the manifest of a job that has been read and whose files are `parts`."""
    dataset = job.catalog.dataset
    layers = tuple(_origin(layer, job.tallies[layer.id]) for layer in job.layers)
    located = sum(layer.located for layer in layers)
    features = sum(layer.features for layer in layers)
    not_spatial = sum(job.tallies[layer.id].features for layer in job.layers if not layer.geometry)
    return Manifest(
        dataset=dataset.id,
        query=describe_query(job.query),
        format=job.format.key,
        crs=job.crs,
        encoding=job.encoding,
        files=tuple(
            FileEntry(part.name, part.collection, part.geometry, part.features) for part in parts
        ),
        features=features,
        located=located,
        unlocated=features - located - not_spatial,
        not_spatial=not_spatial,
        bbox=_bbox(job),
        layers=layers,
        attribution_zh=dataset.attribution_zh,
        attribution_en=dataset.attribution_en,
        licence=dataset.licence,
        media_type=job.format.media_type_for(len(job.query.sources)),
        revision=job.revision,
        zymap=__version__,
        created=job.created.astimezone(dt.UTC).isoformat(timespec="seconds"),
    )


def _origin(layer: Layer, tally: Tally) -> Origin:
    return Origin(
        layer.id,
        layer.title_zh,
        layer.title_en,
        layer.source,
        layer.licence,
        layer.date,
        layer.lineage,
        tally.features,
        tally.located,
    )


def _bbox(job: Job) -> list[float] | None:
    box = bounds_of(tally.bbox for tally in job.tallies.values())
    return box and box.as_list()
