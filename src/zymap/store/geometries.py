"""The geometries of a layer that bounds alone do not tell enough of."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson

from zymap.store.functions import wkb_of
from zymap.store.naming import quote
from zymap.store.thinning import Ints


def read_geometries(db: sqlite3.Connection, layer_id: str, fids: Ints) -> Any:
    """Return the geometries, an array, of some row numbers in their order."""
    import shapely

    rows = db.execute(
        f"SELECT t.geom FROM json_each(?) j CROSS JOIN {quote(layer_id)} t ON t.fid = j.value",
        (orjson.dumps(fids.tolist()).decode(),),
    ).fetchall()
    return shapely.from_wkb([wkb_of(geometry) for (geometry,) in rows])
