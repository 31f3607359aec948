"""The catalogue of a dataset: which layers a folder holds and what their fields mean.

A folder with a ``catalog.toml`` is all that zymap needs to know of a district; no code names
a place.
"""

from zymap.catalog.expression import parse_source
from zymap.catalog.model import (
    AREA_FIELD,
    DUE_FIELD,
    STATUS_FIELD,
    Catalog,
    Dataset,
    Field,
    FieldType,
    Layer,
    ProjectPackage,
    Role,
    Source,
)
from zymap.catalog.reader import CATALOG_FILE, parse_catalog, read_catalog

__all__ = [
    "AREA_FIELD",
    "CATALOG_FILE",
    "DUE_FIELD",
    "STATUS_FIELD",
    "Catalog",
    "Dataset",
    "Field",
    "FieldType",
    "Layer",
    "ProjectPackage",
    "Role",
    "Source",
    "parse_catalog",
    "parse_source",
    "read_catalog",
]
