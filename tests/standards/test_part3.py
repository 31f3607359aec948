"""OGC 19-079r2 (OGC API - Features, Part 3: Filtering), annex A."""

from urllib.parse import urlsplit

import orjson
import pyproj
import pytest

SPEC = "http://www.opengis.net/spec"
REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "application/schema+json"
DIALECTS = {
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
}
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture
def queryables(api, collections):
    return {
        item["id"]: api.get(f"/collections/{item['id']}/queryables").json()["properties"]
        for item in collections
    }


def items(api, collection, **parameters):
    return api.get(f"/collections/{collection}/items", params={"limit": 10_000, **parameters})


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def boxes(collections):
    return {
        item["id"]: item["extent"]["spatial"]["bbox"][0]
        for item in collections
        if "spatial" in item["extent"]
    }


def box_filter(box):
    return f"S_INTERSECTS(geometry,BBOX({','.join(map(repr, box))}))"


@pytest.mark.parametrize("name", ["queryables", "filter", "features-filter"])
def test_get_conformance(api, name):
    """/conf/queryables/get-conformance, /conf/filter/…, /conf/features-filter/…"""
    declared = api.get("/conformance").json()["conformsTo"]
    assert f"{SPEC}/ogcapi-features-3/1.0/conf/{name}" in declared


def test_get_queryables(api, collections):
    """/conf/queryables/get-queryables."""
    for item in collections:
        path = f"/collections/{item['id']}/queryables"
        answer = api.get(path, headers={"Accept": SCHEMA})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == SCHEMA
        document = answer.json()
        assert document["$schema"] in DIALECTS
        assert urlsplit(document["$id"]).path == path
        assert document["type"] == "object"
        assert document["additionalProperties"] is False
        assert document["properties"]


def test_each_queryable_says_its_type(queryables):
    """/conf/basic-cql2/basic-test (OGC 21-065r2): a type, or the format of a geometry."""
    for properties in queryables.values():
        for name, schema in properties.items():
            if name == "geometry":
                assert schema["format"].startswith("geometry-")
                assert "type" not in schema
            else:
                assert schema["type"] in {"string", "number", "integer", "boolean", "array"}


def test_queryables_are_what_can_be_named(api, queryables):
    """/req/queryables/expression-construction: each of them, and nothing else."""
    for collection, properties in queryables.items():
        for name in properties:
            assert items(api, collection, filter=f'"{name}" IS NULL').status_code == 200
        schema = api.get(f"/collections/{collection}/schema").json()["properties"]
        for name in schema.keys() - properties.keys():
            assert items(api, collection, filter=f'"{name}" IS NULL').status_code == 400


def test_get_collection(api, collections):
    """/conf/queryables/get-collection: the collection links to its queryables."""
    for item in collections:
        alone = api.get(f"/collections/{item['id']}").json()
        (link,) = [link for link in alone["links"] if link["rel"] == REL]
        assert link["type"] == SCHEMA
        assert api.get(link["href"]).status_code == 200


def test_the_items_link_to_the_queryables(api, collections):
    """/rec/queryables/queryables-link: in the document and in the header."""
    for item in collections:
        answer = items(api, item["id"], limit=1)
        (link,) = [link for link in answer.json()["links"] if link["rel"] == REL]
        assert f'<{link["href"]}>; rel="{REL}"' in answer.headers["link"]


@pytest.mark.parametrize("language", [{}, {"filter-lang": "cql2-text"}])
def test_filter_param(api, queryables, language):
    """/conf/filter/filter-param, /conf/filter/filter-lang-default."""
    for collection, properties in queryables.items():
        every = items(api, collection).json()["features"]
        for name in properties.keys() - {"id", "geometry"}:
            expected = [item["id"] for item in every if item["properties"][name] is None]
            assert ids(items(api, collection, filter=f"{name} IS NULL", **language)) == expected
        broken = items(api, collection, filter="THIS IS NOT A FILTER", **language)
        assert broken.status_code == 400
        assert broken.json()["parameter"] == "filter"


def test_filter_lang_json(api, queryables):
    """/conf/filter/filter-param with cql2-json."""
    for collection in queryables:
        tree = {"op": "isNull", "args": [{"property": "name_en"}]}
        asked = {"filter": orjson.dumps(tree).decode(), "filter-lang": "cql2-json"}
        plain = items(api, collection, filter="name_en IS NULL")
        assert ids(items(api, collection, **asked)) == ids(plain)
        asked["filter-lang"] = "cql2-text"
        assert items(api, collection, **asked).status_code == 400


