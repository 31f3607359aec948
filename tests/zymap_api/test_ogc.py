"""OGC API - Features Part 1, as far as a test per rule tells; the black-box suites tell the rest."""

import datetime as dt

import pytest
from tests.testland import FEATURES

ITEMS = "/collections/works/items"


def json_of(client, path, **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def links(document, rel):
    return [link["href"] for link in document["links"] if link["rel"] == rel]


def test_the_landing_page_is_json_for_programs_and_the_map_for_browsers(client):
    assert client.get("/").headers["content-type"] == "application/json"
    browser = client.get("/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert browser.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-security-policy" in browser.headers


def test_every_link_of_the_landing_page_leads_to_what_it_says(client):
    for link in json_of(client, "/")["links"]:
        answer = client.get(link["href"], headers={"accept": link["type"]})
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0], link


def test_the_collections_are_those_of_the_catalogue_and_equal_their_own_documents(client):
    document = json_of(client, "/collections")
    listed = document["collections"]
    assert [item["id"] for item in listed] == list(FEATURES)
    for item in listed:
        # The pointer to the list around it is of use there alone (OGC 18-058r1, /conf/crs/crs-uri).
        assert item["crs"] == [document["crs"][0], "#/crs"]
        item["crs"] = document["crs"]
        alone = json_of(client, f"/collections/{item['id']}")
        assert {k: alone[k] for k in item if k != "links"} == {
            k: item[k] for k in item if k != "links"
        }
        assert all(link in alone["links"] for link in item["links"])


def test_pages_follow_the_next_link_to_the_last_feature(client):
    found, address = [], f"{ITEMS}?limit=3"
    while address:
        page = json_of(client, address)
        assert page["numberReturned"] == len(page["features"]) <= 3
        assert page["numberMatched"] == len(FEATURES["works"])
        found += [feature["id"] for feature in page["features"]]
        address = next(iter(links(page, "next")), None)
    assert found == [feature["id"] for feature in FEATURES["works"]]


def test_the_next_link_keeps_the_question(client):
    page = json_of(client, f"{ITEMS}?limit=1&status=implementation&sortby=-deadline")
    [address] = links(page, "next")
    assert "status=implementation" in address
    assert "sortby=-deadline" in address


def test_an_answer_tells_how_many_matched_are_located(client):
    page = json_of(client, f"{ITEMS}?bbox=10,50,10.4,50.2")
    unlocated = [f for f in page["features"] if f["geometry"] is None]
    assert page["numberMatched"] - page["numberLocated"] == len(unlocated) == 2
    page = json_of(client, f"{ITEMS}?bbox=10,50,10.4,50.2&located=true")
    assert page["numberMatched"] == page["numberLocated"]


def test_the_time_stamp_is_now(client):
    stamp = dt.datetime.fromisoformat(json_of(client, ITEMS)["timeStamp"])
    assert abs((dt.datetime.now(dt.UTC) - stamp).total_seconds()) < 60


def test_a_single_feature_equals_the_one_in_the_list(client):
    for listed in json_of(client, ITEMS)["features"]:
        alone = json_of(client, f"{ITEMS}/{listed['id']}")
        assert links(alone, "collection")
        assert {key: alone[key] for key in listed} == listed


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "Limit=1",
        "limit=0",
        "limit=-1",
        "limit=abc",
        "limit=1.5",
        "limit=",
        "limit=５",
        "limit=1&limit=2",
        "bbox=1,2,3",
        "datetime=abc",
        "datetime=2020-13-01T00:00:00Z",
        "datetime=2020-02-30",
        "datetime=2020-01-02/2020-01-01",
        "datetime=2020-01-01/2021-01-01/2022-01-01",
        "datetime=../..",
        "datetime=/",
        "due_before=2021-6-30",
        "located=yes",
        "area=nowhere",
        "within=nowhere",
        "within=other",
        "status=nonsense",
        "spaces=many",
        "spaces=1_0",
        "spaces=9223372036854775808",
        "spaces=-99999999999999999999999",
        "budget=nan",
        "budget=1e999",
        "budget=1_0.5",
        "open=1",
        "sortby=nonsense",
        "sortby=",
        "after=zy-nobody",
        "f=nonsense",
        "crs=EPSG:4547",
        "encoding=GBK",
        "description_zh=x",
        "q=%00",
        "q=%ff",
    ],
)
def test_what_cannot_be_asked_is_a_400_that_names_the_parameter(client, query):
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == 400
    assert body["code"]
    name = query.split("=")[0]
    assert name in body.get("parameter", "") or name in body["detail"] or "%ff" in query


