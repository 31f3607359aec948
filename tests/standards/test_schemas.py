"""OGC 23-058r2 (OGC API - Common, Part 3 / Features, Part 5: Schemas), annex A."""

import jsonschema
import pytest
from jsonschema.validators import validator_for

SPEC = "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
SCHEMA = "application/schema+json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
GEOMETRY_TYPES = {
    "geometry-point-or-multipoint": {"Point", "MultiPoint"},
    "geometry-linestring-or-multilinestring": {"LineString", "MultiLineString"},
    "geometry-polygon-or-multipolygon": {"Polygon", "MultiPolygon"},
    "geometry-any": {"Point", "LineString", "Polygon", "MultiPoint"},
}
KEYWORDS = {
    "$schema", "$id", "title", "description", "type", "format", "properties", "required", "enum",
    "oneOf", "const", "items", "minLength", "readOnly", "additionalProperties",
}  # fmt: skip


def linked(api, collection, name):
    (link,) = [link for link in collection["links"] if link["rel"] == f"{REL}/{name}"]
    answer = api.get(link["href"], headers={"Accept": SCHEMA})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == link["type"] == SCHEMA
    return link["href"], answer.json()


@pytest.fixture(params=["schema", "sortables", "queryables"])
def schemas(request, api, collections):
    return [linked(api, collection, request.param)[1] for collection in collections]


@pytest.fixture
def returnables(api, collections):
    return {item["id"]: linked(api, item, "schema")[1] for item in collections}


def with_role(schema, *roles):
    return [made for made in schema["properties"].values() if made.get("x-ogc-role") in roles]


@pytest.mark.parametrize("name", ["returnables-and-receivables", "sortables", "queryables"])
def test_get_conformance(api, name):
    """/conf/returnables-and-receivables/get-conformance, /conf/sortables/get-conformance."""
    declared = api.get("/conformance").json()["conformsTo"]
    assert {f"{SPEC}/schemas", f"{SPEC}/{name}", f"{SPEC}/advanced-property-roles"} <= set(declared)


@pytest.mark.parametrize("name", ["schema", "sortables", "queryables"])
def test_link(api, collections, name):
    """/conf/returnables-and-receivables/link and op-and-response, /conf/sortables/link."""
    for collection in collections:
        href, schema = linked(api, collection, name)
        assert href == f"http://127.0.0.1:8000/collections/{collection['id']}/{name}"
        assert schema["$id"] == href


def test_basic_schema_inspection(api, schemas):
    """/conf/schemas/basic-schema-inspection."""
    for schema in schemas:
        assert schema["$schema"] == DIALECT
        assert "?" not in schema["$id"]
        answer = api.get(schema["$id"], headers={"Accept": SCHEMA})
        assert answer.headers["content-type"] == SCHEMA
        assert schema["type"] == "object"
        validator_for(schema).check_schema(schema)
        for made in schema["properties"].values():
            spatial = "type" not in made and made["format"].startswith("geometry-")
            assert "type" in made or (spatial and "$ref" not in made)
            assert made["title"]


def test_additional_keywords_begin_with_x_ogc(schemas):
    """/req/schemas/additional-keywords, /rec/schemas/properties T."""
    for schema in schemas:
        for made in (schema, *schema["properties"].values()):
            assert {key for key in made if not key.startswith("x-ogc-")} <= KEYWORDS


def test_role(schemas):
    """/conf/schemas/role."""
    for schema in schemas:
        roles = {made.get("x-ogc-role", "id") for made in schema["properties"].values()}
        assert roles <= {"id", "primary-geometry", "primary-instant"}


def test_role_id(schemas):
    """/conf/schemas/role-id."""
    for schema in schemas:
        (made,) = with_role(schema, "id")
        assert made["type"] == "string"


def test_property_seq(schemas):
    """/conf/schemas/property-seq, and each number once (recommendation property-seq-unique)."""
    for schema in schemas:
        numbers = [made["x-ogc-propertySeq"] for made in schema["properties"].values()]
        assert numbers == list(range(1, len(numbers) + 1))


def test_unit(returnables):
    """/conf/schemas/unit: UCUM, of numbers only."""
    for schema in returnables.values():
        for made in schema["properties"].values():
            if "x-ogc-unit" in made:
                assert made["type"] in ("number", "integer")
                assert made["x-ogc-unit"] == "m"


def test_a_length_has_its_unit(bundled):
    made = bundled.get("/collections/projects/schema").json()["properties"]
    assert made["coordinateUncertaintyInMeters"]["x-ogc-unit"] == "m"


def test_definition(returnables):
    """/conf/schemas/definition."""
    for schema in returnables.values():
        for name, made in schema["properties"].items():
            assert made.get("x-ogc-definition", "").endswith(name) or (
                "x-ogc-definition" not in made
            )
    made = returnables[next(iter(returnables))]["properties"]["georeferenceProtocol"]
    assert made["x-ogc-definition"] == "http://rs.tdwg.org/dwc/terms/georeferenceProtocol"


