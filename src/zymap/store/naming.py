"""The names of the GeoPackage's tables, and the one question that an R-tree is asked."""

from __future__ import annotations

# The R-tree holds 32-bit floats rounded outwards: what it finds is more than what meets the box.
WITHIN_BOX = "SELECT id FROM {table} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"


def quote(name: str) -> str:
    """Quote a table or column name; catalogue names are identifiers, this keeps them so."""
    return '"' + name.replace('"', '""') + '"'


def side_table(collection: str) -> str:
    """Return the quoted name of the table beside a layer's table."""
    return quote(f"zymap_{collection}")


def rtree(layer_id: str) -> str:
    """Return the quoted name of a layer's R-tree (12-128r19, annex F.3)."""
    return quote(f"rtree_{layer_id}_geom")