@pytest.mark.parametrize(
    "path",
    ["/", "/conformance", "/collections", "/collections/works", "/areas", "/api", "/catalog"],
)
def test_an_unknown_parameter_is_a_400_on_every_document(client, path):
    assert client.get(f"{path}?nonsense=1").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/collections/nope",
        "/collections/nope/items",
        f"{ITEMS}/nope",
        "/areas/nope",
        "/areas/nope/projects",
        "/areas/other/summary",
        "/areas/nope/export",
        "/collections//items",
    ],
)
def test_what_is_not_there_is_a_404_problem(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_limit_above_the_maximum_is_clamped(client):
    assert client.get(f"{ITEMS}?limit=999999999999999999999999").status_code == 200


def test_a_method_that_is_not_offered_is_a_405_problem(client):
    answer = client.delete("/collections")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_acceptable_is_a_406(client):
    assert client.get(ITEMS, headers={"accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("accept", [";;;,,,q=", "", "*/*", "application/*", "text/x,*/*;q=0.1"])
def test_an_odd_accept_header_still_gets_geojson(client, accept):
    answer = client.get(ITEMS, headers={"accept": accept})
    assert answer.headers["content-type"] == "application/geo+json"


@pytest.mark.parametrize(
    "path",
    ["/conformance", "/collections", "/collections/works", ITEMS, f"{ITEMS}/zy-hall", "/areas",
     "/areas/east", "/areas/east/summary", "/areas/east/projects", "/targets", "/catalog"],
)  # fmt: skip
def test_every_resource_has_a_page_for_people(client, path):
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>" in answer.text
    assert "http://" not in answer.text.replace("http://127.0.0.1:8000", "").replace(
        "http://www.opengis.net", ""
    ).replace("http://example.invalid", "")


def test_an_entity_tag_saves_the_second_answer(client):
    for path in (ITEMS, "/collections", f"{ITEMS}/zy-hall", "/api"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        other = client.get(path, headers={"if-none-match": 'W/"something-else"'})
        assert other.status_code == 200


def test_representations_have_different_tags(client):
    tags = {
        client.get(ITEMS, headers={"accept": accept}).headers["etag"]
        for accept in ("application/geo+json", "text/html")
    }
    assert len(tags) == 2


def test_a_head_request_has_the_headers_and_no_body(client):
    answer = client.head(ITEMS)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-type"] == "application/geo+json"


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_answers_are_compressed_as_the_client_accepts(client, coding):
    answer = client.get(ITEMS, headers={"accept-encoding": coding})
    assert answer.headers["content-encoding"] == coding
    assert "accept-encoding" in answer.headers["vary"].lower()


def test_other_origins_may_read_and_see_the_headers_that_matter(client):
    answer = client.get(ITEMS, headers={"origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "link" in answer.headers["access-control-expose-headers"].lower()


def test_a_made_up_host_does_not_reach_an_answer(client):
    for headers in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}):
        assert "evil.example" not in client.get("/collections", headers=headers).text


def test_a_host_that_names_this_machine_is_used_in_links(client):
    page = json_of(client, "/collections", host="192.0.2.7:9000")
    assert links(page, "self") == ["http://192.0.2.7:9000/collections"]


def test_the_definition_is_openapi_3_0_and_lists_every_door(client):
    answer = client.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"].startswith("3.0")
    assert {f"/collections/{layer}/items" for layer in FEATURES} <= set(document["paths"])
    assert {"/areas/{areaId}/projects", "/areas/{areaId}/export", "/targets"} <= set(
        document["paths"]
    )
    items = document["paths"][ITEMS]["get"]
    assert {"bbox", "limit", "area", "status", "spaces"} <= {p["name"] for p in items["parameters"]}
    assert "422" not in items["responses"]


def test_every_answer_says_that_its_type_is_not_to_be_guessed(client):
    for path in ("/", ITEMS, "/nope", "/healthz"):
        assert client.get(path).headers["x-content-type-options"] == "nosniff"
