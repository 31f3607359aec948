"""What a store can do: as few methods as the API, the exports and the map need."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from zymap.bbox import BBox
from zymap.catalog import Catalog, Layer
from zymap.query import Query
from zymap.tilematrix import Tile

# A layer with fewer located features than this is shown whole in tiles of every zoom.
THINNED_FROM = 5000
# From here on nothing is left out: the cells would be narrower than ten metres.
WHOLE_FROM_ZOOM = 18


@dataclass(frozen=True, slots=True)
class Count:
    """How many features match a question, and how many of them have a geometry."""

    matched: int
    located: int


# No text of a feature has a line break (RFC 8259, 7), so that joined ones can be told apart.
SEPARATOR = b",\n"


# One is made for each answer, and to make a frozen one takes three times as long.
@dataclass(slots=True)
class Page:
    """Some of the features that match, in order.

    Attributes
    ----------
    parts : sequence of bytes
        Their GeoJSON in UTF-8, joined by `SEPARATOR` and cut anywhere.
    returned : int
        How many they are.
    last : str or None
        Id of the last one if others match behind it: the next page begins after that.
    count : Count
        What `Store.count` says of the question.
    revision : str
        Fingerprint of the data that all of this is of.
    """

    parts: Sequence[bytes | memoryview]
    returned: int
    last: str | None
    count: Count
    revision: str

    def rows(self) -> list[bytes]:
        """Return the texts one by one."""
        return b"".join(self.parts).split(SEPARATOR) if self.returned else []


class One(NamedTuple):
    """One feature, and the fingerprint of the data that it is of.

    Attributes
    ----------
    text : bytes or None
        Its GeoJSON in UTF-8; None if there is no such feature.
    """

    text: bytes | None
    revision: str


@dataclass(frozen=True, slots=True)
class VectorTile:
    """Features of a layer, and how many more there are than the tile can show.

    Attributes
    ----------
    content : bytes
        A Mapbox Vector Tile of one layer, which has the collection's name; empty without features.
    left_out : int
        How many matching features with their centre in the tile are not in it: those that stand so
        close to others at this zoom that no map could tell them apart.
    """

    content: bytes
    left_out: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Where and when the features of a collection are; None where none of them says."""

    bbox: BBox | None
    start: str | None
    end: str | None


_TILE_FIELDS = ("name_zh", "name_en", "status", "kind", "area_id", "location_status", "deadline")


def tile_attributes(layer: Layer) -> tuple[str, ...]:
    """Return the attributes that a layer's tiles carry: what drawing and naming a feature takes."""
    known = {item.name for item in layer.fields if item.type in ("string", "date")}
    return (*(name for name in _TILE_FIELDS if name in known), "id")


class Store(Protocol):
    """A place that keeps the features of one dataset.

    Every method may raise `StoreUnavailable`. A `Query` must have passed
    `zymap.query.check_query`. Methods may be called from several threads at once.
    """

    @property
    def remote(self) -> bool:
        """Whether another process answers, which may keep the thread that asks waiting."""
        ...

    def revision(self) -> str:
        """Return the fingerprint of the data: it changes exactly when an answer could."""
        ...

    def hold(self) -> None:
        """Let one look for changes be enough for this thread until `let_go`.

        What is asked meanwhile may be answered from the state that the data were in at that look,
        or from a later one. It is for who knows that all of it was asked before the look.
        """
        ...

    def let_go(self) -> None:
        """Look for changes again at each question."""
        ...

    def catalog(self) -> Catalog:
        """Return the catalogue that the data was loaded with."""
        ...

    def select(self, query: Query) -> list[bytes]:
        """Return the matching features as GeoJSON in UTF-8, in order, at most ``query.limit``.

        Without ``query.sort`` the order is that of the sources, then of the ids.

        Raises
        ------
        InvalidRequest
            ``query.after`` names no feature of the collections asked.
        """
        ...

    def page(self, query: Query, after: str | None = None) -> Page:
        """Return a page of what matches, at most ``query.limit`` features, and count all.

        Parameters
        ----------
        query : Query
            With a limit. ``query.after`` does not count: all pages of a question are asked by
            the same query, so that what is made of it can be remembered.
        after : str or None
            Id of the last feature of the page before.

        Raises
        ------
        InvalidRequest
            `after` names no feature of the collections asked.
        """
        ...

    def iterate(self, query: Query) -> Generator[bytes]:
        """Yield what `select` returns, without holding all of it; close it if not read to the end.

        All of it is of one state of the data; a file is in that state for the reading thread's
        other questions, too, until the end.
        """
        ...

    def count(self, query: Query) -> Count:
        """Count what matches, whatever the page."""
        ...

    def search_texts(self, query: Query) -> dict[str, str]:
        """Return the matching features' `zymap.search.search_text` by id."""
        ...

    def facet(self, query: Query, field: str) -> dict[str | None, int]:
        """Count the matching features for each value of `field`."""
        ...

    def feature(self, collection: str, feature_id: str) -> One:
        """Return one feature."""
        ...

    def tile(self, query: Query, tile: Tile, buffer: float) -> VectorTile:
        """Return a tile of the matching features, thinned where they are many.

        Parameters
        ----------
        query : Query
            For one collection; its page and order do not count.
        buffer : float
            By how many tile widths the tile is wider on each side.
        """
        ...

    def extent(self, collection: str) -> Extent:
        """Return where (WGS 84) and when the features of a collection are."""
        ...

    def close(self) -> None:
        """Give back what the store holds open."""
        ...
