"""The features of a layer as columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from zymap.catalog import Field, Layer
from zymap.errors import InvalidData

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
    def fields(self) -> tuple[Field, ...]:
        """The id and the layer's fields, in the order in which every format writes them."""
        return (ID, *(item for item in self.layer.fields if item.name != ID.name))

    def values(self, name: str) -> list[Any]:
        """Return a column, or the ids."""
        return self.ids if name == ID.name else self.columns[name]

    def take(self, rows: npt.NDArray[np.bool_]) -> Table:
        """Return the table of the rows that `rows` (shape (n,)) marks."""
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
    rows: dict[str, list[_Row]] = {layer.id: [] for layer in layers}
    for text in texts:
        feature = orjson.loads(text)
        # The coordinates as lists are let go at once: GEOS reads them from the text.
        located = feature["geometry"] is not None
        rows[feature["collection"]].append(
            _Row(feature["id"], feature["properties"], text if located else None)
        )
    return tuple(_table(layer, rows[layer.id]) for layer in layers)


class _Row(NamedTuple):
    id: str
    properties: dict[str, Any]
    shape: bytes | None


def _table(layer: Layer, rows: list[_Row]) -> Table:
    columns = {
        item.name: _column(layer, item, [row.properties.get(item.name) for row in rows])
        for item in layer.fields
        if item.name != ID.name
    }
    return Table(layer, [row.id for row in rows], columns, _geometries(rows))


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


def _geometries(rows: list[_Row]) -> npt.NDArray[Any]:
    geometries = np.full(len(rows), None, dtype=object)
    located = [number for number, row in enumerate(rows) if row.shape is not None]
    if located:
        # GEOS takes the geometry out of the feature's text by itself.
        shapes = shapely.from_geojson([rows[number].shape for number in located])
        geometries[located] = shapely.force_2d(shapes)
        geometries[shapely.is_empty(geometries)] = None
    return geometries
