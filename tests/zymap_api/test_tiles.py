"""Vector tiles over HTTP: doors, statuses, filters, caches."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from tests.testland import FEATURES

MVT = "application/vnd.mapbox-vector-tile"
# The made-up district lies in this tile (tileMatrix/tileRow/tileCol), and nothing in the other.
HERE = "/collections/works/tiles/WebMercatorQuad/6/21/33"
NOWHERE = "/collections/works/tiles/WebMercatorQuad/6/0/0"
TEMPLATE = "{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"


def features(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MVT
    return mapbox_vector_tile.decode(answer.content)["works"]["features"]


def ids(answer):
    return {feature["properties"]["id"] for feature in features(answer)}


def test_a_tile_holds_the_located_features_and_no_other(client):
    located = {f["id"] for f in FEATURES["works"] if f["geometry"] is not None}
    answer = client.get(HERE)
    assert ids(answer) == located
    assert answer.headers["x-zymap-left-out"] == "0"


def test_the_row_comes_before_the_column(client):
    assert client.get("/collections/works/tiles/WebMercatorQuad/6/33/21").status_code == 204


def test_hostile_names_come_as_they_are(client):
    names = {f["properties"]["name_zh"] for f in FEATURES["works"] if f["geometry"] is not None}
    assert {feature["properties"]["name_zh"] for feature in features(client.get(HERE))} == names


@pytest.mark.parametrize(
    "filters",
    ["status=implementation", "area=west", "within=east", "q=bridge", "kind=road,project"],
)
def test_a_tile_takes_the_filters_of_the_list(client, filters):
    listed = client.get(f"/collections/works/items?{filters}&located=true&limit=1000&f=json").json()
    expected = {feature["id"] for feature in listed["features"]}
    assert expected
    assert ids(client.get(f"{HERE}?{filters}")) == expected


def test_a_tile_without_features_is_a_204_without_a_body(client):
    for path in (NOWHERE, f"{HERE}?located=false"):
        answer = client.get(path)
        assert answer.status_code == 204
        assert answer.content == b""
        assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/collections/works/tiles/WebMercatorQuad/6/64/0",
        "/collections/works/tiles/WebMercatorQuad/6/0/64",
        "/collections/works/tiles/WebMercatorQuad/25/0/0",
        "/collections/works/tiles/WebMercatorQuad/-1/0/0",
        "/collections/works/tiles/WebMercatorQuad/6/x/0",
        "/collections/works/tiles/WebMercatorQuad/6/1.0/0",
        "/collections/works/tiles/WebMercatorQuad/6/٣/0",
        f"/collections/works/tiles/WebMercatorQuad/6/{'9' * 5000}/0",
        "/collections/works/tiles/WorldCRS84Quad/5/32/0",
        "/collections/works/tiles/CGCS2000Quad/0/0/0",
        "/collections/works/tiles/NoSuchQuad/6/0/0",
        "/collections/works/tiles/NoSuchQuad",
        "/tiles/NoSuchQuad",
        "/tiles/WebMercatorQuad/6/0/64",
        "/tileMatrixSets/NoSuchQuad",
        "/collections/goals/tiles/WebMercatorQuad/6/0/0",
        "/collections/nowhere/tiles/WebMercatorQuad/6/0/0",
        "/collections/goals/tiles",
        "/collections/nowhere/tiles",
        "/collections/goals/tiles/WebMercatorQuad",
    ],
)
def test_what_has_no_tile_is_not_found(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    [
        "limit=5",
        "after=zy-hall",
        "sortby=id",
        "crs=EPSG:4547",
        "f=json",
        "colour=red",
        "status=odd",
    ],
)
def test_what_a_tile_cannot_be_asked_is_a_400(client, query):
    answer = client.get(f"{HERE}?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.split("=")[0]


def test_who_takes_no_tiles_gets_none(client):
    assert client.get(HERE, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(HERE, headers={"Accept": MVT}).status_code == 200
    assert client.get(f"{HERE}?f=mvt", headers={"Accept": "text/html"}).status_code == 200


def test_a_tile_that_did_not_change_is_not_sent_again(client):
    first = client.get(HERE)
    again = client.get(HERE, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_same_question_is_answered_from_memory_however_it_is_written(client):
    cache = client.app.state.vector_tiles
    client.get(f"{HERE}?area=west&kind=road")
    kept = len(cache._tiles)
    answer = client.get(f"{HERE}?kind=road&area=west&f=mvt")
    assert answer.status_code in (200, 204)
    assert len(cache._tiles) == kept


def test_head_tells_what_get_would(client):
    got, head = client.get(HERE), client.head(HERE)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]


def test_the_links_lead_from_the_collection_to_a_tile(client):
    def follow(links, rel):
        found = next(item for item in links if item["rel"].endswith(rel))
        return found["href"].removeprefix("http://127.0.0.1:8000")

    collection = client.get("/collections/works?f=json").json()
    tilesets = client.get(follow(collection["links"], "/tilesets-vector")).json()
    item = next(s for s in tilesets["tilesets"] if "WebMercatorQuad" in s["tileMatrixSetURI"])
    tileset = client.get(follow(item["links"], "self")).json()
    assert item["dataType"] == tileset["dataType"] == "vector"
    assert tileset["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    template = follow(tileset["links"], "item")
    for name, value in (("tileMatrix", 6), ("tileRow", 21), ("tileCol", 33)):
        template = template.replace(f"{{{name}}}", str(value))
    assert ids(client.get(template)) == ids(client.get(HERE))
    assert tileset["layers"][0]["id"] == "works"
    declared = set(tileset["layers"][0]["propertiesSchema"]["properties"])
    assert set().union(*(f["properties"] for f in features(client.get(HERE)))) <= declared


def test_a_collection_without_geometries_links_no_tiles(client):
    links = client.get("/collections/goals?f=json").json()["links"]
    assert not any("tiles" in item["href"] for item in links)


def test_the_definition_lists_the_tiles_and_their_filters(client):
    paths = client.get("/api?f=json").json()["paths"]
    tile = paths[f"/collections/works/tiles/{TEMPLATE}"]["get"]
    names = {item["name"] for item in tile["parameters"]}
    assert {"tileMatrix", "tileRow", "tileCol", "area", "status", "f"} <= names
    assert not {"limit", "after", "sortby", "crs"} & names
    assert MVT in tile["responses"]["200"]["content"]
    assert "204" in tile["responses"]
    assert "/collections/goals/tiles" not in paths
