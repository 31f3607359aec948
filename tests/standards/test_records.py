"""OGC 20-004r1 (OGC API - Records, Part 1: Core), annex A: the abstract tests of what is claimed."""

import jsonschema
import pytest

SPEC = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"
CATALOG_REL = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
CATALOG_TYPE = "application/ogc-catalog+json"
GEOJSON = "application/geo+json"
TEXT = {"type": "string", "minLength": 1}
LINK = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {
        "href": {"type": "string", "format": "uri"},
        "rel": TEXT,
        "type": TEXT,
        "title": TEXT,
    },
}
LANGUAGE = {"type": "object", "required": ["code"], "properties": {"code": TEXT, "name": TEXT}}
COMMON = {
    "title": TEXT,
    "description": TEXT,
    "keywords": {"type": "array", "items": TEXT, "uniqueItems": True},
    "updated": {"type": "string", "format": "date-time"},
    "language": LANGUAGE,
    "languages": {"type": "array", "items": LANGUAGE},
    "resourceLanguages": {"type": "array", "items": LANGUAGE},
    "license": TEXT,
    "rights": TEXT,
    "contacts": {
        "type": "array",
        "items": {
            "type": "object",
            "anyOf": [{"required": ["name"]}, {"required": ["organization"]}],
            "properties": {"roles": {"type": "array", "minItems": 1, "items": TEXT}},
        },
    },
    "themes": {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["concepts", "scheme"],
            "properties": {
                "scheme": {"type": "string", "format": "uri"},
                "concepts": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "object", "required": ["id"]},
                },
            },
        },
    },
    "formats": {
        "type": "array",
        "items": {
            "type": "object",
            "anyOf": [{"required": ["name"]}, {"required": ["mediaType"]}],
            "properties": {"name": TEXT, "mediaType": TEXT},
        },
    },
}
# Tables of clause 7.2: the mandatory members, and the form of the others.
RECORD = {
    "type": "object",
    "required": ["id", "type", "geometry", "properties", "links"],
    "properties": {
        "id": TEXT,
        "type": {"const": "Feature"},
        "time": {
            "type": ["object", "null"],
            "properties": {
                "interval": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "items": {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d|\.\.)$"},
                }
            },
        },
        "geometry": {"type": ["object", "null"], "required": ["type", "coordinates"]},
        "properties": {
            "type": "object",
            "required": ["type", "title"],
            "properties": {"type": {"const": "dataset"}, **COMMON},
        },
        "links": {"type": "array", "items": LINK},
    },
}
CATALOG = {
    "type": "object",
    "required": ["id", "type", "itemType", "links"],
    "properties": {
        "id": TEXT,
        "type": {"const": "Collection"},
        "itemType": {"const": "record"},
        "links": {"type": "array", "items": LINK},
        **COMMON,
    },
}


def check(document, schema):
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(document)


