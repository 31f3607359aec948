"""Features of one layer → a vector tile, all of them in one pass over arrays.

Apart from its texts a tile is nothing but base-128 numbers, the lengths of its messages among
them; so they are laid out in one array and written at once.

Standard: Mapbox Vector Tile 2.1, clause 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, count

import numpy as np

from zymap.tilematrix import Tile
from zymap.tiles import varint
from zymap.tiles.commands import path_commands, point_commands
from zymap.tiles.grid import EXTENT, shapes_on_grid
from zymap.tiles.varint import Ints, UInts

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_POINT, _LINE, _POLYGON = 1, 2, 3


def encode_tile(
    name: str,
    tile: Tile,
    numbers: Sequence[int],
    wkb: Sequence[bytes],
    columns: Mapping[str, Sequence[str | None]],
) -> bytes:
    """Encode the features that lie in a tile or in the buffer round it.

    Parameters
    ----------
    name : str
        Name of the layer in the tile.
    numbers : sequence of int
        A number for each feature, below 2**32: its id in the tile.
    wkb : sequence of bytes
        A geometry for each feature, WGS 84 lon, lat.
    columns : mapping of attribute name to values
        A text for each feature; None is left out.

    Returns
    -------
    bytes
        Empty if no feature lies there. Polygons come first and points last, so that what is
        drawn in this order covers nothing; within each the order stays.
    """
    rings, lines, points = shapes_on_grid(wkb, tile)
    groups = (
        (_POLYGON, np.unique(rings.rows), path_commands(rings, closed=True)),
        (_LINE, np.unique(lines.rows), path_commands(lines, closed=False)),
        (_POINT, points.rows, point_commands(points)),
    )
    rows = np.concatenate([group[1] for group in groups])
    if not len(rows):
        return b""
    kinds = np.concatenate([np.full(len(members), kind) for kind, members, _ in groups])
    geometry = np.concatenate([commands for _, _, (commands, _) in groups])
    geometry_sizes = np.concatenate([sizes for _, _, (_, sizes) in groups])
    tags, tag_sizes, values = _tags(rows.tolist(), columns)
    ids = np.asarray(numbers, dtype=np.uint32)[rows]
    features = _features(ids, kinds, (tags, tag_sizes), (geometry, geometry_sizes))
    layer = b"".join(
        (
            _field(1, name.encode()),
            features,
            *(_field(3, key.encode()) for key in columns),
            _values(values),
            _number(5, EXTENT),
            _number(15, 2),
        )
    )
    return _field(3, layer)


def _tags(
    rows: list[int], columns: Mapping[str, Sequence[str | None]]
) -> tuple[UInts, Ints, list[str]]:
    """Return the pairs of key and value in a row, how many numbers each feature has, the values."""
    chosen = [list(map(column.__getitem__, rows)) for column in columns.values()]
    # None comes first, so that its place is 0.
    values = dict.fromkeys(chain((None,), *chosen))
    place = dict(zip(values, count(), strict=False)).__getitem__
    places = np.array([list(map(place, column)) for column in chosen], dtype=np.int64)
    places = places.T.reshape(len(rows), len(columns))
    stated = places > 0
    keys = np.broadcast_to(np.arange(len(columns)), places.shape)
    pairs = np.column_stack((keys[stated], places[stated] - 1))
    texts = [value for value in values if value is not None]
    return pairs.ravel().astype(np.uint32), 2 * stated.sum(axis=1), texts


def _features(
    ids: UInts, kinds: Ints, tags: tuple[UInts, Ints], geometry: tuple[UInts, Ints]
) -> bytes:
    """Return the feature messages: fields id (1), tags (2), type (3) and geometry (4)."""
    tag_bytes, geometry_bytes = _byte_sizes(*tags), _byte_sizes(*geometry)
    head = np.empty((len(ids), 6), dtype=np.uint32)
    tail = np.empty((len(ids), 4), dtype=np.uint32)
    head[:, 2], head[:, 3], head[:, 4], head[:, 5] = _key(1, 0), ids, _key(2, 2), tag_bytes
    tail[:, 0], tail[:, 1], tail[:, 2], tail[:, 3] = _key(3, 0), kinds, _key(4, 2), geometry_bytes
    own = varint.sizes(head[:, 2:].ravel()).reshape(-1, 4).sum(axis=1)
    own += varint.sizes(tail.ravel()).reshape(-1, 4).sum(axis=1)
    head[:, 0], head[:, 1] = _key(2, 2), own + tag_bytes + geometry_bytes
    return varint.encode(
        _interleaved(
            (head.ravel(), np.full(len(ids), 6)),
            tags,
            (tail.ravel(), np.full(len(ids), 4)),
            geometry,
        )
    )


def _byte_sizes(numbers: UInts, counts: Ints) -> UInts:
    """Return how many bytes each feature's numbers take."""
    ends = np.cumsum(counts)
    written = np.concatenate(([0], np.cumsum(varint.sizes(numbers))))
    return (written[ends] - written[ends - counts]).astype(np.uint32)


def _interleaved(*sections: tuple[UInts, Ints]) -> UInts:
    """Return for each feature its numbers of the first section, then of the second, and so on."""
    counts = np.column_stack([section[1] for section in sections])
    ends = np.cumsum(counts.ravel()).reshape(counts.shape)
    woven = np.empty(int(ends[-1, -1]), dtype=np.uint32)
    for place, (numbers, sizes) in enumerate(sections):
        shift = ends[:, place] - np.cumsum(sizes)
        woven[np.arange(len(numbers)) + np.repeat(shift, sizes)] = numbers
    return woven


def _key(field: int, wire_type: int) -> int:
    return (field << 3) | wire_type


def _field(field: int, content: bytes) -> bytes:
    """Return a field with a length: a text or a message."""
    return _varint(_key(field, 2)) + _varint(len(content)) + content


def _values(texts: Sequence[str]) -> bytes:
    """Return the fields values (4), each with a string_value (1)."""
    contents = [text.encode() for text in texts]
    heads = map(_value_head, map(len, contents))
    return b"".join(chain.from_iterable(zip(heads, contents, strict=True)))


@lru_cache(maxsize=1024)
def _value_head(size: int) -> bytes:
    """Return what stands before a value's text: most are short and of few lengths."""
    inner = _varint(_key(1, 2)) + _varint(size)
    return _varint(_key(4, 2)) + _varint(len(inner) + size) + inner


def _number(field: int, value: int) -> bytes:
    return _varint(_key(field, 0)) + _varint(value)


def _varint(value: int) -> bytes:
    return bytes((value,)) if value < 0x80 else varint.encode(np.array([value], dtype=np.uint32))
