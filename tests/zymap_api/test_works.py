"""The list of works as a whole, and the counts beside each choice of a filter."""

from __future__ import annotations

from itertools import pairwise

import pytest


def get(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_works_are_those_of_the_file_of_works(client):
    works = get(client, "/works?limit=1000&f=json")
    file = get(client, "/export?f=geojson")
    assert [f["id"] for f in works["features"]] == [f["id"] for f in file["features"]]


def test_the_works_page_to_the_end_in_the_order_asked_for(client):
    address, found = "/works?limit=3&sortby=deadline&f=json", []
    while address:
        page = get(client, address)
        found += page["features"]
        address = next((k["href"] for k in page["links"] if k["rel"] == "next"), None)
    assert len({f["id"] for f in found}) == page["numberMatched"] == len(found)
    dates = [f["properties"]["deadline"] or "9999" for f in found]
    assert all(one <= other for one, other in pairwise(dates))


def test_each_facet_adds_up_to_what_the_other_filters_leave(client):
    found = get(client, "/works/facets?status=implementation&as_of=2021-07-01&f=json")
    assert sum(found["facets"]["area"].values()) == found["numberMatched"]
    assert sum(found["facets"]["due"].values()) == found["numberMatched"]
    everything = get(client, "/works/facets?f=json")
    assert found["facets"]["status"] == everything["facets"]["status"]


@pytest.mark.parametrize("name", ["area", "kind", "status", "location_status", "due"])
def test_a_count_is_what_its_choice_would_leave(client, name):
    found = get(client, "/works/facets?as_of=2021-07-01&f=json")
    for value, number in found["facets"][name].items():
        left = get(client, f"/works?{name}={value}&as_of=2021-07-01&limit=1&f=json")
        assert left["numberMatched"] == number, (name, value)


def test_a_work_is_overdue_only_from_the_day_after(client):
    on_the_day = get(client, "/works?due=overdue&as_of=2021-06-30&f=json")
    the_day_after = get(client, "/works?due=overdue&as_of=2021-07-01&f=json")
    assert on_the_day["numberMatched"] == 0
    assert [f["id"] for f in the_day_after["features"]] == ["zy-bridge"]


def test_what_is_due_is_tagged_by_the_day_and_other_answers_are_not(client, monkeypatch):
    def tags():
        paths = ("/works?due=overdue&f=json", "/works/facets?f=json", "/works?f=json")
        return [client.get(path).headers["etag"] for path in paths]

    before = tags()
    monkeypatch.setattr("zymap_api.state.today", lambda: "2030-01-01")
    after = tags()
    assert before[:2] != after[:2]
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert before[2] == after[2]


def test_a_polygon_asks_what_is_in_it(client):
    found = get(client, "/works?polygon=10.28,50.04,10.34,50.04,10.28,50.1&f=json")
    assert [f["id"] for f in found["features"]] == ["zy-campus", "zy-hall"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("due=late", "due"),
        ("as_of=2021-7-1", "as_of"),
        ("polygon=10,50,11,50", "polygon"),
        ("polygon=10,50,11,50,11", "polygon"),
        ("polygon=10,50,11,50,x,51", "polygon"),
        ("polygon=10,50,11,50,200,51", "polygon"),
        ("polygon=10,50,11,51,11,50,10,51", "polygon"),
        ("polygon=10,50,11,50,12,50", "polygon"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(client, query, parameter):
    answer = client.get(f"/works?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_the_search_texts_find_every_feature_by_its_names(client):
    texts = get(client, "/search-texts?f=json")["texts"]
    assert "bridge" in texts["zy-bridge"]
    assert "khdq" in texts["zy-bridge"]
    assert "zy-goal-1" in texts


def test_a_target_asks_for_the_works_that_its_progress_counts(client):
    goals = {row["id"]: row["progress"] for row in get(client, "/targets?f=json")["targets"]}
    found = get(client, "/works?target=zy-goal-2&f=json")
    assert 0 < found["numberMatched"] == goals["zy-goal-2"]["listed"]
    assert found["numberLocated"] == goals["zy-goal-2"]["located"]
    unknown = client.get("/works?target=zy-nothing&f=json")
    assert (unknown.status_code, unknown.json()["parameter"]) == (400, "target")
    assert client.get("/collections/spots/items?target=zy-goal-2").status_code == 400


def test_the_deadlines_add_up_to_the_works_that_state_one(client):
    found = get(client, "/works/deadlines?f=json")
    for row in found["dated"]:
        asked = f"/works?due_after={row['deadline']}&due_before={row['deadline']}&f=json"
        assert get(client, asked)["numberMatched"] == row["count"]
    dates = [row["deadline"] for row in found["dated"]]
    assert dates == sorted(dates)
    works = get(client, "/works?limit=1000&f=json")["features"]
    stated = [f["properties"] for f in works]
    assert sum(row["count"] for row in found["dated"]) == sum(bool(p["deadline"]) for p in stated)
    words = [p for p in stated if p["deadline_text"] and not p["deadline"]]
    assert sum(row["count"] for row in found["worded"]) == len(words)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/works/facets?properties=name_zh", "properties"),
        ("/works/facets?skipGeometry=true", "skipGeometry"),
        ("/works/deadlines?properties=name_zh", "properties"),
        ("/targets?skipGeometry=true", "skipGeometry"),
        ("/targets?crs=EPSG:4547", "crs"),
        ("/targets?encoding=GBK", "encoding"),
    ],
)
def test_what_means_nothing_to_counts_and_targets_is_refused(client, path, name):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)