def test_an_unknown_language_is_named(api):
    answer = api.get("/works", params={"filter": "true", "filter-lang": "cql3"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter-lang")
    assert api.get("/works?filter-lang=cql3").status_code == 400


def test_expression_construction(api, collections):
    """/conf/filter/expression-construction."""
    for item in collections:
        answer = items(api, item["id"], filter="this_is_not_a_queryable IS NULL")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown-name")


def test_filter_crs_wgs84(api, collections):
    """/conf/filter/filter-crs-wgs84."""
    for collection, box in boxes(collections).items():
        located = ids(items(api, collection, located="true"))
        assert ids(items(api, collection, filter=box_filter(box))) == located
        far = [1000000.0, 1000000.0, 2000000.0, 2000000.0]
        assert items(api, collection, filter=box_filter(far)).status_code == 400


# The made-up district lies outside of the two Gauss-Krüger zones of Zhengzhou.
@pytest.mark.parametrize("code", [4326, 4490, 3857, 4547, 4526])
def test_filter_crs_param(bundled, code):
    """/conf/filter/filter-crs-param: with the authority's order of axes."""
    turn = pyproj.Transformer.from_crs("OGC:CRS84", code)
    for collection, box in boxes(bundled.get("/collections").json()["collections"]).items():
        # A box in another CRS has other sides: a little more than the extent, on each.
        west, south, east, north = box[0] - 0.01, box[1] - 0.01, box[2] + 0.01, box[3] + 0.01
        corners = [*turn.transform(west, south), *turn.transform(east, north)]
        asked = {"filter": box_filter(corners), "filter-crs": f"{EPSG}{code}"}
        located = ids(items(bundled, collection, located="true"))
        assert ids(items(bundled, collection, **asked)) == located


def test_filter_crs_that_is_not_offered(api):
    """/conf/filter/filter-crs-param, its last step."""
    crs = "http://www.opengis.net/def/crs/OGC/0/does_not_exist"
    asked = {"filter": "S_INTERSECTS(geometry,POINT(10 50))", "filter-crs": crs}
    answer = api.get("/works", params=asked)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter-crs")


def test_filter_crs_swaps_the_axes_of_4326(client):
    point = "S_INTERSECTS(geometry,POINT({} {}))"
    asked = {"filter": point.format(50.06, 10.31), "filter-crs": f"{EPSG}4326"}
    plain = {"filter": point.format(10.31, 50.06), "filter-crs": CRS84}
    assert ids(items(client, "works", **asked)) == ids(items(client, "works", **plain))
    assert "zy-hall" in ids(items(client, "works", **plain))


def test_mixing_expressions(api, collections):
    """/conf/filter/mixing-expression: filter and bbox join with AND."""
    for collection, box in boxes(collections).items():
        west, south, east, north = box
        located = ids(items(api, collection, located="true"))
        same = items(api, collection, filter=box_filter(box), bbox=",".join(map(repr, box)))
        assert ids(same) == located
        beside = ",".join(map(repr, [east + 1, south, east + 2, north]))
        assert ids(items(api, collection, filter=box_filter(box), bbox=beside)) == []
        assert west <= east


@pytest.mark.parametrize(
    "path",
    ["/works", "/collections/works/items", "/areas/east/projects", "/export?f=geojson",
     "/areas/east/export?f=geojson"],
)  # fmt: skip
def test_every_door_with_the_parameters_of_items_takes_a_filter(client, path):
    """/conf/features-filter/filter-on-items, and the doors beside it."""
    base = client.get(path)
    condition = {"filter": "status = 'implementation' AND located_nowhere IS NULL"}
    joint = "&" if "?" in path else "?"
    assert base.status_code == 200
    right = client.get(f"{path}{joint}filter=status%20%3D%20'implementation'")
    assert right.status_code == 200, right.text
    assert len(right.content) < len(base.content)
    assert client.get(path, params=condition).status_code == 400


def test_a_filter_narrows_facets_and_tiles(client):
    facets = client.get("/works/facets", params={"filter": "deadline < DATE('2021-07-01')"}).json()
    assert facets["numberMatched"] == 1
    tile = "/collections/works/tiles/WebMercatorQuad/5/10/16"
    whole, none = client.get(tile), client.get(tile, params={"filter": "false"})
    assert (whole.status_code, none.status_code) == (200, 204)
    some = client.get(tile, params={"filter": "open"})
    assert 0 < len(some.content) < len(whole.content)


def test_the_next_link_keeps_the_filter(client):
    asked = {"filter": "CASEI(status) = casei('Implementation')", "limit": 2, "sortby": "-name_zh"}
    whole = ids(client.get("/works", params={**asked, "limit": 100}))
    found, answer = [], client.get("/works", params=asked)
    while True:
        found += ids(answer)
        following = [link for link in answer.json()["links"] if link["rel"] == "next"]
        if not following:
            break
        answer = client.get(following[0]["href"])
    assert found == whole
    assert len(whole) > 4


def test_the_definition_lists_the_languages(api):
    listed = api.get("/api").json()["paths"]["/collections/areas/items"]["get"]
    by_name = {item["name"]: item["schema"] for item in listed["parameters"]}
    assert by_name["filter-lang"]["enum"] == ["cql2-text", "cql2-json", "cql-text"]
    assert by_name["filter-lang"]["default"] == "cql2-text"
    assert CRS84 in by_name["filter-crs"]["enum"]
