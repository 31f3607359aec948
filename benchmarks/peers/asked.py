"""The questions, in no server's words; each server's module says them in its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import shapely

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST
from benchmarks.peers.truth import Truth
from zymap.tilematrix import Tile

Box = tuple[float, float, float, float]
WHOLE = 10_000  # more than any box or filter below matches: no server need choose whom to leave out
PAGE = 100
ZOOM = 14
# As often is each page and item asked for, every time in other words: a small layer has few.
WORDINGS = 4
LAYER, AREA, STATUS = "projects", "area-1", "completion"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes
    ----------
    bbox : tuple of float, optional
        West, south, east, north in degrees.
    within : str, optional
        A polygon in WKT, lon lat: asked for by CQL2, together with `STATUS`.
    offset, after : int, str
        The same place in a list, by number and by the id before it.
    wording : int
        Of `WORDINGS` addresses that ask the same, for whom keeps answers by their addresses.
    """

    item: str | None = None
    tile: Tile | None = None
    area: str | None = None
    bbox: Box | None = None
    within: str | None = None
    limit: int = WHOLE
    offset: int = 0
    after: str | None = None
    wording: int = 0


@dataclass(frozen=True, slots=True)
class Workload:
    """Many questions alike: `different` of them, no two the same."""

    name: str
    different: int
    ask: Callable[[int], Asked]


def workloads(truth: Truth) -> Mapping[str, Workload]:
    """Return what is measured, by name."""
    everything, area = truth.ids(), truth.ids(area=AREA)
    tiles = truth.inner_tiles(ZOOM)

    def page(ids: list[str], area: str | None) -> Callable[[int], Asked]:
        offsets = random.Random(1).sample(range(1, len(ids) - PAGE), len(ids) - PAGE - 1)

        def ask(number: int) -> Asked:
            place, wording = divmod(number, WORDINGS)
            offset = offsets[place]
            after = ids[offset - 1]
            return Asked(limit=PAGE, offset=offset, after=after, area=area, wording=wording)

        return ask

    items = random.Random(2).sample(everything, len(everything))

    def item(number: int) -> Asked:
        place, wording = divmod(number, WORDINGS)
        return Asked(item=items[place], wording=wording)

    many = 1_000_000
    found = (
        Workload("page of 100", WORDINGS * (len(everything) - PAGE - 1), page(everything, None)),
        Workload("single item", WORDINGS * len(items), item),
        Workload("bbox of 1 %", many, lambda n: Asked(bbox=box(n))),
        Workload("area, page of 100", WORDINGS * (len(area) - PAGE - 1), page(area, AREA)),
        Workload("area and bbox", many, lambda n: Asked(bbox=box(n), area=AREA)),
        Workload("CQL2", many, lambda n: Asked(within=polygon(n))),
        Workload(f"tile, z{ZOOM}", len(tiles), lambda n: Asked(tile=tiles[n])),
    )
    return {workload.name: workload for workload in found}


def box(number: int) -> Box:
    """Return a box of 1 % of the extent, off any grid."""
    place = random.Random(number)
    width, height = (EAST - WEST) / 10, (NORTH - SOUTH) / 10
    west, south = place.uniform(WEST, EAST - width), place.uniform(SOUTH, NORTH - height)
    return (
        round(west, 6),
        round(south, 6),
        round(west + width, 6),
        round(south + height, 6),
    )


def polygon(number: int) -> str:
    """Return an octagon as large as the box of the same number, in WKT."""
    west, south, east, north = box(number)
    round_one = shapely.Point(0, 0).buffer(1, quad_segs=2)
    stretch = (1 / round_one.area) ** 0.5
    corners = [
        (
            round((west + east) / 2 + x * stretch * (east - west), 6),
            round((south + north) / 2 + y * stretch * (north - south), 6),
        )
        for x, y in round_one.exterior.coords
    ]
    return f"POLYGON(({','.join(f'{lon} {lat}' for lon, lat in corners)}))"
