"""The bounds of a small layer in cells, for places that few features are near.

A call into numpy takes as long as a look at some ten features. So to find a few, a loop over those
of some cells costs less than comparisons of all.
"""

from __future__ import annotations

from math import sqrt

from zymap.bbox import BBox
from zymap.store.thinning import Thinning

# Where more are near, to compare arrays costs less.
FEW = 200
_IN_A_CELL = 4
# What meets a box begins at most this many cells before it: one, and more than rounding takes.
_BEFORE = 1.001

# West, south, east, north (rounded outwards), the row number, the rank.
Bounds = tuple[float, float, float, float, int, int]


class Cells:
    """The located features of a layer, each in the cell that its south-west corner is in.

    Parameters
    ----------
    thinning : Thinning
        Of at least one feature.
    """

    def __init__(self, thinning: Thinning) -> None:
        west, south, minus_east, minus_north = thinning.sides.tolist()
        self._west, self._south = min(west), min(south)
        self._across = max(1, int(sqrt(len(west) / _IN_A_CELL)))
        # Where all are on one line, any width will do.
        self._width_deg = (-min(minus_east) - self._west) / self._across or 1.0
        self._height_deg = (-min(minus_north) - self._south) / self._across or 1.0
        self._wide: list[Bounds] = []
        self._cells: list[list[Bounds]] = [[] for _ in range(self._across**2)]
        fids = thinning.fids.tolist()
        for rank, (w, s, e, n) in enumerate(zip(west, south, minus_east, minus_north, strict=True)):
            self._home(w, s, -e, -n).append((w, s, -e, -n, fids[rank], rank))

    def _home(self, west: float, south: float, east: float, north: float) -> list[Bounds]:
        """Return the list that a feature with these bounds belongs into."""
        if east - west > self._width_deg or north - south > self._height_deg:
            return self._wide
        last = self._across - 1
        column, row = min(self._column(west), last), min(self._row(south), last)
        return self._cells[column * self._across + row]

    def near(self, box: BBox) -> list[Bounds] | None:
        """Return the features that may meet a box, and some others; None where they are many.

        Parameters
        ----------
        box : BBox
            One that crosses no seam.
        """
        across, found = self._across, self._wide.copy()
        first = max(self._column(box.west, _BEFORE), 0)
        end = min(self._column(box.east) + 1, across)
        low = max(self._row(box.south, _BEFORE), 0)
        high = max(min(self._row(box.north) + 1, across), 0)
        for start in range(first * across, end * across, across):
            for cell in self._cells[start + low : start + high]:
                found += cell
            if len(found) > FEW:
                break
        return found if len(found) <= FEW else None

    def _column(self, lon: float, before: float = 0) -> int:
        return int((lon - self._west) / self._width_deg - before)

    def _row(self, lat: float, before: float = 0) -> int:
        return int((lat - self._south) / self._height_deg - before)
