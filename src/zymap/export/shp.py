"""The geometry files of a Shapefile: .shp and its index .shx.

Standard: ESRI Shapefile Technical Description, July 1998 (main file pp. 3-16, index p. 23).
Written here and not by GDAL so that the reader that checks the file is not its writer, and
because whole columns of coordinates go out at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from zymap.errors import NotRepresentable

# Both files count in 16-bit words in a signed 32-bit number; readers stop at 2 GiB.
_MOST_BYTES = 2**31 - 1
_HEADER_BYTES = 100
_WORDS = np.dtype("<i4")
# shapely's type numbers from here on are of geometries with parts.
_FIRST_MULTI_TYPE = 4


class Shape(IntEnum):
    """Shape types; the number is the one in the file."""

    POINT = 1
    LINE = 3
    POLYGON = 5
    MULTIPOINT = 8


# By shapely's type number. Lines and polygons take their Multi kind in: a Shapefile's records
# have parts anyway. A MultiPoint is another shape than a Point.
SHAPE_OF: dict[int, Shape] = {
    0: Shape.POINT,
    1: Shape.LINE,
    3: Shape.POLYGON,
    4: Shape.MULTIPOINT,
    5: Shape.LINE,
    6: Shape.POLYGON,
}


@dataclass(frozen=True, slots=True)
class _Parts:
    """Points in order, how many each part has, and the record of each part."""

    points: npt.NDArray[np.float64]
    points_in_part: npt.NDArray[np.int64]
    record_of_part: npt.NDArray[np.int64]


class ShpWriter:
    """The files ``stem.shp`` and ``stem.shx`` in the making.

    Parameters
    ----------
    stem : pathlib.Path
        Path without suffix.
    shape : Shape
        The one type of all records.
    """

    def __init__(self, stem: Path, shape: Shape) -> None:
        self._shape = shape
        self._records = stem.with_name(stem.name + ".shp").open("wb")
        self._index = stem.with_name(stem.name + ".shx").open("wb")
        self._count = 0
        self._size = _HEADER_BYTES
        self._bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
        for file in (self._records, self._index):
            file.write(bytes(_HEADER_BYTES))

    def add(self, geometries: npt.NDArray[Any]) -> None:
        """Write records.

        Parameters
        ----------
        geometries : numpy.ndarray of shapely geometries, shape (n,)
            x, y in the file's CRS; neither None nor empty. Outer rings are turned clockwise and
            holes counter-clockwise, as the format asks.

        Raises
        ------
        NotRepresentable
            The file would grow beyond 2 GiB.
        """
        if not len(geometries):
            return
        point = self._shape is Shape.POINT
        words, starts = _points(geometries) if point else _shapes(self._shape, geometries)
        if self._size + words.nbytes > _MOST_BYTES:
            raise NotRepresentable("a Shapefile holds at most 2 GiB; use GeoPackage instead")
        index = np.empty((len(starts), 2), dtype=">i4")
        index[:, 0] = (self._size + 4 * starts) // 2
        index[:, 1] = 2 * np.diff(starts, append=words.nbytes // 4) - 4
        _put_record_headers(words, starts, self._count + 1, index[:, 1])
        self._records.write(words.tobytes())
        self._index.write(index.tobytes())
        self._count += len(starts)
        self._size += words.nbytes
        low, high = np.split(shapely.total_bounds(geometries), 2)
        self._bounds[:2] = np.minimum(self._bounds[:2], low)
        self._bounds[2:] = np.maximum(self._bounds[2:], high)

    def finish(self) -> None:
        """Write the headers, which tell sizes and bounds."""
        bounds = self._bounds if self._count else np.zeros(4)
        sizes = (self._size, _HEADER_BYTES + 8 * self._count)
        for file, size in zip((self._records, self._index), sizes, strict=True):
            file.seek(0)
            file.write(_header(self._shape, size, bounds))
        self.close()

    def close(self) -> None:
        """Close the files, finished or not."""
        self._records.close()
        self._index.close()


def _header(shape: Shape, size: int, bounds: npt.NDArray[np.float64]) -> bytes:
    words = np.zeros(_HEADER_BYTES // 4, dtype=_WORDS)
    words[[0, 6]] = np.array([9994, size // 2], dtype=">i4").view(_WORDS)
    words[7:9] = 1000, shape
    words[9:17] = bounds.astype("<f8").view(_WORDS)
    return words.tobytes()


def _points(geometries: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    count = len(geometries)
    words = np.zeros((count, 7), dtype=_WORDS)
    words[:, 2] = Shape.POINT
    words[:, 3:] = shapely.get_coordinates(geometries).astype("<f8").view(_WORDS)
    return words.reshape(-1), np.arange(count) * 7


def _shapes(
    shape: Shape, geometries: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Lay out records in one array of 32-bit words; return it and where each begins."""
    count = len(geometries)
    parts = _multipoint(geometries) if shape is Shape.MULTIPOINT else _parts(shape, geometries)
    has_parts = shape is not Shape.MULTIPOINT
    part_count = np.bincount(parts.record_of_part, minlength=count)
    point_count = np.bincount(
        parts.record_of_part, weights=parts.points_in_part, minlength=count
    ).astype(np.int64)
    # Record header 2 words, type 1, box 8, then counts, part starts and points.
    part_words = (1 + part_count) if has_parts else np.zeros(count, dtype=np.int64)
    sizes = 12 + part_words + 4 * point_count
    starts = np.cumsum(sizes) - sizes
    words = np.zeros(int(sizes.sum()), dtype=_WORDS)
    words[starts + 2] = shape
    boxes = shapely.bounds(geometries).astype("<f8").view(_WORDS).reshape(count, 8)
    words[starts[:, None] + np.arange(3, 11)] = boxes
    if has_parts:
        words[starts + 11] = part_count
        words[starts + 12] = point_count
        _put_part_starts(words, starts + 13, part_count, parts)
    else:
        words[starts + 11] = point_count
    slots = _slots(starts + 12 + part_words, point_count, 4)
    words[slots[:, None] + np.arange(4)] = parts.points.astype("<f8").view(_WORDS).reshape(-1, 4)
    return words, starts


