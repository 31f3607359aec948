"""Answers are given from memory while nothing that they depend on has changed."""

from __future__ import annotations

import threading

import orjson
import pytest
from starlette.testclient import TestClient
from tests.lending import Unclosed
from tests.plain import Plain
from tests.testland import write_testland

from zymap.load import load
from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api import memory, state
from zymap_api.app import create_app

PAGES = (
    "/collections/works/items?limit=3&f=json",
    "/collections/works/items?bbox=10,50,11,51",
    "/collections/works/items/zy-bridge",
    "/areas/east/projects",
    "/works?due=overdue&as_of=2021-07-01",
    "/collections/works/tiles/WebMercatorQuad/6/21/33",
)


@pytest.fixture
def asked(client, monkeypatch):
    """Return a function that asks, and tells whether the app or memory answered."""
    app = client.app
    app.memory.forget()
    reached = []
    for name in ("app", "_by_the_short_way"):
        real = getattr(app, name)

        async def watched(*given, real=real):
            reached.append(1)
            return await real(*given)

        monkeypatch.setattr(app, name, watched)

    def ask(path, times=1, **headers):
        for _ in range(times):
            reached.clear()
            answer = client.get(path, headers=headers)
        return answer, bool(reached)

    return ask


@pytest.mark.parametrize("path", PAGES)
def test_what_is_asked_again_is_kept_and_given_from_memory(asked, path):
    asked(path)
    first, reached = asked(path)
    assert reached
    again, reached = asked(path)
    assert not reached
    assert (again.status_code, again.headers, again.content) == (
        first.status_code,
        first.headers,
        first.content,
    )
    assert first.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_short_way_answers_as_the_app_does(client, path):
    short = Plain(client.app, base_url=client.base_url).get(path)
    client.app.memory.forget()
    plain = {"accept-encoding": "identity"}
    whole = client.get(path, headers=plain)
    assert short.status_code == whole.status_code

    def meaning(answer):
        content = answer.content
        if "json" in answer.headers["content-type"]:
            content = orjson.loads(content)
            content.pop("timeStamp", None)
        return content, {name: answer.headers[name] for name in answer.headers if name != "vary"}

    assert meaning(short) == meaning(whole)
    assert short.headers["vary"] == "Accept, Accept-Encoding, Origin"
    assert varying(whole) <= varying(short)


def varying(answer):
    return set(answer.headers["vary"].split(", "))


def test_other_headers_are_other_answers(asked):
    path = PAGES[0].replace("&f=json", "")
    page, _ = asked(path, accept="text/html")
    features, reached = asked(path, accept="application/geo+json")
    assert reached
    assert "html" in page.headers["content-type"]
    assert "geo+json" in features.headers["content-type"]
    small, reached = asked(path, accept="application/geo+json", **{"accept-encoding": "gzip"})
    assert reached
    assert small.headers["content-encoding"] == "gzip"
    assert small.json()["numberMatched"] == features.json()["numberMatched"]
    _, reached = asked(path, accept="application/geo+json", origin="https://a.example")
    assert reached


def test_a_held_tag_is_answered_304_from_memory(asked):
    first, _ = asked(PAGES[0], times=2)
    unchanged, reached = asked(PAGES[0], **{"if-none-match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.content, reached) == (304, b"", False)
    assert unchanged.headers["etag"] == first.headers["etag"]
    assert "content-length" not in unchanged.headers
    other, reached = asked(PAGES[0], **{"if-none-match": '"other"'})
    assert (other.status_code, reached) == (200, False)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/collections/works/items?limit=0", {}),
        ("/collections/nothing/items", {}),
        ("/static/css/page.css", {}),
        (PAGES[0], {"range": "bytes=0-3"}),
        (PAGES[0], {"cookie": "a=b"}),
        (PAGES[0], {"authorization": "Basic YTpi"}),
    ],
)
def test_errors_files_and_what_is_for_one_reader_are_not_kept(asked, path, headers):
    _, reached = asked(path, times=3, **headers)
    assert reached


def test_the_next_day_is_another_answer(asked, monkeypatch):
    assert not asked(PAGES[0], times=3)[1]
    monkeypatch.setattr(state, "today", lambda: "2030-01-01")
    _, reached = asked(PAGES[0])
    assert reached


