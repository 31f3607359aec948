"""The spelling of PostgreSQL with PostGIS, in the schema of one load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from zymap.bbox import BBox, box_shape
from zymap.catalog import Layer
from zymap.cql import Type
from zymap.planebox import Outline
from zymap.store import cql_sql
from zymap.store.dialect import Parameter, Part, ShapeRelation
from zymap.store.naming import quote

SHAPE = "ST_GeomFromWKB(?, 4326)"
ENVELOPE = "ST_MakeEnvelope(?, ?, ?, ?, 4326)"
# A value does not bring its type with it. Texts are compared as SQLite does: by their code points.
_BOUND: Mapping[Type, str] = {
    "boolean": "CAST(? AS boolean)",
    "number": "CAST(? AS double precision)",
    "string": '(CAST(? AS text) COLLATE "C")',
    "date": '(CAST(? AS text) COLLATE "C")',
    "timestamp": '(CAST(? AS text) COLLATE "C")',
    "array": "CAST(? AS jsonb)",
    "geometry": SHAPE,
}
_INSIDE = "s.west >= ? AND s.east <= ? AND s.south >= ? AND s.north <= ?"
# What folding changes of texts beyond ASCII was written down at load, by the code that folds the
# literals: no two versions of Unicode meet.
_FOLDED = (
    "(SELECT CASE WHEN octet_length(v) = length(v) THEN {ascii} ELSE coalesce("
    "(SELECT f.{fold} FROM {table} f WHERE f.original = v), v) END FROM (SELECT {{0}} AS v) AS w)"
)


@dataclass(frozen=True, slots=True)
class PostgisDialect:
    """See `zymap.store.dialect.Dialect`.

    Parameters
    ----------
    schema : str
        Of the load.
    """

    schema: str
    _templates: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folds = self.own("folds")
        own = {
            "like": "({0} LIKE {1})",
            "casei": _FOLDED.format(ascii="lower(v)", fold="casei", table=folds),
            "accenti": _FOLDED.format(ascii="v", fold="accenti", table=folds),
            "/": "({0} / nullif({1}, 0))",
            "%": "zymap.remainder({0}, {1})",
            "div": "zymap.quotient({0}, {1})",
            "^": "zymap.power({0}, {1})",
        }
        made = cql_sql.templates("jsonb_array_elements({}) AS e(value)", own)
        object.__setattr__(self, "_templates", made)

    @property
    def templates(self) -> Mapping[str, str]:
        """The SQL of the operators of a filter."""
        return self._templates

    @property
    def lists_are_texts(self) -> bool:
        """They are binary JSON."""
        return False

    def own(self, name: str) -> str:
        """Return the quoted name of a table of the load."""
        return f"{quote(self.schema)}.{quote(f'zymap_{name}')}"

    def table(self, collection: str) -> str:
        """Return the quoted name of a layer's table."""
        return f"{quote(self.schema)}.{quote(collection)}"

    def side_table(self, collection: str) -> str:
        """Return the quoted name of the table beside it."""
        return self.own(collection)

    def items(self, column: str) -> str:
        """Return the rows of a list's items."""
        return f"jsonb_array_elements_text({column}) AS e(value)"

    def holds(self, column: str) -> str:
        """Return the condition that a text holds the one bound."""
        return f"strpos({column}, ?) > 0"

    def wkb(self, geometry: str) -> str:
        """Return the WKB of a geometry."""
        return f"ST_AsBinary({geometry})"

    def in_box(self, layer: Layer, bbox: BBox) -> Part:
        """Return the SELECT of the row numbers of what meets a box."""
        texts: list[str] = []
        values: list[Parameter] = []
        for part in bbox.parts():
            inner = part.inner if isinstance(part, Outline) else part
            wkb = part.wkb if isinstance(part, Outline) else _box_wkb(part)
            test, inside = f"ST_Intersects({SHAPE}, g.geom)", list[Parameter]()
            if inner is not None:
                test, inside = (
                    f"({_INSIDE} OR {test})",
                    [inner.west, inner.east, inner.south, inner.north],
                )
            texts.append(
                f"SELECT g.fid AS id FROM {self.table(layer.id)} g "
                f"JOIN {self.side_table(layer.id)} s ON s.fid = g.fid "
                f"WHERE g.geom && {ENVELOPE} AND {test}"
            )
            values += [*part.as_list(), *inside, wkb]
        # A feature may lie in both parts of a box that crosses the antimeridian.
        return " UNION ".join(texts), values

    def in_shape(self, layer: Layer, relation: ShapeRelation, wkb: bytes, bbox: BBox) -> Part:
        """Return the condition that a shape covers or meets a feature; the index knows it."""
        del layer, bbox
        return self.relate(relation, SHAPE, "t.geom"), [wkb]

    def near(self, layer: Layer, boxes: Sequence[BBox]) -> Part:
        """Return the condition that the index finds a feature in one of the boxes."""
        del layer
        values: list[Parameter] = []
        for box in boxes:
            values += box.as_list()
        return f"({' OR '.join([f't.geom && {ENVELOPE}'] * len(boxes))})", values

    def bind(self, type_: Type) -> str:
        """Return the question mark of a literal, with its type."""
        return _BOUND[type_]

    def column(self, type_: Type, name: str) -> str:
        """Return a field of the layer; numbers are all of one type, as the literals are."""
        column = f"t.{quote(name)}"
        return f"CAST({column} AS double precision)" if type_ == "number" else column

    def pattern(self, glob: str) -> str:
        """Return a pattern of GLOB as one of LIKE."""
        made: list[str] = []
        letters = iter(glob)
        for letter in letters:
            if letter == "[":
                # A letter in brackets stands for itself; it is the only use that is made of them.
                letter = next(letters)
                next(letters)
                made.append(_escaped(letter))
            else:
                made.append({"*": "%", "?": "_"}.get(letter) or _escaped(letter))
        return "".join(made)

    def array(self, items: Sequence[str]) -> str:
        """Return the list as binary JSON."""
        return f"jsonb_build_array({', '.join(items)})"

    def relate(self, relation: str, first: str, second: str) -> str:
        """Return whether two geometries are in a relation."""
        return f"ST_{relation.capitalize()}({first}, {second})"


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in "%_\\" else letter


def _box_wkb(box: BBox) -> bytes:
    return shapely.to_wkb(box_shape(box.west, box.south, box.east, box.north))