def _parts(shape: Shape, geometries: npt.NDArray[Any]) -> _Parts:
    if shape is Shape.POLYGON:
        geometries = shapely.orient_polygons(geometries, exterior_cw=True)
    if (shapely.get_type_id(geometries) < _FIRST_MULTI_TYPE).all():
        pieces, record = geometries, np.arange(len(geometries))
    else:
        pieces, record = shapely.get_parts(geometries, return_index=True)
    if shape is Shape.POLYGON:
        pieces, polygon = shapely.get_rings(pieces, return_index=True)
        record = record[polygon]
    points, piece = shapely.get_coordinates(pieces, return_index=True)
    return _Parts(points, np.bincount(piece, minlength=len(pieces)), record)


def _multipoint(geometries: npt.NDArray[Any]) -> _Parts:
    points, record = shapely.get_coordinates(geometries, return_index=True)
    return _Parts(points, np.ones(len(points), dtype=np.int64), record)


def _put_record_headers(
    words: npt.NDArray[Any], starts: npt.NDArray[np.int64], first: int, sizes: npt.NDArray[Any]
) -> None:
    big_endian = words.view(">i4")
    big_endian[starts] = np.arange(first, first + len(starts))
    big_endian[starts + 1] = sizes


def _put_part_starts(
    words: npt.NDArray[Any],
    first_slots: npt.NDArray[np.int64],
    part_count: npt.NDArray[np.int64],
    parts: _Parts,
) -> None:
    first_point = np.cumsum(parts.points_in_part) - parts.points_in_part
    first_part = np.cumsum(part_count) - part_count
    within_record = first_point - np.repeat(first_point[first_part], part_count)
    words[_slots(first_slots, part_count, 1)] = within_record


def _slots(
    starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], width: int
) -> npt.NDArray[np.int64]:
    """Return where the items of each record go: `counts` items of `width` words from `starts`."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - width * before, counts) + width * np.arange(int(counts.sum()))
