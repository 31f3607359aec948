"""The JSON Schemas of the answers, as the API definition shows them."""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


def ref(name: str) -> dict[str, Any]:
    """Return a reference to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


_LINKS: dict[str, Any] = {"type": "array", "items": ref("Link")}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}

SCHEMAS: dict[str, Any] = {
    "Link": {
        "type": "object",
        "required": ["href", "rel", "type"],
        "properties": dict.fromkeys(("href", "rel", "type", "title", "hreflang"), TEXT),
    },
    "LandingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": TEXT, "description": TEXT, "links": _LINKS},
    },
    "Conformance": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": TEXT}},
    },
    "Collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": TEXT,
            "title": TEXT,
            "description": TEXT,
            "itemType": TEXT,
            "crs": {"type": "array", "items": TEXT},
            "storageCrs": {"type": "string", "format": "uri"},
            "extent": {"type": "object"},
            "itemCount": _COUNT,
            "itemLocatedCount": _COUNT,
            "links": _LINKS,
        },
    },
    "Collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "crs": {"type": "array", "items": {"type": "string", "format": "uri"}},
            "collections": {"type": "array", "items": ref("Collection")},
        },
    },
    "Feature": {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": TEXT,
            "collection": TEXT,
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
            "links": _LINKS,
        },
    },
    "FeatureCollection": {
        "type": "object",
        # The counts are of a page; the file f=geojson has none.
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "numberMatched": _COUNT,
            "numberReturned": _COUNT,
            "numberLocated": _COUNT,
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": _LINKS,
            "features": {"type": "array", "items": ref("Feature")},
        },
    },
    "Document": {
        "type": "object",
        "required": ["links"],
        "properties": {"links": _LINKS},
    },
    "TileJson": {
        "type": "object",
        "required": ["tilejson", "tiles", "vector_layers"],
        "externalDocs": {"url": "https://github.com/mapbox/tilejson-spec/tree/master/3.0.0"},
        "properties": {
            "tilejson": {"type": "string", "enum": ["3.0.0"]},
            "tiles": {"type": "array", "minItems": 1, "items": TEXT},
            "vector_layers": {"type": "array", "items": {"type": "object"}},
        },
    },
    "ProjectPackage": {
        "type": "object",
        "required": ["uri", "publishedDate", "version", "publisher", "projects"],
        "externalDocs": {"url": "https://standard.open-contracting.org/infrastructure/"},
        "properties": {
            "uri": TEXT,
            "publishedDate": {"type": "string", "format": "date-time"},
            "version": TEXT,
            "publisher": {"type": "object"},
            "license": TEXT,
            "projects": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "code": TEXT,
            "detail": TEXT,
            "description": TEXT,
            "parameter": TEXT,
        },
    },
}