@pytest.mark.parametrize("path", PAGES)
def test_what_is_kept_is_made_again_half_a_minute_later(asked, client, monkeypatch, path):
    first, _ = asked(path, times=2)
    held, now_s = client.app.memory, memory.monotonic()
    assert not asked(path)[1]
    monkeypatch.setattr(memory, "monotonic", lambda: now_s + 29)
    assert not asked(path)[1]
    monkeypatch.setattr(memory, "monotonic", lambda: now_s + 31)
    again, reached = asked(path)
    assert reached
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert not asked(path)[1]
    assert len(held) == 1
    assert held.size_bytes == sum(kept.size_bytes for kept in held._kept.values())


def test_memory_is_bounded_and_the_longest_unused_goes_first(asked, client, monkeypatch):
    monkeypatch.setattr(memory, "KEPT_BYTES", 12_000)
    client.app.memory.forget()
    paths = [f"/collections/works/items?limit=1&q={letter}" for letter in "abcdefgh"]
    for path in paths:
        asked(path, times=2)
    held = client.app.memory
    assert 0 < held.size_bytes <= 12_000
    assert held.size_bytes == sum(kept.size_bytes for kept in held._kept.values())
    assert asked(paths[0])[1]
    assert not asked(paths[-1])[1]


def test_what_is_asked_once_takes_no_room(asked, client, monkeypatch):
    monkeypatch.setattr(memory, "SEEN_MAXIMUM", 4)
    for number in range(1, 20):
        asked(f"/collections/works/items?limit={number}")
    assert len(client.app.memory) == 0
    assert len(client.app.memory._seen | client.app.memory._seen_before) <= 8


def test_a_question_of_great_length_is_answered_and_not_remembered(asked, client):
    path = f"/collections/works/items?q={'a' * memory.QUESTION_BYTES}"
    answer, reached = asked(path, times=3)
    assert (answer.status_code, reached) == (200, True)
    assert not client.app.memory._seen


def test_the_short_way_refuses_as_the_app_does(client):
    for path in ("/collections/works/items?limit=0", "/collections/works/items/nothing"):
        short = Plain(client.app, base_url=client.base_url).get(path)
        whole = client.get(path, headers={"accept-encoding": "identity"})
        assert (short.status_code, short.json()) == (whole.status_code, whole.json())
        assert short.status_code in (400, 404)
        assert varying(whole) <= varying(short)
        del short.headers["vary"], whole.headers["vary"]
        assert dict(short.headers) == dict(whole.headers)


def test_a_load_outdates_what_every_process_holds(tmp_path):
    geodata = write_testland(tmp_path / "land")
    path = load(geodata, tmp_path / "data").path
    apps = [create_app(GpkgStore(path), Settings()) for _ in range(2)]
    with TestClient(apps[0]) as one, TestClient(apps[1]) as other:
        before = [client.get(PAGES[2]).json() for client in (one, other)]
        file = geodata / "works.geojson"
        text = file.read_text(encoding="utf-8")
        name = before[0]["properties"]["name_zh"]
        assert text.count(f'"{name}"') == 1
        file.write_text(text.replace(f'"{name}"', '"新桥"'), encoding="utf-8")
        load(geodata, tmp_path / "data")
        for client in (one, other):
            assert client.get(PAGES[2]).json()["properties"]["name_zh"] == "新桥"


def test_readers_that_race_loads_never_see_what_is_older_than_their_question(tmp_path):
    geodata = write_testland(tmp_path / "land")
    path = load(geodata, tmp_path / "data").path
    file = geodata / "works.geojson"
    text = file.read_text(encoding="utf-8")
    store = GpkgStore(path)
    # The reader that ends first must not close the store of the other.
    app = create_app(Unclosed(store), Settings())
    loaded, wrong, stop = [0], [], threading.Event()
    file.write_text(text.replace('"name_en":"', '"name_en":"0 ', 1), encoding="utf-8")
    first = orjson.loads(text)["features"][0]["id"]
    load(geodata, tmp_path / "data")

    def read():
        with TestClient(app) as client:
            while not stop.is_set():
                least = loaded[0]
                seen = client.get(f"/collections/works/items/{first}").json()
                number = int(seen["properties"]["name_en"].split()[0])
                if number < least:
                    wrong.append((number, least))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 8):
        file.write_text(text.replace('"name_en":"', f'"name_en":"{number} ', 1), encoding="utf-8")
        load(geodata, tmp_path / "data")
        loaded[0] = number
    stop.set()
    for reader in readers:
        reader.join()
    store.close()
    assert wrong == []
