"""The district's own doors."""

from tests.testland import FEATURES, HOSTILE


def works_of(area):
    return {
        feature["id"]
        for layer in ("works", "lanes")
        for feature in FEATURES[layer]
        if feature["properties"]["area_id"] == area
        and feature["properties"].get("role") != "existing"
    }


def test_the_areas_are_those_that_have_a_boundary(client):
    found = client.get("/areas").json()["areas"]
    assert [area["id"] for area in found] == ["east", "west"]
    assert found[1]["boundary_status"] == "inferred"
    assert found[0]["bbox"] == [10.2, 50.0, 10.4, 50.2]


def test_the_projects_of_an_area_are_its_works_of_every_layer(client):
    for area in ("east", "west"):
        page = client.get(f"/areas/{area}/projects").json()
        assert {feature["id"] for feature in page["features"]} == works_of(area)
        assert page["numberMatched"] == len(works_of(area))


def test_the_projects_of_an_area_take_the_parameters_of_items(client):
    page = client.get("/areas/east/projects?located=false&sortby=-id&limit=1").json()
    assert page["numberMatched"] == 2
    assert page["numberLocated"] == 0
    assert page["features"][0]["id"] == "zy-library"
    assert client.get("/areas/east/projects?nonsense=1").status_code == 400
    # Only what all of its layers have can be asked of it.
    assert client.get("/areas/east/projects?spaces=120").status_code == 400


def test_the_pages_of_an_area_walk_over_its_layers(client):
    found, address = [], "/areas/east/projects?limit=1"
    while address:
        page = client.get(address).json()
        found += [feature["id"] for feature in page["features"]]
        address = next((x["href"] for x in page["links"] if x["rel"] == "next"), None)
    assert len(found) == len(set(found))
    assert set(found) == works_of("east")


def test_the_summary_adds_up(client):
    summary = client.get("/areas/east/summary").json()
    total = len(works_of("east"))
    assert summary["numberMatched"] == total
    for name in ("by_kind", "by_status", "by_location_status"):
        assert sum(summary[name].values()) == total
    assert [row["id"] for row in summary["deadlines"]] == ["zy-hall"]


def test_a_target_shows_what_is_listed_located_and_done(client):
    answer = client.get("/targets").json()
    targets = {target["id"]: target for target in answer["targets"]}
    assert answer["numberMatched"] == len(FEATURES["goals"])
    expected = [
        f for f in FEATURES["works"]
        if f["properties"].get("status") in ("implementation", "maintenance")
    ]  # fmt: skip
    assert targets["zy-goal-2"]["progress"] == {
        "listed": len(expected),
        "located": len([f for f in expected if f["geometry"]]),
        "done": 1,
    }
    assert targets["zy-goal-3"]["progress"] is None


def test_candidates_never_count_towards_a_target(client):
    targets = {target["id"]: target for target in client.get("/targets").json()["targets"]}
    assert targets["zy-goal-1"]["progress"] == {"listed": 0, "located": 0, "done": 0}


def test_targets_that_overlap_say_so_and_no_sum_is_offered(client):
    answer = client.get("/targets").json()
    assert "不可相加" in answer["note"]
    targets = {target["id"]: target for target in answer["targets"]}
    assert targets["zy-goal-2"]["overlaps_with"] == ["zy-goal-3"]
    assert not any("sum" in key or "total" in key for key in answer)


def test_targets_are_asked_like_items(client):
    answer = client.get("/targets?due_before=2021-12-31").json()
    assert [target["id"] for target in answer["targets"]] == ["zy-goal-1"]


def test_the_catalogue_counts_each_layer_and_names_each_code(client):
    document = client.get("/catalog").json()
    counts = {layer["id"]: layer["counts"] for layer in document["layers"]}
    for layer, features in FEATURES.items():
        located = [feature for feature in features if feature["geometry"]]
        assert counts[layer] == {"matched": len(features), "located": len(located)}
    assert document["code_lists"]["areas"]["east"]["zh"] == "东片区"
    assert document["code_lists"]["status"]["implementation"]["en"] == "Implementation"


def test_hostile_text_is_text_on_every_page(client):
    for path in (
        "/collections/works/items?f=html",
        *(f"/collections/works/items/zy-x-hostile-{n}?f=html" for n in range(len(HOSTILE))),
    ):
        page = client.get(path).text
        assert "<img" not in page
        assert 'href="javascript:' not in page
    page = client.get("/collections/works/items?f=html").text
    assert "&lt;img src=x onerror=" in page
    assert "{{7*7}}" in page


def test_hostile_parameters_are_not_markup_in_a_problem(client):
    answer = client.get("/areas?<script>alert(1)</script>=1", headers={"accept": "text/html"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text


def test_a_file_of_an_area_leaves_out_the_layers_that_cannot_match(client):
    import io
    import zipfile

    answer = client.get("/areas/east/export?status=preparation")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "works_polygon.shp" in names
    assert "goals.csv" not in names
    assert client.get("/areas/east/export?nonsense=1").status_code == 400


def test_a_download_has_a_chinese_and_an_ascii_name(client):
    answer = client.get("/areas/east/export?f=gpkg&crs=EPSG:4547")
    assert answer.status_code == 200
    disposition = answer.headers["content-disposition"]
    assert disposition.isascii()
    assert "filename*=UTF-8''%E6%B5%8B%E8%AF%95%E5%8C%BA" in disposition
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"


def test_what_gbk_lacks_is_refused_by_name_and_nothing_is_sent(client):
    answer = client.get("/collections/works/items?f=shp&encoding=GBK")
    assert answer.status_code == 400
    assert answer.json()["code"] == "not-representable"
    assert "U+202E" in answer.json()["detail"]
