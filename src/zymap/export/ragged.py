"""GeoJSON geometries gathered as flat coordinates and made into shapes all at once.

GEOS reads GeoJSON ten times slower than it makes shapes from arrays, and positions that stay
around as lists cost the garbage collector more than the parser.
"""

from __future__ import annotations

from array import array
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from zymap.geojson import DEPTH

_XY = 2
# Enough for the loops to run in C, too few for the garbage collector to come by often.
_AT_ONCE = 40


class Ragged:
    """Geometries by their row."""

    def __init__(self) -> None:
        self._types: dict[str, _OfType] = {}
        self._others: dict[int, bytes] = {}

    def add(self, row: int, geometry: dict[str, Any]) -> None:
        """Take a GeoJSON geometry; what it has beyond x and y falls away."""
        kind = geometry["type"]
        if kind not in DEPTH:
            self._others[row] = orjson.dumps(geometry)
            return
        if kind not in self._types:
            self._types[kind] = _OfType(kind)
        self._types[kind].add(row, geometry["coordinates"])

    def shapes(self, count: int) -> npt.NDArray[Any]:
        """Return the shapely geometries, shape (count,); None where none is or an empty one."""
        found = np.full(count, None, dtype=object)
        for gathered in self._types.values():
            found[gathered.rows] = gathered.shapes()
        if self._others:
            others = shapely.from_geojson(list(self._others.values()))
            found[list(self._others)] = shapely.force_2d(others)
        found[shapely.is_empty(found)] = None
        return found


class _OfType:
    def __init__(self, kind: str) -> None:
        self.rows: list[int] = []
        self._type = shapely.GeometryType[kind.upper()]
        self._waiting: list[Any] = []
        # How many items each list holds, the outermost lists first.
        self._sizes: list[list[int]] = [[] for _ in range(DEPTH[kind])]
        self._flat = array("d")

    def add(self, row: int, coordinates: list[Any]) -> None:
        if not coordinates:
            return
        self.rows.append(row)
        self._waiting.append(coordinates)
        if len(self._waiting) >= _AT_ONCE:
            self._flatten()

    def shapes(self) -> npt.NDArray[Any]:
        self._flatten()
        points = np.frombuffer(self._flat).reshape(-1, _XY)
        offsets = [np.concatenate([[0], np.cumsum(sizes)]) for sizes in reversed(self._sizes)]
        return shapely.from_ragged_array(self._type, points, offsets or None)

    def _flatten(self) -> None:
        items, self._waiting = self._waiting, []
        for sizes in self._sizes:
            sizes.extend(map(len, items))
            items = list(chain.from_iterable(items))
        if set(map(len, items)) - {_XY}:
            items = [position[:_XY] for position in items]
        self._flat.extend(chain.from_iterable(items))
