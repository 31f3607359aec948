"""Editions of one dataset, loaded one after the other, and what each of them answers.

Every project's English name ends in the number of its edition, and the editions' sizes differ, so
an answer tells which edition it was made from, and whether from one alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import orjson
import shapely

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, projects, write_dataset
from zymap.geojson import Feature

PLACES = 50
ITEMS = "/collections/projects/items"
TILE = "/collections/projects/tiles/WebMercatorQuad/12"
# Tiles of zoom 12 that lie in the dataset, row and column.
TILES = tuple((row, column) for row in (1624, 1625, 1626) for column in (3338, 3339, 3340))


@dataclass(frozen=True, slots=True)
class Question:
    """A target, and the number of features that it matches in each edition.

    Attributes
    ----------
    kind : str
        "page" (GeoJSON with counts), "file" (CSV), "facets", "item" or "tile".
    target : str
        May hold ``{limit}``: with one that nobody asked before, the answer is made anew.
    before : list of int
        How many of the first n projects match; None where the answer tells no number.
    """

    kind: str
    target: str
    before: list[int] | None


class Editions:
    """Datasets that differ from one to the next.

    Parameters
    ----------
    folder : pathlib.Path
        Where they are written.
    size : int
        Projects of the larger ones; every other edition has about half of them.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self._size = size
        self._all = projects(size + PLACES)
        located = [one for one in self._all if one["geometry"] is not None]
        texts = [orjson.dumps(one["geometry"]).decode() for one in located]
        shapes = shapely.from_geojson(texts)
        self._shapes = dict(zip((one["id"] for one in located), shapes, strict=True))
        self.questions = self._make_questions()

    def size(self, edition: int) -> int:
        """Return how many projects an edition has; neighbours differ by half."""
        return (self._size if edition % 2 else self._size // 2) + edition % PLACES

    def write(self, edition: int) -> Path:
        """Write an edition; return its folder."""
        return write_dataset(
            self.folder / str(edition), self.size(edition), mark=f", edition {edition};"
        )

    def matched(self, question: Question, edition: int) -> int | None:
        """Return how many features of an edition a question matches."""
        return None if question.before is None else question.before[self.size(edition)]

    def _make_questions(self) -> list[Question]:
        chance = random.Random(5)
        always = self._size // 2
        made: list[Question] = []
        for _ in range(PLACES):
            after = f"my-project-{chance.randrange(always - 100):07d}"
            box = _box(chance)
            inside = self._inside(box)
            place = ",".join(f"{value:.6f}" for value in box)
            condition = f"status='completion' AND S_INTERSECTS(geometry,BBOX({place}))"
            digits = str(chance.randrange(10, 100))
            tile = "/".join(map(str, chance.choice(TILES)))
            page = f"{ITEMS}?limit={{limit}}"
            area = f"/areas/area-1/projects?limit={{limit}}&after={after}"
            made += (
                self._question("page", f"{page}&after={after}", lambda _: True),
                self._question("page", f"{page}&located=true&bbox={place}", inside),
                self._question("page", f"{page}&filter={condition}", _done(inside)),
                self._question("page", f"{page}&q=第{digits}", _named(digits)),
                self._question("page", area, _in_area),
                self._question("facets", f"/works/facets?bbox={place}&located=true", inside),
                Question("item", f"{ITEMS}/{after}", None),
                Question("tile", f"{TILE}/{tile}", None),
            )
        # A file is dear, and rarely asked for.
        return [*made * 4, self._question("file", f"{ITEMS}?f=csv", lambda _: True)]

    def _inside(self, box: tuple[float, float, float, float]) -> Callable[[Feature], bool]:
        area = shapely.box(*box)
        found = {name for name, shape in self._shapes.items() if area.intersects(shape)}
        return lambda feature: feature["id"] in found

    def _question(self, kind: str, target: str, matches: Callable[[Feature], bool]) -> Question:
        before = [0, *accumulate(map(int, map(matches, self._all)))]
        return Question(kind, target, before)


def _box(chance: random.Random) -> tuple[float, float, float, float]:
    width, height = (EAST - WEST) / 5, (NORTH - SOUTH) / 5
    west, south = chance.uniform(WEST, EAST - width), chance.uniform(SOUTH, NORTH - height)
    return (round(west, 6), round(south, 6), round(west + width, 6), round(south + height, 6))


def _done(inside: Callable[[Feature], bool]) -> Callable[[Feature], bool]:
    return lambda feature: feature["properties"]["status"] == "completion" and inside(feature)


def _in_area(feature: Feature) -> bool:
    return feature["properties"]["area_id"] == "area-1"


def _named(digits: str) -> Callable[[Feature], bool]:
    return lambda feature: f"第{digits}" in str(feature["properties"]["name_zh"])
