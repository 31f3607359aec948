"""What a format's writer is given, and what it hands back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from zymap.catalog import Catalog
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


@dataclass(frozen=True)
class Job:
    """One export.

    Attributes
    ----------
    texts : tuple of bytes
        The matching features as GeoJSON in UTF-8, in the store's order.
    crs : int
        EPSG code of the coordinates to write, always x, y.
    folder : pathlib.Path
        Empty folder for the files; nobody else uses it.
    created : datetime.datetime
        With time zone.
    """

    catalog: Catalog
    revision: str
    query: Query
    format: Format
    crs: int
    encoding: str
    texts: tuple[bytes, ...]
    folder: Path
    created: dt.datetime
    columns: Columns = ALL_COLUMNS

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The features as one table a layer, in the order of the query's sources."""
        from zymap.export.table import read_tables

        layers = [self.catalog.layer(name) for name in dict.fromkeys(self.query.collections)]
        return read_tables(layers, self.texts)


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
