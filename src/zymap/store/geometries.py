"""The geometries of a layer, for what bounds alone do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from zymap.store.functions import wkb_of
from zymap.store.naming import quote
from zymap.store.reading import Connected
from zymap.store.thinning import Ints, Thinning

# Of a small layer they are held in memory, up to so many bytes in all.
HELD_BYTES = 2**20


class Geometries:
    """The geometries of a layer: those of a small one are held, of others few are read at a time.

    They are held as WKB: a geometry of GEOS notes down what it is asked for, and threads share
    what is held.

    Parameters
    ----------
    thinning : Thinning
        Of the layer; its ranks are those that are asked for.
    """

    def __init__(self, layer_id: str, thinning: Thinning) -> None:
        self._table = quote(layer_id)
        self._thinning = thinning
        self._held: Sequence[bytes] | None = None

    def are_held(self, connected: Connected) -> bool:
        """Tell whether they are held; the first who asks reads them, if they are to be."""
        return len(self._known(connected)) > 0

    def of(self, connected: Connected, ranks: Ints | Sequence[int]) -> Any:
        """Return those of some ranks, as an array in their order."""
        import shapely

        held = self._known(connected)
        if held:
            return shapely.from_wkb([held[rank] for rank in ranks])
        return shapely.from_wkb(self._read(connected, self._thinning.fids[ranks]))

    def _known(self, connected: Connected) -> Sequence[bytes]:
        """Return all of them, or nothing where they are not held."""
        if self._held is None:
            fids = self._thinning.fids
            self._held = self._read(connected, fids) if self._are_small(connected) else ()
        return self._held

    def _are_small(self, connected: Connected) -> bool:
        text = f"SELECT total(length(geom)) FROM {self._table}"
        is_small = self._thinning.is_small
        return is_small and connected.db.execute(text).fetchone()[0] <= HELD_BYTES

    def _read(self, connected: Connected, fids: Ints) -> list[bytes]:
        rows = connected.db.execute(
            f"SELECT t.geom FROM json_each(?) j CROSS JOIN {self._table} t ON t.fid = j.value",
            (orjson.dumps(fids.tolist()).decode(),),
        )
        return [wkb_of(geometry) for (geometry,) in rows]
