"""Features of one layer → a vector tile, all of them in one pass over arrays.

Apart from its texts a tile is nothing but base-128 numbers, the lengths of its messages among
them; so they are laid out in one array and written at once. The texts were written at load.

Standard: Mapbox Vector Tile 2.1, clause 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from zymap.tilematrix import Tile
from zymap.tiles import varint
from zymap.tiles.commands import path_commands, point_commands
from zymap.tiles.extent import EXTENT
from zymap.tiles.grid import Parts, parts_on_grid
from zymap.tiles.rows import CODE, FIRST_COMMON, OWN, TileRows
from zymap.tiles.shapes import LINE, OUTER, POINT
from zymap.tiles.varint import Ints, UInts, field, number_field

_POINT, _LINE, _POLYGON = 1, 2, 3
# The fields extent and version, which end every layer.
_END = number_field(5, EXTENT) + number_field(15, 2)


def encode_tile(name: str, tile: Tile, rows: TileRows) -> bytes:
    """Encode the features that lie in a tile or in the buffer round it.

    Parameters
    ----------
    name : str
        Name of the layer in the tile.

    Returns
    -------
    bytes
        Empty if no feature lies there. Polygons come first and points last, so that what is
        drawn in this order covers nothing; within each the order stays.
    """
    groups = list(_groups(parts_on_grid(rows, tile)))
    if not groups:
        return b""
    chosen = np.concatenate([members for _, members, _ in groups])
    kinds = np.concatenate([np.full(len(members), kind) for kind, members, _ in groups])
    geometry = np.concatenate([commands for _, _, (commands, _) in groups])
    geometry_sizes = np.concatenate([sizes for _, _, (_, sizes) in groups])
    tags, tag_sizes, values = _tags(rows, chosen.tolist())
    ids = rows.numbers.take(chosen)
    features = _features(ids, kinds, (tags, tag_sizes), (geometry, geometry_sizes))
    head, tail = field(1, name.encode()), _keys(rows.vocabulary.keys)
    return field(3, b"".join((head, features, tail, *values, _END)))


def _groups(parts: Parts) -> Iterator[tuple[int, Ints, tuple[UInts, Ints]]]:
    """Yield a geometry type, the features of it, and their commands."""
    for kind, chosen in (
        (_POLYGON, parts.roles >= OUTER),
        (_LINE, parts.roles == LINE),
        (_POINT, parts.roles == POINT),
    ):
        if chosen.any():
            members = parts.runs(chosen)
            made = (
                point_commands(members)
                if kind == _POINT
                else path_commands(members, closed=kind == _POLYGON)
            )
            yield kind, members.rows[members.firsts()], made


def _tags(rows: TileRows, chosen: Sequence[int]) -> tuple[UInts, Ints, list[bytes]]:
    """Return the pairs of key and value in a row, how many numbers each feature has, the values."""
    keys, common = rows.vocabulary.keys, rows.vocabulary.fields
    head = CODE.itemsize * len(keys)
    attributes = list(map(rows.attributes.__getitem__, chosen))
    coded = b"".join([attribute[:head] for attribute in attributes])
    codes = np.frombuffer(coded, dtype=CODE).reshape(len(chosen), len(keys))
    # The shared values come first: their numbers are written most often and so are short.
    used = np.zeros(FIRST_COMMON + len(common), dtype=bool)
    used[codes] = True
    used[:FIRST_COMMON] = False
    place = used.cumsum() - 1
    shared = used.nonzero()[0] - FIRST_COMMON
    own = codes == OWN
    places = place.take(codes)
    places[own] = np.arange(len(shared), len(shared) + np.count_nonzero(own))
    stated = codes > 0
    pairs = np.empty((*codes.shape, 2), dtype=np.uint32)
    pairs[:, :, 0] = np.arange(len(keys))
    pairs[:, :, 1] = places
    values = [common[number] for number in shared.tolist()]
    values += [attribute[head:] for attribute in attributes]
    numbers = pairs.reshape(-1, 2).compress(stated.ravel(), axis=0)
    return numbers.ravel(), 2 * stated.sum(axis=1), values


def _features(
    ids: UInts, kinds: Ints, tags: tuple[UInts, Ints], geometry: tuple[UInts, Ints]
) -> bytes:
    """Return the feature messages: fields id (1), tags (2), type (3) and geometry (4)."""
    tag_bytes, geometry_bytes = _byte_sizes(*tags), _byte_sizes(*geometry)
    head = np.empty((len(ids), 6), dtype=np.uint32)
    tail = np.empty((len(ids), 4), dtype=np.uint32)
    head[:, 0], head[:, 2], head[:, 4] = _key(2, 2), _key(1, 0), _key(2, 2)
    head[:, 3], head[:, 5] = ids, tag_bytes
    tail[:, 0], tail[:, 2] = _key(3, 0), _key(4, 2)
    tail[:, 1], tail[:, 3] = kinds, geometry_bytes
    # The four keys and the type are a byte each.
    own = 5 + varint.sizes(np.array((ids, tag_bytes, geometry_bytes))).sum(axis=0)
    head[:, 1] = own + tag_bytes + geometry_bytes
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
    written = np.zeros(len(numbers) + 1, dtype=np.int64)
    varint.sizes(numbers).cumsum(out=written[1:])
    ends = counts.cumsum()
    return (written[ends] - written[ends - counts]).astype(np.uint32)


def _interleaved(*sections: tuple[UInts, Ints]) -> UInts:
    """Return for each feature its numbers of the first section, then of the second, and so on."""
    counts = np.column_stack([section[1] for section in sections])
    owner = np.tile(np.arange(len(sections)), len(counts)).repeat(counts.ravel())
    woven = np.empty(len(owner), dtype=np.uint32)
    for place, (numbers, _) in enumerate(sections):
        woven[owner == place] = numbers
    return woven


def _key(field_number: int, wire_type: int) -> int:
    return (field_number << 3) | wire_type


@lru_cache(maxsize=256)
def _keys(names: tuple[str, ...]) -> bytes:
    return b"".join(field(3, name.encode()) for name in names)
