"""What OC4IDS 0.9.5 asks of the members that zymap's package has, as a JSON Schema.

Written from the standard's documentation. The official files are not among the tests: no package
of a registry that this project builds from holds them (libcoveoc4ids fetches them from the web when
it runs). It is stricter than they are: a member that it does not know is an error. Who has the
official files names their folder in ZYMAP_OC4IDS_SCHEMA, and the package is held to them too.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "format": "date-time"}
ADDRESS = (
    "streetAddress",
    "locality",
    "region",
    "postalCode",
    "countryName",
)
GEOMETRIES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
)
# Codelists projectStatus and projectType (both closed), projectSector (open).
STATUS = (
    "identification",
    "preparation",
    "implementation",
    "completion",
    "maintenance",
    "decommissioning",
    "decommissioned",
    "cancelled",
)
TYPE = ("construction", "rehabilitation", "replacement", "expansion", "decommissioning")
SECTOR = (
    "education",
    "health",
    "energy",
    "communications",
    "waterAndWaste",
    "governance",
    "economy",
    "cultureSportsAndRecreation",
    "transport",
    "transport.air",
    "transport.water",
    "transport.rail",
    "transport.road",
    "transport.urban",
    "socialHousing",
    "naturalResources",
)


def record(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def list_of(item: Any) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": item}


GEOMETRY = record(
    ("type", "coordinates"),
    type={"enum": list(GEOMETRIES)},
    coordinates={"type": "array", "minItems": 1, "items": {"type": ["number", "array"]}},
)
PROJECT = record(
    ("id",),
    id=TEXT,
    updated=MOMENT,
    identifiers=list_of(record(id=TEXT, scheme=TEXT)),
    title=TEXT,
    description=TEXT,
    status={"enum": list(STATUS)},
    period=record(startDate=MOMENT, endDate=MOMENT),
    sector=list_of({"enum": list(SECTOR)}),
    type={"enum": list(TYPE)},
    additionalClassifications=list_of(record(scheme=TEXT, id=TEXT, description=TEXT)),
    locations=list_of(
        record(
            ("id",),
            id=TEXT,
            description=TEXT,
            geometry=GEOMETRY,
            address=record(**dict.fromkeys(ADDRESS, TEXT)),
        )
    ),
    documents=list_of(record(("id",), id=TEXT, title=TEXT, description=TEXT)),
)
PACKAGE = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    **record(
        ("uri", "publisher", "publishedDate", "projects", "version"),
        uri={"type": "string", "format": "uri"},
        publishedDate=MOMENT,
        version={"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
        publisher=record(("name",), name=TEXT),
        license={"type": "string", "format": "uri"},
        projects=list_of(PROJECT),
    ),
}
