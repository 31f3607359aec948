"""What the SQL of the two stores differs in; all else `zymap.store.sql` writes once for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from zymap.bbox import BBox
from zymap.catalog import Layer
from zymap.cql import Type

Parameter = str | int | float | bytes | None
# SQL text with a question mark for each of the values.
Part = tuple[str, list[Parameter]]
ShapeRelation = Literal["covers", "intersects"]


class Dialect(Protocol):
    """The spelling of one database. In a statement ``x`` is the side table, ``t`` the layer's.

    A dialect is a value: equal ones write the same statements, which may be remembered by it.

    """

    @property
    def templates(self) -> Mapping[str, str]:
        """The SQL of the operators of CQL2; ``{0}``, ``{1}``, … are the operands."""
        ...

    @property
    def lists_are_texts(self) -> bool:
        """Whether a list is kept as the text of its JSON, in which an item can be sought."""
        ...

    def table(self, collection: str) -> str:
        """Return the quoted name of a layer's table."""
        ...

    def side_table(self, collection: str) -> str:
        """Return the quoted name of the table beside it."""
        ...

    def items(self, column: str) -> str:
        """Return the rows of a list's items, each a text called ``value``."""
        ...

    def holds(self, column: str) -> str:
        """Return the condition that a text holds the one bound."""
        ...

    def wkb(self, geometry: str) -> str:
        """Return the WKB of a geometry."""
        ...

    def in_box(self, layer: Layer, bbox: BBox) -> Part:
        """Return the SELECT of the row numbers, called ``id``, each once, of what meets a box."""
        ...

    def in_shape(self, layer: Layer, relation: ShapeRelation, wkb: bytes, bbox: BBox) -> Part:
        """Return the condition that a shape, which lies in `bbox`, covers or meets a feature."""
        ...

    def near(self, layer: Layer, boxes: Sequence[BBox]) -> Part:
        """Return a condition that no feature fails whose bounds meet one of the boxes."""
        ...

    def bind(self, type_: Type) -> str:
        """Return the question mark of a literal of a filter."""
        ...

    def column(self, type_: Type, name: str) -> str:
        """Return a field of ``t`` as a filter computes with it."""
        ...

    def pattern(self, glob: str) -> str:
        """Return a pattern in GLOB's notation in that of the database."""
        ...

    def array(self, items: Sequence[str]) -> str:
        """Return the list of some expressions."""
        ...

    def relate(self, relation: str, first: str, second: str) -> str:
        """Return whether two geometries are in a relation, named as shapely does."""
        ...
