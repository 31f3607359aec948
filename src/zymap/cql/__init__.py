"""CQL2 filters: text or JSON → a tree whose every name and literal has been checked.

Standard: OGC 21-065r2 (CQL2 1.0). What evaluates the tree is a store's business; the only SQL is
in `zymap.store.cql_sql`.
"""

from zymap.cql.check import GEOMETRY
from zymap.cql.filter import LANGUAGES, Filter, parse_filter, property_names
from zymap.cql.reader import FilterReader
from zymap.cql.tree import Call, Node, Property, Shape, Type, Value

__all__ = [
    "GEOMETRY",
    "LANGUAGES",
    "Call",
    "Filter",
    "FilterReader",
    "Node",
    "Property",
    "Shape",
    "Type",
    "Value",
    "parse_filter",
    "property_names",
]
