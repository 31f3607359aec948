"""The features of a layer as columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from zymap.bbox import BBox
from zymap.catalog import Field, Layer
from zymap.errors import InvalidData
from zymap.export.ragged import Ragged

ID = Field("id", "编号", "Id", "string", "id", required=True)
_NONE = type(None)
_ALLOWED: dict[str, set[type]] = {
    "string": {str, _NONE},
    "integer": {int, _NONE},
    "number": {int, float, _NONE},
    "date": {str, _NONE},
    "boolean": {bool, _NONE},
    "list": {list, _NONE},
}


def fields_of(layer: Layer) -> tuple[Field, ...]:
    """Return the id and the layer's fields, in the order in which every format writes them."""
    return (ID, *(item for item in layer.fields if item.name != ID.name))


@dataclass(frozen=True)
class Table:
    """The features of one layer.

    Attributes
    ----------
    ids : list of str
        Feature ids.
    columns : dict of str to list
        Values by field name, in the order of the catalogue: str, int, float, bool,
        datetime.date, list of str, or None.
    geometries : numpy.ndarray of shapely geometries, shape (n,)
        WGS 84 lon, lat, two-dimensional; None where unlocated (an empty geometry is None too).
    """

    layer: Layer
    ids: list[str]
    columns: dict[str, list[Any]]
    geometries: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def located(self) -> npt.NDArray[np.bool_]:
        """Which features have a geometry, shape (n,)."""
        return ~shapely.is_missing(self.geometries)

    @property
    def located_count(self) -> int:
        """How many features have a geometry."""
        return int(self.located.sum())

    @property
    def bbox(self) -> BBox | None:
        """Where the features are; None if nobody has located any."""
        return BBox(*shapely.total_bounds(self.geometries).tolist()) if self.located_count else None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The id and the layer's fields, in the order in which every format writes them."""
        return fields_of(self.layer)

    def values(self, name: str) -> list[Any]:
        """Return a column, or the ids."""
        return self.ids if name == ID.name else self.columns[name]

    def take(self, rows: npt.NDArray[np.bool_]) -> Table:
        """Return the table of the rows that `rows` (shape (n,)) marks."""
        if rows.all():
            return self
        kept = np.flatnonzero(rows).tolist()
        return Table(
            self.layer,
            [self.ids[row] for row in kept],
            {name: [column[row] for row in kept] for name, column in self.columns.items()},
            self.geometries[rows],
        )


def read_tables(layers: Sequence[Layer], texts: Iterable[bytes]) -> tuple[Table, ...]:
    """Sort features into one table a layer.

    Parameters
    ----------
    layers : sequence of Layer
        The layers that the features may be of; each gets a table, empty if it has none.
    texts : iterable of bytes
        GeoJSON features with ``collection``, as a store yields them.

    Raises
    ------
    InvalidData
        A value is not of its field's type.
    """
    readings = {layer.id: _Reading(layer) for layer in layers}
    for text in texts:
        feature = orjson.loads(text)
        readings[feature["collection"]].add(feature)
    return tuple(reading.table() for reading in readings.values())


def join_tables(layer: Layer, tables: Sequence[Table]) -> Table:
    """Return the tables of a layer as one; no table makes an empty one."""
    if not tables:
        return _Reading(layer).table()
    return Table(
        layer,
        list(chain.from_iterable(table.ids for table in tables)),
        {
            name: list(chain.from_iterable(table.columns[name] for table in tables))
            for name in tables[0].columns
        },
        np.concatenate([table.geometries for table in tables]),
    )


class _Reading:
    """A table in the making."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._fields = [item for item in layer.fields if item.name != ID.name]
        self._names = [item.name for item in self._fields]
        self._ids: list[str] = []
        self._rows: list[tuple[Any, ...]] = []
        self._ragged = Ragged()

    def add(self, feature: dict[str, Any]) -> None:
        if feature["geometry"] is not None:
            self._ragged.add(len(self._ids), feature["geometry"])
        self._ids.append(feature["id"])
        self._rows.append(tuple(map(feature["properties"].get, self._names)))

    def table(self) -> Table:
        values = zip(*self._rows, strict=True) if self._rows else ([] for _ in self._fields)
        columns = {
            item.name: _column(self._layer, item, list(cells))
            for item, cells in zip(self._fields, values, strict=True)
        }
        return Table(self._layer, self._ids, columns, self._ragged.shapes(len(self._ids)))


def _column(layer: Layer, field: Field, values: list[Any]) -> list[Any]:
    # map(type, …) runs in C: a wrong type is found without a Python loop over the good ones.
    if set(map(type, values)) - _ALLOWED[field.type]:
        raise InvalidData(f"layer {layer.id}: a value of {field.name} is no {field.type}")
    if field.type != "date":
        return values
    try:
        return [value and dt.date.fromisoformat(value) for value in values]
    except ValueError as error:
        raise InvalidData(f"layer {layer.id}: {field.name} has a date that is none") from error