def links(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


@pytest.fixture
def catalog(api):
    answer = api.get("/records")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def records(api, catalog):
    found = []
    for link in links(catalog, "item"):
        answer = api.get(link["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == link["type"] == GEOJSON
        found.append(answer.json())
    return found


@pytest.mark.parametrize(
    "name",
    ["record-core", "record-collection", "json", "html", "autodiscovery", "crawlable-catalog"],
)
def test_conf_crawlable_catalog_conformance(api, catalog, name):
    """/conf/crawlable-catalog/conformance, /conf/json/conformance, /conf/html/conformance.

    The catalogue itself says so: it could lie anywhere. What the API as a whole declares would
    promise a searchable one.
    """
    assert f"{SPEC}/{name}" in catalog["conformsTo"]
    assert not any("ogcapi-records" in uri for uri in api.get("/conformance").json()["conformsTo"])


def test_conf_autodiscovery_links(api):
    """/conf/autodiscovery/links: the landing page links the catalogue."""
    (link,) = links(api.get("/?f=json").json(), CATALOG_REL)
    answer = api.get(link["href"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == link["type"] == CATALOG_TYPE


def test_conf_record_collection_mandatory_properties(catalog):
    """/conf/record-collection/mandatory-properties-collection, …/itemType."""
    check(catalog, CATALOG)


def test_conf_record_collection_links(catalog):
    """/conf/record-collection/links: self, and alternate for every other form."""
    (own,), (other,) = links(catalog, "self"), links(catalog, "alternate")
    assert own["type"] == CATALOG_TYPE
    assert other["type"] == "text/html"


def test_conf_crawlable_catalog_record(api, records):
    """/conf/crawlable-catalog/record, …/record-location: a record for each resource."""
    collections = api.get("/collections").json()["collections"]
    assert [record["id"] for record in records] == [item["id"] for item in collections]


def test_conf_record_core_mandatory_properties_record(records):
    """/conf/record-core/mandatory-properties-record, /conf/json/record-content."""
    for record in records:
        check(record, RECORD)


def test_conf_record_core_links(api, records):
    """/conf/record-core/links: exactly one link leads to the catalogue."""
    for record in records:
        (link,) = links(record, "collection")
        check(api.get(link["href"]).json(), CATALOG)


def test_conf_record_core_license(records):
    """/conf/record-core/license: an SPDX identifier, or "other" with a link."""
    seen = {record["properties"]["license"] for record in records}
    assert seen <= {"CC-BY-4.0", "CC0-1.0", "other"}
    for record in records:
        assert len(links(record, "license")) == 1


def test_conf_record_core_contact(records):
    """/conf/record-core/contact."""
    for record in records:
        assert record["properties"]["contacts"][0]["roles"] == ["publisher"]


def test_conf_html_content(api, records):
    """/conf/html/content, /conf/html/definition: each record is a page as well."""
    for record in records:
        answer = api.get(links(record, "alternate")[0]["href"])
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        page = answer.text
        known = record["properties"]
        assert str(known["itemCount"]) in page
        for name in ("revision", "uncertainty"):
            assert known[name] in page
    assert (
        "text/html" in api.get("/records", headers={"Accept": "text/html"}).headers["content-type"]
    )


def test_every_collection_links_its_record_and_the_record_links_back(api, records):
    for record in records:
        (described,) = links(record, "describes")
        collection = api.get(described["href"]).json()
        hrefs = {link["type"]: link["href"] for link in links(collection, "describedby")}
        assert hrefs[GEOJSON] == links(record, "self")[0]["href"]
        assert api.get(hrefs["text/html"]).status_code == 200


def test_every_link_to_this_server_leads_somewhere(api, records):
    for record in records:
        for link in record["links"]:
            if link["href"].startswith("http://127.0.0.1:8000/"):
                assert api.head(link["href"]).status_code == 200, link


def test_a_record_counts_what_the_items_count(api, records):
    for record in records:
        page = api.get(f"/collections/{record['id']}/items?limit=1").json()
        known = record["properties"]
        assert known["itemCount"] == page["numberMatched"]
        assert known["itemLocatedCount"] == page["numberLocated"]


def test_a_record_lies_where_its_features_lie(client):
    works = client.get("/records/works").json()
    assert works["geometry"]["type"] == "Polygon"
    ring = works["geometry"]["coordinates"][0]
    assert [min(x for x, _ in ring), max(x for x, _ in ring)] == [10.05, 10.32]
    # One point has no area, and a table no place.
    assert client.get("/records/spots").json()["geometry"]["type"] == "Point"
    assert client.get("/records/goals").json()["geometry"] is None
    assert client.get("/records/spots").json()["time"] is None


def test_the_uncertainty_is_counted_from_the_features(bundled):
    text = bundled.get("/records/projects").json()["properties"]["uncertainty"]
    features = bundled.get("/collections/projects/items?limit=1000").json()["features"]
    radii = [f["properties"]["coordinateUncertaintyInMeters"] for f in features if f["geometry"]]
    assert f"within {min(radii)} to {max(radii)} m" in text
    unlocated = sum(f["geometry"] is None for f in features)
    assert f"待落图 {unlocated}" in text


def test_a_licence_with_terms_of_its_own_is_other_and_its_page_prints_them(bundled):
    record = bundled.get("/records/district").json()
    assert record["properties"]["license"] == "other"
    assert "GS(2024)0650" in record["properties"]["rights"]
    (link,) = links(record, "license")
    assert "GS(2024)0650" in bundled.get(link["href"]).text


def test_the_revision_and_its_date_are_in_every_record(api, records, catalog):
    revision = api.get("/readyz").json()["revision"]
    for document in (catalog, *(record["properties"] for record in records)):
        assert document["revision"] == revision
        assert document["updated"].endswith("T00:00:00Z")


def test_the_publisher_of_a_hostile_dataset_is_text(client):
    assert "Testland &lt;b&gt;office&lt;/b&gt;" in client.get("/records/works?f=html").text


def test_what_is_not_there_is_404_and_what_is_not_known_400(client):
    assert client.get("/records/castle").status_code == 404
    assert client.get("/records?q=x").status_code == 400
    assert client.get("/records/works?f=xml").status_code == 400
