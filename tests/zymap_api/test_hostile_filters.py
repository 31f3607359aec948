"""Filters that nobody writes in good faith: a 400 that says why, at once, and the server lives."""

import time
from urllib.parse import urlencode

import pytest

from zymap_api.searches import FORM

ITEMS = "/collections/works/items"


def nested(depth):
    return '{"op":"not","args":[' * depth + '{"op":"=","args":[1,1]}' + "]}" * depth


TEXTS = [
    "", " ", "(", ")", "((((((((((((((((((((((((((((((", "NOT", "AND", "status", "status =",
    "status = 'x", "status = 'x''", "status = \"x\"", "'x", "a\0b = 1", "status = 'a\0b'",
    "status = 'x'; DROP TABLE works", "status = 'x' --", "status == 'x'", "status = x'",
    "1", "'text'", "spaces", "geometry", "deadline", "fact_ids", "()", "(1,2)", "spaces + 1",
    "status = 1", "spaces = '1'", "open = 1", "open = 'true'", "deadline = 20210101",
    "deadline = 'yesterday'", "deadline = DATE('2021-02-30')", "deadline = DATE(2021)",
    "deadline = TIMESTAMP('2021-01-01')", "deadline = TIMESTAMP('2021-01-01T25:00:00Z')",
    "T_AFTER(deadline, 'soon')", "T_AFTER(deadline)", "T_AFTER(status, DATE('2021-01-01'))",
    "T_DURING(deadline, INTERVAL('2021-01-01'))", "T_DURING(deadline, INTERVAL('x','y'))",
    "T_DURING(deadline, INTERVAL('2021-12-31','2021-01-01'))",
    "S_INTERSECTS(geometry, POINT(90 180))", "S_INTERSECTS(geometry, POINT(1))",
    "S_INTERSECTS(geometry, POINT EMPTY)", "S_INTERSECTS(geometry, POINT(NaN 1))",
    "S_INTERSECTS(geometry, POINT(1e999 1))", "S_INTERSECTS(geometry, POLYGON((0 0,1 1)))",
    "S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 1)))",
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))",
    "S_INTERSECTS(geometry, BBOX(1,2,3))", "S_INTERSECTS(geometry, BBOX(1,4,3,2))",
    "S_INTERSECTS(geometry, BBOX('a',2,3,4))", "S_INTERSECTS(geometry, BBOX(1,2,3,spaces))",
    "S_INTERSECTS(geometry, 'POINT(1 2)')", "S_INTERSECTS(status, POINT(1 2))",
    "S_BUFFER(geometry, POINT(1 2))", "S_INTERSECTS(geometry)",
    "A_CONTAINS(fact_ids, (1, 2))", "A_CONTAINS(status, ('x'))", "A_CONTAINS(fact_ids, ((1),2))",
    "CASEI(spaces) = 'x'", "CASEI(status, status) = 'x'", "ACCENTI() = 'x'",
    "status LIKE 1", "status LIKE name_zh", "spaces LIKE '1'", "spaces BETWEEN 1", "spaces IN 1",
    "spaces BETWEEN 'a' AND 'b'", "status IN (1)", "status BETWEEN 1 AND 2", "spaces + 'a' = 1",
    "spaces = 1e999", "spaces = --", "pg_sleep(10) = 1", "load_extension('x') = 1",
    "zymap_relate('buffer', geometry, geometry)", "geometry = geometry", "fact_ids = fact_ids",
    "description_zh = 'x'", "sqlite_master IS NULL", "fid = 1", "located = 1", "t.fid = 1",
    "NOT " * 60 + "true", "名称 = 'x'", "status = NULL", "\ud800 = 1",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:40]))
def test_a_bad_filter_is_a_400(client, text):
    raw = text.encode("utf-8", "surrogatepass")
    answer = client.get(ITEMS, params={"filter": raw})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == "filter" or "\ud800" in text


TREES = [
    "", "{", "null", "[]", "[1]", '"x"', "1", "{}", '{"op":"and"}', '{"op":"and","args":[]}',
    '{"op":"=","args":[1]}', '{"op":"=","args":[1,2,3]}', '{"op":"=","args":{}}',
    '{"op":["="],"args":[1,1]}', '{"op":"=","args":[null,1]}', '{"op":"exec","args":["rm"]}',
    '{"property":"open","op":5}', '{"property":["open"]}', '{"property":null}', '{"date":5}',
    '{"op":"=","args":[{"date":5},{"date":"2021-01-01"}]}', '{"function":{"name":"x"}}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point"}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":"x"}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[]}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":5,"coordinates":[1,2]}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Feature","geometry":null}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,3,"x"]}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":{}}]}',
    '{"op":"t_after","args":[{"property":"deadline"},{"interval":["..",1]}]}',
    '{"op":"t_after","args":[{"property":"deadline"},{"interval":5}]}',
    '{"op":"in","args":[{"property":"status"},"x"]}', '{"op":"=","args":[NaN,1]}',
    '{"op":"=","args":["a\\u0000b",{"property":"status"}]}', nested(21), nested(900),
    "[" * 5000, '{"op":"not","args":[' * 5000,
]  # fmt: skip


@pytest.mark.parametrize("tree", TREES, ids=lambda text: repr(text[:40]))
def test_a_bad_tree_is_a_400(client, tree):
    form = urlencode({"filter": tree, "filter-lang": "cql2-json"})
    answer = client.post("/collections/works/search", content=form, headers={"content-type": FORM})
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == "filter"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000, "(" * 14 + " AND ".join(["open"] * 300) + " AND = " + ")" * 14,
        "NOT " * 10_000 + "open", "-" * 30_000 + "1", "casei(" * 5_000, "open" + " = open" * 5_000,
        "status LIKE '" + "%a" * 20_000 + "'", "status = '" + "''" * 20_000,
        "POLYGON" + "(" * 20_000, "S_INTERSECTS(geometry, POLYGON((" + "1 1," * 15_000,
        " AND ".join(["open"] * 4_999), "spaces IN (" + ",".join(["1"] * 10_000) + ")",
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_a_long_filter_is_answered_soon(client, text):
    body = {"filter": text, "filter-lang": "cql2-text"}
    before = time.perf_counter()
    answer = client.post("/collections/works/search", json=body)
    assert answer.status_code in (200, 400), answer.text
    # No stopwatch: hours and the end of the process are what is ruled out.
    assert time.perf_counter() - before < 20


def test_the_deepest_filter_that_is_taken_runs(client):
    for depth in (17, 18):
        answer = client.get(ITEMS, params={"filter": nested(depth), "filter-lang": "cql2-json"})
        assert answer.status_code == 200, answer.text
    wide = " OR ".join(f"spaces = {number}" for number in range(1_600))
    answer = client.post("/collections/works/search", json={"filter": wide})
    assert answer.json()["numberMatched"] == 2
