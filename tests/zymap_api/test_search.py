"""Posted searches: the answer of the GET, asked in a body."""

import json
from urllib.parse import urlencode

import pytest

FORM = {"content-type": "application/x-www-form-urlencoded"}
TREE = {"op": "=", "args": [{"property": "status"}, "implementation"]}
RING = [[10.0, 50.0], [10.2, 50.0], [10.2, 50.12], [10.0, 50.12]]
FLAT = [number for position in RING for number in position]


def features(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    page = answer.json()
    assert page["numberReturned"] == len(page["features"])
    return [feature["id"] for feature in page["features"]]


CASES = [
    ({}, {}),
    ({"filter": TREE}, {"filter": "status = 'implementation'"}),
    ({"filter": TREE, "filter-lang": "cql2-json"}, {"filter": "status = 'implementation'"}),
    ({"filter": "status = 'implementation'"}, {"filter": "status = 'implementation'"}),
    ({"filter": True}, {"filter": "true"}),
    ({"bbox": [10.0, 50.0, 10.2, 50.2]}, {"bbox": "10.0,50.0,10.2,50.2"}),
    ({"bbox": "10,50,10.2,50.2"}, {"bbox": "10,50,10.2,50.2"}),
    ({"polygon": FLAT}, {"polygon": ",".join(map(str, FLAT))}),
    ({"polygon": RING}, {"polygon": ",".join(map(str, FLAT))}),
    ({"ids": ["zy-hall", "zy-school"]}, {"ids": "zy-hall,zy-school"}),
    ({"located": False, "limit": 3}, {"located": "false", "limit": "3"}),
    ({"sortby": ["-name_zh", "status"]}, {"sortby": "-name_zh,status"}),
    ({"status": ["implementation", "none"]}, {"status": "implementation,none"}),
    ({"q": "大桥", "due_before": "2021-12-31"}, {"q": "大桥", "due_before": "2021-12-31"}),
]


@pytest.mark.parametrize(("body", "parameters"), CASES)
@pytest.mark.parametrize(
    ("posted", "asked"),
    [("/search", "/works"), ("/collections/works/search", "/collections/works/items")],
)
def test_json_and_form_ask_what_the_url_asks(client, posted, asked, body, parameters):
    expected = features(client.get(asked, params=parameters))
    assert features(client.post(posted, json=body)) == expected
    form = urlencode(parameters).encode()
    assert features(client.post(posted, content=form, headers=FORM)) == expected


def test_a_polygon_that_no_url_holds(client):
    import shapely

    circle = shapely.Point(10.2, 50.1).buffer(0.15, quad_segs=1500)
    ring = [list(position) for position in circle.exterior.coords]
    body = {
        "filter": {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [ring]}],
        }
    }
    assert len(json.dumps(body)) > 200_000
    found = features(client.post("/search", json=body))
    assert "zy-bridge" in found
    flat = [number for position in ring for number in position]
    assert features(client.post("/search", json={"polygon": flat})) == found


@pytest.mark.parametrize("path", ["/search", "/collections/works/search"])
def test_the_next_link_is_followed_by_posting_again(client, path):
    body = {"filter": {"op": "not", "args": [{"op": "isNull", "args": [{"property": "status"}]}]}}
    whole = features(client.post(path, json=body))
    body["limit"], found = 2, []
    for _ in range(20):
        answer = client.post(path, json=body)
        found += features(answer)
        following = [link for link in answer.json()["links"] if link["rel"] == "next"]
        if not following:
            break
        (link,) = following
        assert (link["method"], link["merge"]) == ("POST", True)
        assert link["href"].endswith(path)
        body |= link["body"]
    assert found == whole
    assert len(whole) > 4


def test_a_file_can_be_posted_for(client):
    answer = client.post("/search", json={"f": "geojson", "filter": TREE})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    other = client.post("/search", json={"f": "geojson"})
    assert other.headers["etag"] != answer.headers["etag"]


def test_a_page_for_people_cannot_be_posted_for(client):
    assert client.post("/search", json={"f": "html"}).status_code == 400
    answer = client.post("/search", json={}, headers={"accept": "text/html"})
    assert answer.status_code == 406


def test_a_post_is_never_not_modified(client):
    first = client.post("/search", json={})
    again = client.post("/search", json={}, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"content-type": "text/plain"}, {"content-type": "application/geo+json"}, {"content-type": ""},
     {"content-type": "application/xml"},
     {"content-type": "application/json", "content-encoding": "gzip"}],
)  # fmt: skip
def test_another_type_is_a_415(client, headers):
    answer = client.post("/search", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_a_long_body_is_a_413(client):
    answer = client.post("/search", json={"q": "x" * 1_000_001})
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"null", b'"x"', b'{"limit":null}', b'{"limit":{}}', b'{"nonsense":1}',
     b'{"limit":1.5}', b'{"filter":null}', b'{"filter":5}', b'{"filter":{}}',
     b'{"filter":{"op":"not","args":[true]},"filter-lang":"cql2-text"}', b'{"ids":["a,b"]}',
     b'{"bbox":[1,2,3]}', b'{"bbox":[null]}', b'{"q":""}', b'{"q":"a\\u0000b"}', b"\xff\xfe",
     b"[" * 5000, b'{"ids":' + b"[" * 900 + b"]" * 900 + b"}", b'{"filter-lang":5,"filter":{}}',
     b'{"bbox":[[10,50],[10.2,50.2]],"bbox":5}'],
    ids=lambda body: repr(body[:40]),
)  # fmt: skip
def test_a_bad_body_is_a_400(client, body):
    answer = client.post("/search", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", ["limit=1&limit=2", "nonsense=1", "limit=", "q=%FF", "q=é"])
def test_a_bad_form_is_a_400(client, body):
    assert client.post("/search", content=body.encode(), headers=FORM).status_code == 400


def test_parameters_in_the_url_are_refused(client):
    assert client.post("/search?limit=1", json={}).status_code == 400


def test_only_post_is_taken(client):
    for path in ("/search", "/collections/works/search"):
        answer = client.get(path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"
    assert client.post("/collections/nope/search", json={}).status_code == 404
    assert client.post("/collections/works/items", json={}).status_code == 405


def test_another_origin_may_post_json(client):
    answer = client.options(
        "/search",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert answer.status_code == 200
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_the_definition_has_the_posted_searches(client):
    paths = client.get("/api").json()["paths"]
    for path in ("/search", "/collections/works/search"):
        body = paths[path]["post"]["requestBody"]["content"]
        assert set(body) == {"application/json", FORM["content-type"]}
        assert {"filter", "bbox", "limit", "polygon"} <= set(
            body["application/json"]["schema"]["properties"]
        )
        assert {"200", "400", "413", "415"} <= set(paths[path]["post"]["responses"])
