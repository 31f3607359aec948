"""The spelling of SQLite, in a GeoPackage: R-trees, JSON texts, functions of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zymap.bbox import BBox
from zymap.catalog import Layer
from zymap.cql import Type
from zymap.store import box_sql
from zymap.store.cql_sql import templates
from zymap.store.dialect import Parameter, Part, ShapeRelation
from zymap.store.naming import WITHIN_BOX, quote, rtree, side_table

_FUNCTIONS = {"covers": "zymap_within", "intersects": "zymap_meets"}
_TEMPLATES = templates(
    "json_each({})",
    {
        "like": "({0} GLOB {1})",
        "casei": "zymap_casei({0})",
        "accenti": "zymap_accenti({0})",
        # SQLite divides whole numbers without a rest; CQL2 has div for that.
        "/": "(1.0 * {0} / {1})",
        "%": "zymap_remainder({0}, {1})",
        "div": "zymap_quotient({0}, {1})",
        "^": "zymap_power({0}, {1})",
    },
)


@dataclass(frozen=True, slots=True)
class GpkgDialect:
    """See `zymap.store.dialect.Dialect`."""

    @property
    def templates(self) -> Mapping[str, str]:
        """The SQL of the operators of a filter."""
        return _TEMPLATES

    @property
    def lists_are_texts(self) -> bool:
        """They are."""
        return True

    def table(self, collection: str) -> str:
        """Return the quoted name of a layer's table."""
        return quote(collection)

    def side_table(self, collection: str) -> str:
        """Return the quoted name of the table beside it."""
        return side_table(collection)

    def items(self, column: str) -> str:
        """Return the rows of a list's items."""
        return f"json_each({column})"

    def holds(self, column: str) -> str:
        """Return the condition that a text holds the one bound."""
        return f"instr({column}, ?) > 0"

    def wkb(self, geometry: str) -> str:
        """Return the WKB of a geometry."""
        return f"zymap_wkb({geometry})"

    def in_box(self, layer: Layer, bbox: BBox) -> Part:
        """Return the SELECT of the row numbers of what meets a box."""
        return box_sql.in_box(layer, bbox)

    def in_shape(self, layer: Layer, relation: ShapeRelation, wkb: bytes, bbox: BBox) -> Part:
        """Return the condition that a shape covers or meets a feature."""
        near, values = self.near(layer, [bbox])
        return f"{near} AND {_FUNCTIONS[relation]}(t.geom, ?)", [*values, wkb]

    def near(self, layer: Layer, boxes: Sequence[BBox]) -> Part:
        """Return the condition that an R-tree finds a feature in one of the boxes."""
        found = " UNION ALL ".join([WITHIN_BOX.format(table=rtree(layer.id))] * len(boxes))
        values: list[Parameter] = []
        for box in boxes:
            values += [box.west, box.east, box.south, box.north]
        return f"x.fid IN ({found})", values

    def bind(self, type_: Type) -> str:
        """Return the question mark: a value brings its type with it."""
        del type_
        return "?"

    def column(self, type_: Type, name: str) -> str:
        """Return a field of the layer."""
        del type_
        return f"t.{quote(name)}"

    def pattern(self, glob: str) -> str:
        """Return the pattern as it is."""
        return glob

    def array(self, items: Sequence[str]) -> str:
        """Return the list as the text of its JSON."""
        return f"json_array({', '.join(items)})"

    def relate(self, relation: str, first: str, second: str) -> str:
        """Return whether two geometries are in a relation; a literal comes first."""
        return f"zymap_relate('{relation}', {first}, {second})"


GPKG = GpkgDialect()