def test_role_primary_geometry(returnables, collections):
    """/conf/advanced-property-roles/role-primary-geometry."""
    for collection in collections:
        schema = returnables[collection["id"]]
        spatial = [m for m in schema["properties"].values() if "geometry-" in m.get("format", "")]
        assert with_role(schema, "primary-geometry") == spatial
        # A table has none; each other layer one.
        assert len(spatial) == (collection["id"] not in ("targets", "goals"))


def test_role_primary_temporal(returnables):
    """/conf/advanced-property-roles/role-primary-temporal."""
    for schema in returnables.values():
        found = with_role(schema, "primary-instant")
        assert len(found) <= 1
        assert all(made["format"] == "date" for made in found)


def test_the_primary_instant_is_what_datetime_asks(client):
    works = client.get("/collections/works/schema").json()["properties"]
    assert works["deadline"]["x-ogc-role"] == "primary-instant"
    assert (
        "x-ogc-role" not in client.get("/collections/spots/schema").json()["properties"]["deadline"]
    )


def test_response_1(api, returnables):
    """/conf/returnables-and-receivables/response-1: the features are valid by the schema."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    seen = 0
    for name, schema in returnables.items():
        validator = jsonschema.Draft202012Validator(schema, format_checker=checker)
        for feature in api.get(f"/collections/{name}/items?limit=10000").json()["features"]:
            given = {key: item for key, item in feature["properties"].items() if item is not None}
            geometry = feature["geometry"]
            if geometry is not None:
                expected = GEOMETRY_TYPES[schema["properties"]["geometry"]["format"]]
                assert geometry["type"] in expected
            validator.validate({"id": feature["id"], **given})
            assert set(feature["properties"]) <= set(schema["properties"])
            seen += 1
    assert seen > 10


def test_a_feature_that_breaks_the_schema_is_found(client):
    schema = client.get("/collections/works/schema").json()
    feature = client.get("/collections/works/items/zy-hall").json()
    given = {key: item for key, item in feature["properties"].items() if item is not None}
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    for wrong in (
        {"status": "castle"},
        {"deadline": "soon"},
        {"spaces": 1.5},
        {"open": "yes"},
        {"fact_ids": [1]},
        {"colour": "red"},
    ):
        assert not validator.is_valid({"id": "zy-hall", **given, **wrong}), wrong
    assert not validator.is_valid(given)


def test_codes_have_titles_in_both_languages(client):
    made = client.get("/collections/works/schema").json()["properties"]["kind"]
    assert made["enum"] == [code["const"] for code in made["oneOf"]]
    assert {"const": "road", "title": "道路 / Road"} in made["oneOf"]


def test_sortables_op_and_response(api, collections):
    """/conf/sortables/op-and-response: no array, no object, no geometry."""
    for collection in collections:
        _, schema = linked(api, collection, "sortables")
        assert schema["additionalProperties"] is False
        for made in schema["properties"].values():
            assert made["type"] not in ("array", "object")


def test_everything_sortable_sorts_and_nothing_else(client):
    """/req/sortables/response E: what is not declared is a 400."""
    declared = set(client.get("/collections/works/sortables").json()["properties"])
    returned = set(client.get("/collections/works/schema").json()["properties"])
    for name in returned | {"colour"}:
        answer = client.get(f"/collections/works/items?sortby=-{name}")
        assert answer.status_code == (200 if name in declared else 400), name
    assert returned - declared == {"geometry", "fact_ids"}


def test_a_schema_has_one_form(client):
    assert client.get("/collections/works/schema?f=html").status_code == 400
    assert client.get("/collections/castle/schema").status_code == 404
    tag = client.get("/collections/works/schema").headers["etag"]
    again = client.get("/collections/works/schema", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_the_geojson_schema_holds_the_features_as_they_are_answered(api, collections):
    """Not of the standard: what GDAL reads. Each field as in the schema, below properties."""
    for collection in collections:
        (link,) = [item for item in collection["links"] if item["rel"] == "describedBy"]
        whole = api.get(link["href"]).json()
        assert whole["$id"] == link["href"]
        validator_for(whole).check_schema(whole)
        _, logical = linked(api, collection, "schema")
        fields = whole["properties"]["properties"]["properties"]
        assert set(fields) | {"id", "geometry"} >= set(logical["properties"])
        for name, made in fields.items():
            assert made == logical["properties"][name]
        feature = api.get(f"/collections/{collection['id']}/items?limit=1").json()["features"][0]
        assert set(feature["properties"]) <= set(fields)
        feature["properties"] = {k: v for k, v in feature["properties"].items() if v is not None}
        jsonschema.Draft202012Validator(whole).validate(feature)
