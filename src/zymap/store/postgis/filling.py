"""Features → what COPY takes: the rows of the tables that are PostGIS's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import shapely

from zymap.catalog import Catalog, Layer
from zymap.cql.folding import fold_accents, fold_case
from zymap.geojson import Feature
from zymap.store import rows
from zymap.store.thinning import thin, whole
from zymap.tilematrix import HALF_EQUATOR_M, world_xy

if TYPE_CHECKING:
    import numpy as np


def layer_rows(
    layer: Layer, features: Sequence[Feature], shapes: np.ndarray[Any, Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a layer's table, as `zymap.store.postgis.tables.layer_columns` has them."""
    columns: list[Any] = [_plain(*rows.column(features, item, layer)) for item in layer.fields]
    if layer.geometry:
        columns.append(shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True))
    for fid in range(1, len(features) + 1):
        yield (fid, *(column[fid - 1] for column in columns))


def _plain(values: np.ndarray[Any, Any], missing: np.ndarray[Any, Any] | None) -> Sequence[Any]:
    """Return a field's values as COPY takes them."""
    if values.dtype.kind == "M":
        return [None if day is None else day.isoformat() for day in values.tolist()]
    if missing is None:
        return values.tolist()
    return [None if gone else v for v, gone in zip(values.tolist(), missing.tolist(), strict=True)]


def tile_rows(shapes: np.ndarray[Any, Any]) -> tuple[bool, Iterator[tuple[Any, ...]]]:
    """Return whether tiles leave some of a layer out, and the rows that they are chosen by."""
    import numpy as np

    bounds = shapely.bounds(shapes)
    located = np.flatnonzero(~np.isnan(bounds[:, 0]))
    thinning = thin(located + 1, bounds[located])
    thinned = thinning.thinned
    if not thinned:
        thinning = whole(thinning)
    planes = shapely.transform(shapes[thinning.fids - 1], _metres)
    wkb = shapely.to_wkb(shapely.set_srid(planes, 3857), hex=True, include_srid=True)
    columns = [
        column.tolist()
        for column in (thinning.fids, thinning.levels, thinning.places, *thinning.centres)
    ]
    return thinned, zip(*columns, wkb.tolist(), strict=True)


def _metres(lonlat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Project WGS 84 positions to Web Mercator; what lies beyond its square is put on the edge."""
    import numpy as np

    return (world_xy(lonlat) - 0.5) * np.array([2, -2]) * HALF_EQUATOR_M


def folded_texts(
    catalog: Catalog, features: Mapping[str, Sequence[Feature]]
) -> Iterator[tuple[str, str, str]]:
    """Yield texts beyond ASCII with their two foldings; and those with theirs, and so on."""
    known = set[str]()
    left = [text for text in set(_texts(catalog, features)) if not text.isascii()]
    while left:
        text = left.pop()
        known.add(text)
        folded = fold_case(text), fold_accents(text)
        if folded != (text, text):
            yield (text, *folded)
        left += [made for made in set(folded) if not made.isascii() and made not in known]


def _texts(catalog: Catalog, features: Mapping[str, Sequence[Feature]]) -> Iterator[str]:
    """Yield every text that a filter may fold."""
    for layer in catalog.layers:
        names = [item.name for item in layer.fields if item.type == "string"]
        for feature in features[layer.id]:
            yield feature["id"]
            yield from filter(None, map(feature["properties"].get, names))
