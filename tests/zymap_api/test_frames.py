"""Answers that are alike are filled into a frame, and are what they would be without one."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

import orjson
import pytest
from shapely.geometry import box, shape
from tests.lending import Unclosed
from tests.plain import Plain
from tests.testland import FEATURES, write_testland

from zymap.load import load
from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api import front, state
from zymap_api.app import create_app
from zymap_api.frames import GAPS, filled, values_apart

ITEMS = "/collections/works/items"
CRS = "crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4547"


@pytest.fixture
def opened(store):
    """Return a function that opens an app of its own on the store, with nothing remembered."""
    clients = []

    def open_(lent=None):
        app = create_app(lent or Unclosed(store), Settings())
        made = Plain(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        clients.append(made.__enter__())
        return made

    yield open_
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def asked(opened, monkeypatch):
    """Return a function that asks, and tells if the answer was filled into a frame."""
    client = opened()
    made = []
    real = client.app.answer

    async def watched(*given):
        made.append(1)
        await real(*given)

    monkeypatch.setattr(client.app, "answer", watched)

    def ask(path, **headers):
        made.clear()
        answer = client.get(path, headers=headers)
        return answer, not made

    return ask


def no_gap_in(answer):
    return not any(gap in answer.text + str(answer.headers) for gap in GAPS.values())


def meaning(answer):
    content = answer.content
    if "json" in answer.headers["content-type"]:
        content = orjson.loads(content)
        content.pop("timeStamp", None)
    return answer.status_code, content, dict(answer.headers)


WORLD = "-180,-90,180,90"
FILTERS = [
    "kind='road'",
    "name_zh LIKE '%桥%' AND \"kind\" <> 'a & b + c; d=e'",
    "S_INTERSECTS(geometry,BBOX(9,49,11,51)) AND deadline > DATE('2021-01-01')",
    "nonsense =",
    "nobody = 1",
    "kind = 1",
]
# The first one makes the frame, the others are filled into it.
ALIKE = [
    [f"{ITEMS}?limit=2&after={name}" for name in ("zy-bridge", "zy-campus", "zy-hall")],
    [f"{ITEMS}?after={name}&limit=2&status=preparation" for name in ("zy-bridge", "zy-campus")],
    [f"{ITEMS}?limit=2&after={name}&sortby=-name_en" for name in ("zy-hall", "zy-bridge")],
    [f"{ITEMS}?limit=3&after={name}&{CRS}" for name in ("zy-bridge", "zy-campus")],
    [f"{ITEMS}?limit=3&properties=kind&skipGeometry=true&after={n}" for n in ("zy-hall", "zy-036")],
    [f"{ITEMS}?limit=3&q=%E6%A1%A5&after={name}" for name in ("zy-bridge", "zy-campus")],
    [f"/areas/east/projects?limit=1&after={name}" for name in ("zy-bridge", "zy-campus")],
    [f"/works?limit=2&after={name}" for name in ("zy-hall", "zy-bridge")],
    [f"{ITEMS}/{name}" for name in ("zy-bridge", "zy-campus", "zy-036")],
    [f"{ITEMS}/{name}?{CRS}" for name in ("zy-bridge", "zy-campus")],
    [f"{ITEMS}?limit=2&after={name}" for name in ("zy-hall", "nobody")],
    [f"{ITEMS}/{name}" for name in ("zy-hall", "nobody")],
    [f"{ITEMS}?limit=2&bbox={box}" for box in (WORLD, "10,50,10.5,50.5", "10,50,0,10.5,50.5,9")],
    [f"{ITEMS}?bbox={box}&located=true&limit=1" for box in (WORLD, "170,-10,-170,60")],
    [f"{ITEMS}?limit=1&bbox={WORLD}&after={name}" for name in ("zy-bridge", "zy-campus")],
    [
        f"{ITEMS}?limit=2&bbox={box}"
        for box in (WORLD, "1,2,3", "1,2,3,-4", "1,2,3,4.4.4", "1,9,3,4")
    ],
    [f"/areas/east/projects?bbox={box}" for box in (WORLD, "10,50,10.5,50.5")],
    [f"{ITEMS}?filter={quote_plus(text)}&limit=1" for text in FILTERS],
    [f"{ITEMS}?limit=1&filter={quote(text)}&bbox={WORLD}&after=zy-hall" for text in FILTERS],
    [f"{ITEMS}?limit=3&{CRS}&bbox={box}" for box in (WORLD, "10,50,10.5,50.5")],
]


@pytest.mark.parametrize("paths", ALIKE)
def test_what_is_filled_into_a_frame_is_what_a_new_server_answers(asked, opened, paths):
    answers = [asked(path) for path in paths]
    assert [by_frame for _, by_frame in answers] == [False, *[True] * (len(paths) - 1)]
    for path, (answer, _) in zip(paths, answers, strict=True):
        assert meaning(answer) == meaning(opened().get(path))
        assert no_gap_in(answer)


def ids_of(answer):
    return {feature["id"] for feature in answer.json()["features"]}


@pytest.mark.parametrize(
    ("question", "values", "matches"),
    [
        (
            "located=true&bbox={}",
            (WORLD, "10,50,10.1,50.12", "0,0,1,1", "10.29,50,10.5,50.5"),
            lambda work, box: shape(work["geometry"]).intersects(box_of(box)),
        ),
        (
            "located=true&filter=id%3D'{}'",
            ("zy-bridge", "zy-hall", "nobody"),
            lambda work, name: work["id"] == name,
        ),
    ],
)
def test_what_fills_a_frame_is_what_is_asked(asked, question, values, matches):
    located = [work for work in FEATURES["works"] if work["geometry"] is not None]
    expected = [{work["id"] for work in located if matches(work, value)} for value in values]
    assert len(set(map(frozenset, expected))) > 2
    for value, ids in zip(values, expected, strict=True):
        answer, _ = asked(f"{ITEMS}?{question.format(value)}")
        assert ids_of(answer) == ids
        assert answer.json()["numberMatched"] == len(ids)


def box_of(text):
    return box(*map(float, text.split(",")))


def test_the_pages_of_a_question_hold_each_feature_once_and_their_links_lead_on(asked):
    page, _ = asked(f"{ITEMS}?limit=2")
    matched, seen = page.json()["numberMatched"], []
    while True:
        found = page.json()
        seen += [feature["id"] for feature in found["features"]]
        links = {link["rel"]: link["href"] for link in found["links"]}
        assert links["self"] == str(page.request.url)
        assert re.findall(r'<([^>]+)>; rel="next"', page.headers["link"]) == (
            [links["next"]] if "next" in links else []
        )
        if "next" not in links:
            break
        page, _ = asked(links["next"])
    assert len(seen) == len(set(seen)) == matched


@pytest.mark.parametrize(
    "path",
    [
        f"{ITEMS}?limit=2&f=html&after={{}}",
        f"{ITEMS}/{{}}?f=html",
        f"{ITEMS}?f=csv&limit=2&after={{}}",
    ],
)
def test_pages_for_people_and_files_are_made_and_not_filled(asked, opened, path):
    for name in ("zy-bridge", "zy-campus"):
        answer, by_frame = asked(path.format(name))
        assert not by_frame
        assert no_gap_in(answer)
        assert answer.text == opened().get(path.format(name)).text


def test_a_posted_search_goes_on_behind_the_feature_that_it_names(opened):
    client, body, seen = opened(), {"limit": 2}, []
    while True:
        found = client.post("/search", json=body).json()
        seen += [feature["id"] for feature in found["features"]]
        following = next((link for link in found["links"] if link["rel"] == "next"), None)
        if following is None:
            break
        body |= following["body"]
    assert len(seen) == len(set(seen)) == found["numberMatched"]


def test_a_held_tag_of_a_page_that_a_frame_has_is_answered_304(asked):
    asked(f"{ITEMS}?limit=2&after=zy-bridge")
    answer, _ = asked(f"{ITEMS}?limit=2&after=zy-campus")
    unchanged, _ = asked(
        f"{ITEMS}?limit=2&after=zy-campus", **{"if-none-match": answer.headers["etag"]}
    )
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "DELETE", "PUT"])
@pytest.mark.parametrize("path", [f"{ITEMS}?limit=2&after=zy-bridge", f"{ITEMS}/zy-bridge"])
def test_what_a_door_does_not_do_is_refused_where_it_has_a_frame_as_well(opened, method, path):
    client = opened()
    for _ in range(2):
        assert client.request(method, path).status_code == 405
        assert client.get(path).status_code == 200


def test_what_is_filled_twice_is_kept(opened):
    client = opened()
    for name in ("zy-bridge", "zy-campus", "zy-campus"):
        client.get(f"{ITEMS}?limit=2&after={name}")
    assert len(client.app.memory) == 1


def test_a_frame_of_yesterday_is_not_filled(asked, monkeypatch):
    path = "/works?due=overdue&limit=1&after={}"
    before, _ = asked(path.format("zy-bridge"))
    _, by_frame = asked(path.format("zy-campus"))
    assert by_frame
    for module in (state, front):
        monkeypatch.setattr(module, "today", lambda: "2030-01-01")
    after, by_frame = asked(path.format("zy-bridge"))
    assert not by_frame
    assert after.headers["etag"] != before.headers["etag"]


def test_a_frame_of_data_that_were_loaded_anew_is_not_filled(opened, tmp_path):
    geodata = write_testland(tmp_path / "land")
    path = load(geodata, tmp_path / "data").path
    client = opened(GpkgStore(path))
    client.get(f"{ITEMS}/zy-bridge")
    held = client.get(f"{ITEMS}/zy-campus")
    file = geodata / "works.geojson"
    name = held.json()["properties"]["name_zh"]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'"{name}"', '"新园"'), encoding="utf-8")
    load(geodata, tmp_path / "data")
    anew = client.get(f"{ITEMS}/zy-campus")
    assert anew.json()["properties"]["name_zh"] == "新园"
    assert anew.headers["etag"] != held.headers["etag"]


def test_an_address_that_is_too_long_is_not_filled_either(store):
    app = create_app(Unclosed(store), Settings(url_bytes=60))
    with Plain(app, base_url="http://127.0.0.1:8000") as client:
        client.get(f"{ITEMS}?limit=1&after=zy-hall")
        assert app.recall(client_scope(f"{ITEMS}?limit=1&after=zy-bridge")) is not None
        assert app.recall(client_scope(f"{ITEMS}?limit=1&after={'a' * 60}")) is None


def client_scope(address):
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"accept", b"*/*"),
            (b"connection", b"keep-alive"),
            (b"user-agent", b"testclient"),
        ],
    }


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (b"after=a", {"after": "a"}),
        (b"limit=1&after=a-b.c~d_e&q=x", {"after": "a-b.c~d_e"}),
        (b"limit=1", {}),
        (b"after=", {}),
        (b"after=%E6%A1%A5", {}),
        (b"thereafter=a", {}),
        (b"bbox=1,2,3,4&limit=2&after=a", {"after": "a", "bbox": "1,2,3,4"}),
        (b"bbox=1%2C2%2C3%2C4", {}),
        (b"bbox=1,2,3,4&bbox-crs=x&after=a", {"after": "a"}),
        (b"bbox=1,2,3,4&bbox%2Dcrs=x", {}),
        (b"filter=a%3D1&filter-lang=cql2-text", {}),
        (b"filter=a%3D'1'%20AND+b", {"filter": "a='1' AND b"}),
        (b"filter=%E6%A1", {}),
        (b"filter=a%00", {}),
        (b"filter=a&filter-crs=x", {}),
        (b"bbox=1&bbox=2", {"bbox": "1"}),
        (b"filter=\xff", {}),
    ],
)
def test_only_what_is_read_plainly_is_taken_out_of_a_query(query, value):
    gapped, filling = values_apart(query)
    assert filling.values == value
    assert (gapped == query) == (not value)
    assert filled(gapped, filling) == query


@pytest.mark.parametrize("raw", [b'a="b"', b"a<2>", b"a\\b", b"a{b}", b"a|b", b"a b", b"a^b`"])
def test_a_filter_that_would_end_a_link_or_a_text_is_escaped_in_it(raw):
    _, filling = values_apart(b"limit=1&filter=" + raw)
    assert filling.values == {"filter": raw.decode()}
    ((_, text),) = filling.texts
    assert text == quote_plus(raw.decode(), safe=",:/").encode()


@pytest.mark.parametrize("query", ["bbox=1,2,3,4&bbox=1,2,3,4", "filter=kind%3D'road'&filter=x"])
def test_what_stands_twice_is_refused_with_a_frame_as_without(asked, query):
    asked(f"{ITEMS}?{query.partition('&')[0]}")
    for _ in range(2):
        answer, _ = asked(f"{ITEMS}?{query}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, query.partition("=")[0])
