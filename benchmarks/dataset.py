"""A generated dataset of any size, in the form that `zymap load` takes."""

from __future__ import annotations

import math
import random
from pathlib import Path

import zymap
from zymap.catalog import read_catalog
from zymap.geojson import Feature, write_features

WEST, SOUTH, EAST, NORTH = 113.4, 34.6, 113.8, 34.9
STATUS = ("preparation", "implementation", "completion")


def write_dataset(
    folder: Path, size: int, seed: int = 1, mark: str = "", *, unlocated: bool = True
) -> Path:
    """Write a folder with `size` projects and one key area.

    A fifth of the projects has no place, or none of them where `unlocated` is False.

    The catalogue is that of ``zymap new``, so what is measured is what a new district gets. A
    smaller dataset of the same seed is the beginning of a larger one; `mark` ends every project's
    English name.
    """
    starter = Path(zymap.__file__).parent / "starter"
    folder.mkdir(parents=True)
    text = (starter / "catalog.toml").read_text(encoding="utf-8")
    (folder / "catalog.toml").write_text(text, encoding="utf-8")
    catalog = read_catalog(folder)
    features = {
        "areas": [_area()],
        "projects": projects(size, seed, mark, unlocated=unlocated),
    }
    for layer in catalog.layers:
        names = [item.name for item in layer.fields]
        write_features(folder / layer.file, layer.id, features[layer.id], names)
    return folder


def projects(size: int, seed: int = 1, mark: str = "", *, unlocated: bool = True) -> list[Feature]:
    """Return the projects of such a dataset."""
    chance = random.Random(seed)
    return [
        _project(number, chance, mark, located=not unlocated or number % 5 != 0)
        for number in range(size)
    ]


def _area() -> Feature:
    west, south, east, north = 113.45, 34.65, 113.6, 34.75
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return _feature(
        "my-area-1",
        {"type": "Polygon", "coordinates": [ring]},
        {
            "name_zh": "第一片区",
            "name_en": "First area",
            "kind": "area",
            "area_id": "area-1",
            "area_source": "stated",
            "boundary_status": "documented",
        },
    )


def _project(number: int, chance: random.Random, mark: str, *, located: bool) -> Feature:
    lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
    geometry = None
    if located:
        size = chance.uniform(0.0002, 0.002)
        geometry = _polygon(number, lon, lat, size)
    properties = {
        "name_zh": f"生成项目第{number}号",
        "name_en": f"Generated project {number}{mark}",
        "kind": "project",
        "area_id": chance.choice(("area-1", "other", "other", "other")),
        "area_source": "stated",
        "status": chance.choice(STATUS),
        "deadline": chance.choice((None, "2026-06-30", "2026-12-31")),
        "description_zh": "由基准程序生成,不代表任何真实项目。" * 2,
        "description_en": "Made by the benchmark; stands for no real project.",
    }
    if properties["deadline"]:
        properties["deadline_text"] = properties["deadline"]
    return _feature(f"my-project-{number:07d}", geometry, properties)


def _polygon(number: int, lon: float, lat: float, size: float) -> dict[str, object]:
    """Return a polygon of 5 to 10 corners: no box, so that a box's edge takes an exact test."""
    chance = random.Random(number)
    corners = chance.randint(5, 10)
    first = chance.random()
    points = []
    for corner in range(corners):
        turn = 2 * math.pi * (corner + first) / corners
        reach = size / 2 * chance.uniform(0.7, 1)
        x, y = lon + size / 2 + reach * math.cos(turn), lat + size / 2 + reach * math.sin(turn)
        points.append([round(x, 6), round(y, 6)])
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def _feature(
    feature_id: str, geometry: dict[str, object] | None, values: dict[str, object]
) -> Feature:
    located = geometry is not None
    place: dict[str, object] = {
        "fact_ids": [],
        "location_status": "located" if located else "unlocated",
        "coordinateUncertaintyInMeters": 50 if located else None,
        "georeferenceSources": "generated" if located else None,
        "georeferenceProtocol": "random numbers" if located else None,
    }
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": geometry,
        "properties": {**place, **values},
    }
