"""What is too long, too much or too slow is refused, and the refusal says when to ask again."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from starlette.testclient import TestClient
from tests.lending import Unclosed

from zymap.load import load
from zymap.query import Query
from zymap.settings import Settings
from zymap.store import gpkg
from zymap.store.gpkg import GpkgStore
from zymap_api import turns
from zymap_api.app import create_app, watched

EXPORT = "/areas/east/export?f=geojson"


@pytest.fixture
def opened(store):
    clients = []

    def open_(lent=None, **settings):
        app = watched(create_app(lent or Unclosed(store), Settings(access_log="off", **settings)))
        made = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        clients.append(made.__enter__())
        return made

    yield open_
    for client in clients:
        client.__exit__(None, None, None)


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("retry-after" in answer.headers) == (status in (429, 503))
    return True


def test_a_body_that_is_too_long_is_refused_and_one_that_just_fits_is_read(opened):
    client = opened(body_bytes=100)
    form = {"content-type": "application/x-www-form-urlencoded"}
    fits, longer = b"q=" + b"a" * 98, b"q=" + b"a" * 99
    assert client.post("/search", content=fits, headers=form).status_code == 200
    assert refused(client.post("/search", content=longer, headers=form), 413, "body-too-large")


def test_an_address_that_is_too_long_is_refused_and_one_that_just_fits_is_read(opened):
    client = opened(url_bytes=100)
    start = "/works?q="
    assert client.get(start + "a" * (99 - len(start) + 2)).status_code == 200
    answer = client.get(start + "a" * (100 - len(start) + 2))
    assert refused(answer, 414, "url-too-long")
    # A cache may keep it, and gives it to nobody whom it would look otherwise to.
    assert set(answer.headers["vary"].split(", ")) == {"Accept-Encoding", "Origin"}


class Held(Unclosed):
    """A store whose first reader of all features waits until it is let go."""

    def __init__(self, store):
        super().__init__(store)
        self.entered = threading.Semaphore(0)
        self.go = threading.Event()

    def iterate(self, query):
        self.entered.release()
        assert self.go.wait(20)
        return self._store.iterate(query)


def test_exports_wait_for_a_turn_and_those_too_many_are_refused(opened, store, monkeypatch):
    monkeypatch.setattr(turns, "WAIT_S", 20)
    held = Held(store)
    client = opened(held, exports=1)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(client.get, EXPORT)]
        assert held.entered.acquire(timeout=20)
        waiting = [pool.submit(client.get, EXPORT) for _ in range(turns.WAITING + 1)]
        # One of them is one too many, whichever it is; the others wait.
        (first,) = wait(waiting, timeout=20, return_when=FIRST_COMPLETED).done
        assert refused(first.result(), 429, "too-many-exports")
        held.go.set()
        done = [item.result().status_code for item in (*running, *waiting)]
    assert sorted(done) == [200] * (turns.WAITING + 1) + [429]
    assert client.get(EXPORT).status_code == 200


def test_an_export_that_gets_no_turn_in_time_is_refused(opened, store, monkeypatch):
    monkeypatch.setattr(turns, "WAIT_S", 0.05)
    held = Held(store)
    client = opened(held, exports=1)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(client.get, EXPORT)
        assert held.entered.acquire(timeout=20)
        assert refused(client.get(EXPORT), 429, "too-many-exports")
        assert refused(client.get("/sheet.pdf"), 429, "too-many-exports")
        held.go.set()
        assert running.result().status_code == 200


def test_a_request_too_many_is_refused_and_memory_answers_on(opened, store):
    held = Held(store)
    client = opened(held, requests=1)
    for _ in range(2):
        assert client.get("/areas/east").status_code == 200
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.get, EXPORT)
        assert held.entered.acquire(timeout=20)
        assert refused(client.get("/collections"), 503, "busy")
        assert client.get("/areas/east").status_code == 200
        held.go.set()
        assert running.result().status_code == 200
    assert client.get("/collections").status_code == 200


def test_a_file_has_so_many_features_and_no_more(opened):
    client = opened(export_features=3)
    answer = client.get("/collections/works/items?f=geojson&limit=3")
    assert answer.headers["x-zymap-features"] == "3"
    assert refused(client.get("/collections/works/items?f=geojson"), 400, "invalid-request")
    assert refused(client.get("/collections/works/items?f=geojson&limit=4"), 400, "invalid-request")


def test_a_question_that_takes_too_long_is_given_up_and_the_next_one_is_answered(
    testland, tmp_path, monkeypatch
):
    # Each step asks; no question is in time.
    monkeypatch.setattr(gpkg, "_STEPS", 1)
    path = load(testland, tmp_path).path
    store = GpkgStore(path, question_s=3600)
    app = watched(create_app(store, Settings(access_log="off")))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        catalog = store.catalog()
        monkeypatch.setattr(store, "_question_s", 0)
        assert refused(client.get("/works?q=a"), 503, "question-too-long")
        # A file is read for as long as it takes.
        assert len(list(store.iterate(Query(catalog.works())))) > 1
        monkeypatch.setattr(store, "_question_s", 3600)
        assert client.get("/works?q=a").status_code == 200
