"""What a collection's features are made of, as JSON Schema: one property a field.

Standard: OGC 23-058r2 (OGC API - Common, Part 3 / Features, Part 5: Schemas), clauses 7, 8, 10
and 12; OGC 19-079r2 (Part 3: Filtering), clause 6 (queryables).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

from zymap.catalog import Catalog, Field, Layer, Source
from zymap.cql import GEOMETRY
from zymap.query import ID_FIELD, queryables, sortable_fields
from zymap_api.links import Link, link, url
from zymap_api.media import SCHEMA
from zymap_api.state import catalog_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SORTABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
CONFORMS_TO = (
    *(
        f"http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/{name}"
        for name in (
            "schemas",
            "advanced-property-roles",
            "returnables-and-receivables",
            "queryables",
            "sortables",
        )
    ),
    # The name that the class had in the drafts: QGIS asks for this one.
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
)
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "list": {"type": "array", "items": {"type": "string"}},
}
_GEOMETRIES = {
    "Point": "geometry-point-or-multipoint",
    "LineString": "geometry-linestring-or-multilinestring",
    "Polygon": "geometry-polygon-or-multipolygon",
}
_DARWIN_CORE = (
    "coordinateUncertaintyInMeters",
    "georeferenceSources",
    "georeferenceProtocol",
)

Json = dict[str, Any]


def property_schema(field: Field, catalog: Catalog) -> Json:
    """Return the schema of a field: type, titles, codes with their titles, unit, definition.

    A value that is not there is null in GeoJSON. As the standard has it, the schema is of the
    values: that a field may lack one shows in ``required``.
    """
    made: Json = {"title": f"{field.title_zh} / {field.title_en}", **_TYPES[field.type]}
    if field.enum is not None:
        codes = catalog.code_list(field.enum)
        made["enum"] = list(codes)
        made["oneOf"] = [
            {"const": code, "title": f"{title.zh} / {title.en}"} for code, title in codes.items()
        ]
    if field.unit is not None and field.type in ("integer", "number"):
        made["x-ogc-unit"] = field.unit
    if field.name in _DARWIN_CORE:
        made["x-ogc-definition"] = f"http://rs.tdwg.org/dwc/terms/{field.name}"
    return made


def geometry_schema(layer: Layer) -> Json:
    """Return the schema of a layer's geometry."""
    known = [_GEOMETRIES[name] for name in layer.geometry]
    return {
        "title": "几何 / Geometry",
        "format": known[0] if len(known) == 1 else "geometry-any",
        "x-ogc-role": "primary-geometry",
    }


def id_schema() -> Json:
    """Return the schema of a feature's id."""
    return {"title": "编号 / Id", "type": "string", "minLength": 1, "x-ogc-role": "id"}


def describe_schema(request: Request, layer: Layer) -> Json:
    """Return the schema of what the features of a layer return."""
    catalog = catalog_of(request)
    properties: Json = {ID_FIELD: {**id_schema(), "readOnly": True}}
    if layer.geometry:
        properties["geometry"] = geometry_schema(layer)
    for field in layer.fields:
        made = property_schema(field, catalog)
        if field.name == layer.temporal:
            made["x-ogc-role"] = "primary-instant"
        properties[field.name] = made
    required = [field.name for field in layer.fields if field.required]
    return _schema(request, layer, "schema", properties) | {"required": [ID_FIELD, *required]}


def describe_geojson(request: Request, layer: Layer) -> Json:
    """Return the schema of a layer's features as GeoJSON has them: fields below ``properties``.

    GDAL's OAPIF driver takes the fields' types from it. Without, it guesses them from the first
    page, and a number that is whole there is cut to whole numbers everywhere.
    """
    whole = describe_schema(request, layer)
    fields = whole["properties"]
    own, place = fields.pop(ID_FIELD), fields.pop("geometry", None)
    required = [name for name in whole["required"] if name != ID_FIELD]
    return {
        **whole,
        "$id": url(request, f"/collections/{layer.id}/geojson-schema"),
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            ID_FIELD: own,
            **({"geometry": place} if place else {}),
            "properties": {
                "type": "object",
                "properties": fields,
                "required": required,
                "additionalProperties": False,
            },
        },
        "required": ["type", ID_FIELD, "properties"],
        "additionalProperties": True,
    }


def describe_sortables(request: Request, layer: Layer) -> Json:
    """Return the schema of what the features of a layer can be sorted by."""
    catalog = catalog_of(request)
    fields: Iterable[Field] = sortable_fields(layer.fields)
    properties = {field.name: property_schema(field, catalog) for field in fields}
    return _schema(request, layer, "sortables", {ID_FIELD: id_schema(), **properties})


def describe_queryables(request: Request, layer: Layer) -> Json:
    """Return the schema of what a filter of a layer's features may name.

    Standard: OGC 19-079r2, /req/queryables/get-queryables-response.
    """
    catalog = catalog_of(request)
    known = {field.name: property_schema(field, catalog) for field in layer.fields}
    known |= {ID_FIELD: id_schema(), GEOMETRY: geometry_schema(layer)}
    if layer.temporal is not None:
        known[layer.temporal]["x-ogc-role"] = "primary-instant"
    names = queryables(catalog, (Source(layer.id),))
    return _schema(request, layer, "queryables", {name: known[name] for name in names})


def queryables_link(request: Request, layer: Layer) -> Link:
    """Return the link to what a filter of a layer's features may name."""
    href = url(request, f"/collections/{layer.id}/queryables")
    return link(href, QUERYABLES_REL, SCHEMA, "可查字段 / Queryables")


def _schema(request: Request, layer: Layer, name: str, properties: Json) -> Json:
    for number, made in enumerate(properties.values(), start=1):
        made["x-ogc-propertySeq"] = number
    return {
        "$schema": DIALECT,
        "$id": url(request, f"/collections/{layer.id}/{name}"),
        "title": f"{layer.title_zh} / {layer.title_en}",
        "description": f"{layer.description_zh}\n{layer.description_en}",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def schema_links(request: Request, layer: Layer) -> list[Link]:
    """Return the links from a collection to its schemas."""
    path = f"/collections/{layer.id}"
    return [
        link(url(request, f"{path}/schema"), SCHEMA_REL, SCHEMA, "字段 / Schema"),
        # Relations have no case (RFC 8288, 2.1), but GDAL knows this one in this spelling only.
        link(url(request, f"{path}/geojson-schema"), "describedBy", SCHEMA, "GeoJSON Schema"),
        queryables_link(request, layer),
        link(url(request, f"{path}/sortables"), SORTABLES_REL, SCHEMA, "可排序字段 / Sortables"),
    ]
