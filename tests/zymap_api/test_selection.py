"""properties and skipGeometry: a part of each feature."""

import pytest

ITEMS = "/collections/works/items"


def page(client, path=ITEMS, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_only_the_properties_asked_for_are_answered_in_their_order(client):
    whole = page(client)["features"]
    some = page(client, properties="status,name_zh")["features"]
    for one, other in zip(whole, some, strict=True):
        held = {name: one["properties"][name] for name in ("status", "name_zh")}
        assert list(other["properties"].items()) == list(held.items())
        assert {**one, "properties": held} == other


@pytest.mark.parametrize("flag", ["true", "false"])
def test_geometries_are_left_out_if_asked(client, flag):
    for one, other in zip(
        page(client)["features"], page(client, skipGeometry=flag)["features"], strict=True
    ):
        assert other == {**one, "geometry": None if flag == "true" else one["geometry"]}


def test_counts_and_pages_stay(client):
    whole, some = (
        page(client, limit=3),
        page(client, limit=3, properties="status", skipGeometry="true"),
    )
    for name in ("numberMatched", "numberReturned", "numberLocated"):
        assert whole[name] == some[name]
    (link,) = [link for link in some["links"] if link["rel"] == "next"]
    following = client.get(link["href"]).json()
    assert following["features"][0]["properties"].keys() == {"status"}
    assert following["features"][0]["geometry"] is None


def test_a_property_of_only_one_of_several_layers_can_be_asked_for(client):
    found = page(client, "/works", properties="role,spaces")["features"]
    assert {tuple(item["properties"]) for item in found} == {("role",), ("spaces",)}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("properties=nonsense", "properties"), ("properties=", "properties"),
     ("properties=status,,kind", "properties"), ("skipGeometry=yes", "skipGeometry"),
     ("skipgeometry=true", "skipgeometry"), ("f=gpkg&properties=status", "properties"),
     ("f=shp&skipGeometry=true", "skipGeometry")],
)  # fmt: skip
def test_what_cannot_be_is_a_400(client, query, parameter):
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_the_page_for_people_shows_a_part_too(client):
    answer = client.get(f"{ITEMS}?properties=status&f=html")
    assert answer.status_code == 200
    assert "服务大厅" not in answer.text


@pytest.mark.parametrize("text", ["--name_zh", "+-name_zh", "-", "+", ",", "name_zh,", " -status"])
def test_a_key_to_sort_by_has_one_sign_at_most(client, text):
    assert client.get(ITEMS, params={"sortby": text}).status_code == 400


def test_a_plus_sign_means_upwards(client):
    upwards = page(client, sortby="name_en")["features"]
    assert page(client, sortby="+name_en")["features"] == upwards
    assert client.get(f"{ITEMS}?sortby=+name_en").json()["features"] == upwards


def test_a_part_can_be_asked_for_in_another_crs(client):
    crs = "http://www.opengis.net/def/crs/EPSG/0/3857"
    whole = page(client, crs=crs)["features"]
    some = page(client, crs=crs, properties="status")["features"]
    assert [item["geometry"] for item in some] == [item["geometry"] for item in whole]
    none = page(client, crs=crs, skipGeometry="true")["features"]
    assert {item["geometry"] is None for item in none} == {True}
