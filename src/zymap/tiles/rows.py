"""What a layer's features are kept as, so that a tile of them is little more than joining.

Standard: Mapbox Vector Tile 2.1, 4.4 (an attribute is a number of a key and a number of a value).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import chain, islice

import numpy as np

from zymap.tiles.shapes import Shapes, runs_of
from zymap.tiles.varint import Ints, UInts, field

ABSENT, OWN, FIRST_COMMON = range(3)
CODE = np.dtype("<u2")
HEADER = np.dtype("<i4")
POSITION = np.dtype("<f8")
# As many as a code can name beside the two that name none.
COMMON_MAXIMUM = np.iinfo(CODE).max - 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The attributes that a layer's tiles carry, and the texts that several features share.

    Attributes
    ----------
    keys : tuple of str
        Names of the attributes.
    common : tuple of str
        Code `FIRST_COMMON` names the first of them, and so on.
    fields : tuple of bytes
        The same as fields of a tile.
    """

    keys: tuple[str, ...]
    common: tuple[str, ...]
    fields: tuple[bytes, ...] = dataclass_field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", tuple(map(value_field, self.common)))


@dataclass(frozen=True, slots=True)
class PackedFeature:
    """One feature, ready for any tile.

    Attributes
    ----------
    runs : bytes
        For each ring, line or point a number: its points times four, plus its role
        (`zymap.tiles.shapes`).
    lonlat : bytes
        Their positions, WGS 84 lon, lat; rings without the closing one, outer rings clockwise.
    attributes : bytes
        For each key a code; then the values that are the feature's own, as tile fields.
    """

    runs: bytes
    lonlat: bytes
    attributes: bytes


@dataclass(frozen=True, slots=True)
class TileRows:
    """What a tile is made of.

    Attributes
    ----------
    numbers : (n,) array
        A number for each feature that stays until the data change.
    runs, lonlat, attributes : sequence of bytes
        See `PackedFeature`.
    left_out : int
        How many matching features with their centre in the tile are not among them: those that
        stand so close to others at this zoom that no map could tell them apart.
    """

    vocabulary: Vocabulary
    numbers: UInts
    runs: Sequence[bytes]
    lonlat: Sequence[bytes]
    attributes: Sequence[bytes]
    left_out: int = 0


def no_rows(vocabulary: Vocabulary) -> TileRows:
    """Return what a tile without features is made of."""
    return TileRows(vocabulary, np.zeros(0, dtype=np.uint32), (), (), ())


def pack(
    shapes: Shapes, columns: Mapping[str, Sequence[str | None]]
) -> tuple[Vocabulary, list[PackedFeature]]:
    """Pack the features of a layer.

    Parameters
    ----------
    shapes : (n,) array of shapely geometries
        WGS 84 lon, lat; none is missing or empty.
    columns : mapping of attribute name to n values
        A text for each feature; None is left out.
    """
    vocabulary = Vocabulary(tuple(columns), _common(columns))
    attributes = _attributes(vocabulary.common, columns, len(shapes))
    xy, sizes, rows, roles = runs_of(shapes, clockwise_is_positive=False)
    runs = ((sizes << 2) | roles).astype(HEADER).tobytes()
    positions = xy.T.astype(POSITION).tobytes()
    run_ends = _ends(np.bincount(rows, minlength=len(shapes)), HEADER.itemsize)
    ends = _ends(np.bincount(rows, sizes, minlength=len(shapes)), 2 * POSITION.itemsize)
    return vocabulary, [
        PackedFeature(runs[run_start:run_end], positions[start:end], own)
        for run_start, run_end, start, end, own in zip(
            [0, *run_ends], run_ends, [0, *ends], ends, attributes, strict=False
        )
    ]


def _ends(counts: Ints, size_bytes: int) -> list[int]:
    return (np.cumsum(counts).astype(np.int64) * size_bytes).tolist()


def _common(columns: Mapping[str, Sequence[str | None]]) -> tuple[str, ...]:
    """Return the texts that stand more than once, the most frequent first."""
    counts = Counter(value for value in chain(*columns.values()) if value is not None)
    repeated = (text for text, count in counts.most_common() if count > 1)
    return tuple(islice(repeated, COMMON_MAXIMUM))


def _attributes(
    common: Sequence[str], columns: Mapping[str, Sequence[str | None]], count: int
) -> list[bytes]:
    code_of: dict[str | None, int] = {None: ABSENT}
    code_of |= {text: code for code, text in enumerate(common, FIRST_COMMON)}
    made: list[bytes] = []
    for values in zip(*columns.values(), strict=True) if columns else [()] * count:
        codes = [code_of.get(value, OWN) for value in values]
        own = (value_field(v) for v, code in zip(values, codes, strict=True) if code == OWN)
        made.append(np.array(codes, dtype=CODE).tobytes() + b"".join(own))
    return made


def value_field(text: str) -> bytes:
    """Return a layer's field values (4) with a string_value (1)."""
    return field(4, field(1, text.encode()))
