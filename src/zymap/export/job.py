"""What a format's writer is given, and what it hands back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from zymap.bbox import BBox, bounds_of
from zymap.catalog import Catalog, Layer
from zymap.export.formats import Format
from zymap.query import Query

if TYPE_CHECKING:
    from zymap.export.table import Table


@dataclass(frozen=True, slots=True)
class Columns:
    """Which part of each feature a table holds, beside its id.

    Attributes
    ----------
    names : tuple of str or None
        Fields in the order to write them; None for all.
    shape : bool
        Whether coordinates and shape come along.
    """

    names: tuple[str, ...] | None = None
    shape: bool = True


ALL_COLUMNS = Columns()


# So few at once that a layer of any size takes no more memory than one of this size.
BATCH = 5_000


class Step(Enum):
    """What an export is at."""

    READ = "read"
    CHECK = "check"


# Told how many features a step has done so far.
Progress = Callable[[Step, int], None]


def quiet(step: Step, done: int) -> None:
    """Tell nobody."""


class Batch(NamedTuple):
    """Features that came out of the store together.

    Attributes
    ----------
    texts : list of bytes
        The features as GeoJSON in UTF-8, in the store's order.
    tables : tuple of Table
        The same features, one table a layer, empty where a layer has none of them.
    """

    texts: list[bytes]
    tables: tuple[Table, ...]


@dataclass(slots=True)
class Tally:
    """What has been read of a layer so far."""

    features: int = 0
    located: int = 0
    bbox: BBox | None = None

    def add(self, table: Table) -> None:
        """Count a table."""
        self.features += len(table)
        self.located += table.located_count
        self.bbox = bounds_of((self.bbox, table.bbox))


@dataclass(frozen=True)
class Job:
    """One export.

    Attributes
    ----------
    texts : iterator of bytes
        The matching features as GeoJSON in UTF-8, in the store's order; `read` uses them up.
    crs : int
        EPSG code of the coordinates to write, always x, y.
    folder : pathlib.Path
        Empty folder for the files; nobody else uses it.
    created : datetime.datetime
        With time zone.
    progress : callable
        Told of each batch.
    """

    catalog: Catalog
    revision: str
    query: Query
    format: Format
    crs: int
    encoding: str
    texts: Iterator[bytes]
    folder: Path
    created: dt.datetime
    columns: Columns = ALL_COLUMNS
    progress: Progress = quiet

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, in the order of the query's sources."""
        return tuple(self.catalog.layer(name) for name in dict.fromkeys(self.query.collections))

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        """What has been read, by layer."""
        return {layer.id: Tally() for layer in self.layers}

    def read(self) -> Iterator[Batch]:
        """Yield all features once, a batch at a time."""
        from zymap.export.table import read_tables

        done = 0
        while texts := list(islice(self.texts, BATCH)):
            tables = read_tables(self.layers, texts)
            for table in tables:
                self.tallies[table.layer.id].add(table)
            yield Batch(texts, tables)
            done += len(texts)
            self.progress(Step.READ, done)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """All features as one table a layer, for formats that are made of a layer as a whole."""
        from zymap.export.table import join_tables

        batches = [batch.tables for batch in self.read()]
        return tuple(
            join_tables(layer, [tables[number] for tables in batches])
            for number, layer in enumerate(self.layers)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A layer (or a note on all of them) in a file that a writer has made.

    Attributes
    ----------
    name : str
        ASCII name of the file in the job's folder; parts may share a file.
    collection : str or None
        Id of the layer.
    geometry : str or None
        Declared geometry type.
    features : int
        Rows.
    beside : tuple of str
        Further files that belong to it.
    """

    name: str
    collection: str | None = None
    geometry: str | None = None
    features: int = 0
    beside: tuple[str, ...] = ()


class Writer(Protocol):
    """What a format's module offers."""

    def write(self, job: Job) -> list[Part]:
        """Write the files into the job's folder, re-open and check them.

        Raises
        ------
        NotRepresentable
            The format cannot hold the data.
        ExportFailed
            A file does not read back as it was written.
        """
        ...
