"""Features → the rows of a store's tables, which all stores have alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from zymap.catalog import Field, Layer
from zymap.errors import InvalidData
from zymap.geojson import Feature
from zymap.search import search_text
from zymap.store.base import tile_attributes

if TYPE_CHECKING:
    import numpy as np

_NUMPY_TYPES = {"integer": "int64", "number": "float64", "boolean": "bool"}


def shapes(features: Sequence[Feature]) -> np.ndarray[Any, Any]:
    """Return the geometries, WGS 84 lon, lat; None where a feature is not located."""
    import shapely

    texts = [
        None if feature["geometry"] is None else orjson.dumps(feature["geometry"]).decode()
        for feature in features
    ]
    return shapely.from_geojson(objects(texts))


def objects(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    """Return values of any kind as an array."""
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def column(
    features: Sequence[Feature], item: Field, layer: Layer
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    """Return a field's values as an array of its type, and the mask of its nulls."""
    import numpy as np

    values = [feature["properties"].get(item.name) for feature in features]
    missing = np.array([value is None for value in values], dtype=bool)
    try:
        if item.type == "list":
            texts = [None if v is None else orjson.dumps(v).decode() for v in values]
            return objects(texts), None
        if item.type == "date":
            days = [None if v is None else dt.date.fromisoformat(v) for v in values]
            return np.array(days, dtype="datetime64[D]"), None
        if item.type == "string":
            return objects([None if v is None else _string(v) for v in values]), None
        filled = [0 if value is None else value for value in values]
        return np.array(filled, dtype=_NUMPY_TYPES[item.type]), missing
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidData(f"layer {layer.id}: field {item.name}: {error}") from error


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def tile_columns(layer: Layer, features: Sequence[Feature]) -> dict[str, list[str | None]]:
    """Return what the tiles of a layer say of its features, by attribute."""
    return {
        name: [
            feature["id"] if name == "id" else feature["properties"].get(name)
            for feature in features
        ]
        for name in tile_attributes(layer)
    }


def side_rows(
    features: Sequence[Feature], bounds: np.ndarray[Any, Any], texts: Sequence[bytes]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a layer's side table, numbered from 1 on.

    Parameters
    ----------
    bounds : (n, 4) array
        West, south, east, north in degrees; NaN where a feature is not located.
    texts : sequence of bytes
        The features as they are answered.
    """
    boxes = [[None] * 4 if row[0] != row[0] else row for row in bounds.tolist()]
    for fid, (feature, box, text) in enumerate(zip(features, boxes, texts, strict=True), start=1):
        yield _side_row(fid, feature, box, text)


def _side_row(
    fid: int, feature: Feature, box: Sequence[float | None], text: bytes
) -> tuple[Any, ...]:
    properties = feature["properties"]
    name = str(properties.get("name_zh") or "")
    return (
        fid,
        feature["id"],
        int(feature["geometry"] is not None),
        *box,
        search_text(name, str(properties.get("name_en") or "")),
        name.encode("gb18030", "replace") or None,
        text,
    )
