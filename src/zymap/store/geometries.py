"""The geometries of a layer that bounds alone do not tell enough of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from zymap.store.functions import wkb_of
from zymap.store.naming import quote
from zymap.store.reading import Connected


def read_geometries(connected: Connected, layer_id: str, fids: Sequence[int]) -> Any:
    """Return the geometries, an array, of some row numbers in their order."""
    import shapely

    rows = connected.db.execute(
        f"SELECT t.geom FROM json_each(?) j CROSS JOIN {quote(layer_id)} t ON t.fid = j.value",
        (orjson.dumps(fids).decode(),),
    ).fetchall()
    return shapely.from_wkb([wkb_of(geometry) for (geometry,) in rows])
