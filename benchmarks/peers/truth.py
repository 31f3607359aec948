"""What the right answers are, found in the dataset's file by shapely."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson
import shapely

from zymap.geojson import Feature, read_features
from zymap.tilematrix import Tile, world_xy


class Truth:
    """The features of a layer in the order of their ids.

    Attributes
    ----------
    features : list of Feature
    """

    def __init__(self, path: Path) -> None:
        self.features: list[Feature] = sorted(read_features(path), key=lambda each: str(each["id"]))
        shapes = [each["geometry"] for each in self.features]
        texts = [shape and orjson.dumps(shape).decode() for shape in shapes]
        self.geometries = shapely.from_geojson(texts)
        self._ids = np.array([each["id"] for each in self.features])
        self._areas = np.array([each["properties"]["area_id"] for each in self.features])
        self._status = np.array([each["properties"]["status"] for each in self.features])
        self._tree = shapely.STRtree(self.geometries)

    def ids(
        self,
        *,
        touching: shapely.Geometry | None = None,
        area: str | None = None,
        status: str | None = None,
    ) -> list[str]:
        """Return the ids of those that meet all conditions, in order."""
        numbers = np.arange(len(self._ids))
        if touching is not None:
            numbers = np.sort(self._tree.query(touching, "intersects"))
        if area is not None:
            numbers = numbers[self._areas[numbers] == area]
        if status is not None:
            numbers = numbers[self._status[numbers] == status]
        return self._ids[numbers].tolist()

    def inner_tiles(self, zoom: int) -> Sequence[Tile]:
        """Return the tiles of a zoom inside the extent that hold something, in no order."""
        west, south, east, north = shapely.total_bounds(self.geometries)
        corners = world_xy(np.array([[west, north], [east, south]])) * 2**zoom
        (left, top), (right, bottom) = corners.astype(int).tolist()
        inside = (
            Tile(zoom, row, column)
            for row in range(top + 1, bottom)
            for column in range(left + 1, right)
        )
        tiles = [tile for tile in inside if self.ids(touching=shapely.box(*tile.bbox().as_list()))]
        random.Random(1).shuffle(tiles)
        return tiles
