"""Tiles are fetched by configured templates only, and no key leaves the server."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient
from tests.lending import Unclosed
from tests.tileserver import PICTURE, TileServer

from zymap import __version__, basemaps
from zymap.basemaps import Basemap
from zymap.settings import Settings
from zymap_api import tilefetch
from zymap_api.app import create_app
from zymap_api.tilecache import Tile, TileCache

KEY = "SECRET0123456789"
TILE = "/basemaps/tianditu-vector/0/12/3340/1623"
PNG = {"Content-Type": "image/png"}


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def upstream():
    with TileServer() as server:
        yield server


@contextmanager
def opened(store, settings):
    app = create_app(Unclosed(store), settings)
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(store, upstream, monkeypatch):
    """A client of a server with 天地图, whose host is the fake one, and with OSM unproxied."""
    monkeypatch.setattr(basemaps, "TIANDITU", f"{upstream.root}/t{{s}}")
    with opened(store, Settings(tianditu_key=KEY, osm=True)) as client:
        yield client


def test_a_tile_is_fetched_with_the_key_and_passed_on(client, upstream):
    answer = client.get(TILE)
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-type"] == "image/png"
    assert "max-age=86400" in answer.headers["cache-control"]
    ((path, _),) = upstream.asked
    assert path.startswith("/t3/vec_w/wmts?")
    assert path.endswith(f"&LAYER=vec&TILEMATRIX=12&TILEROW=1623&TILECOL=3340&tk={KEY}")


def test_the_layers_of_a_basemap_are_asked_one_by_one(client, upstream):
    assert client.get(TILE.replace("/0/12/", "/1/12/")).status_code == 200
    assert "&LAYER=cva&" in upstream.asked[0][0]


def test_nothing_of_the_reader_is_passed_on(client, upstream):
    client.get(
        TILE, headers={"Cookie": "a=b", "Authorization": "x", "Referer": "r", "X-Other": "y"}
    )
    ((_, headers),) = upstream.asked
    assert set(headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert headers["User-Agent"] == f"zymap/{__version__}"


def test_cookies_of_the_tile_server_are_neither_kept_nor_passed_on(client, upstream):
    upstream.answer = lambda _: (200, PNG | {"Set-Cookie": "who=1"}, PICTURE)
    assert "set-cookie" not in client.get(TILE).headers
    client.get(TILE.replace("3340", "3341"))
    assert len(upstream.asked) == 2
    assert "Cookie" not in upstream.asked[1][1]


def test_a_tile_is_fetched_once(client, upstream):
    assert client.get(TILE).content == client.get(TILE).content
    assert client.head(TILE).status_code == 200
    assert len(upstream.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (403, PNG, b"key SECRET0123456789 is refused"),
        (500, {"Content-Type": "text/html"}, b"<h1>oops"),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
        (200, {"Content-Type": "text/html"}, b"<script>alert(1)</script>"),
        (200, {"Content-Type": "image/svg+xml"}, b"<svg onload='alert(1)'/>"),
        (200, {}, PICTURE),
        (200, PNG, b"x" * (tilefetch.TILE_BYTES + 1)),
    ],
    ids=["refused", "failed", "redirect", "html", "svg", "untyped", "huge"],
)
def test_what_is_no_tile_is_a_502_that_says_why_but_not_where(client, upstream, answer):
    upstream.answer = lambda _: answer
    refused = client.get(TILE)
    assert refused.status_code == 502
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "basemap-unreachable"
    assert "tianditu-vector" in refused.json()["detail"]
    for secret in (KEY, "127.0.0.1", "alert", "oops"):
        assert secret not in refused.text


def test_a_failure_is_not_remembered(client, upstream):
    upstream.answer = lambda _: (500, {}, b"")
    assert client.get(TILE).status_code == 502
    upstream.answer = lambda _: (200, PNG, PICTURE)
    assert client.get(TILE).status_code == 200


def test_a_server_that_is_not_there_is_a_502(store, monkeypatch):
    with TileServer() as gone:
        monkeypatch.setattr(basemaps, "TIANDITU", f"{gone.root}/t{{s}}")
    with opened(store, Settings(tianditu_key=KEY)) as client:
        refused = client.get(TILE)
    assert refused.status_code == 502
    assert "cannot be reached" in refused.json()["detail"]
    assert KEY not in refused.text


def test_a_server_that_does_not_answer_in_time_is_a_502(client, upstream, monkeypatch):
    released = threading.Event()

    def answer(_):
        released.wait(30)
        return 200, PNG, PICTURE

    upstream.answer = answer
    monkeypatch.setattr(tilefetch, "TOTAL_S", 0.2)
    refused = client.get(TILE)
    released.set()
    assert refused.status_code == 502
    assert "within 0.2 s" in refused.json()["detail"]


def test_a_slow_basemap_keeps_no_other_answer_waiting(client, upstream):
    released = threading.Event()

    def answer(_):
        released.wait(30)
        return 200, PNG, PICTURE

    upstream.answer = answer
    tiles = [TILE.replace("3340", str(3300 + n)) for n in range(2 * tilefetch.FETCHES_AT_ONCE)]
    with ThreadPoolExecutor(len(tiles)) as pool:
        waiting = [pool.submit(client.get, tile) for tile in tiles]
        try:
            assert client.get("/collections?f=json").status_code == 200
            assert client.get("/healthz").status_code == 200
            assert not any(tile.done() for tile in waiting)
        finally:
            released.set()
        assert {tile.result().status_code for tile in waiting} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/basemaps/other/0/1/0/0",
        "/basemaps/osm/0/1/0/0",
        "/basemaps/tianditu-vector/2/1/0/0",
        "/basemaps/tianditu-vector/0/19/0/0",
        "/basemaps/tianditu-vector/0/3/8/0",
        "/basemaps/tianditu-vector/0/3/0/8",
        "/basemaps/tianditu-vector/0/3/-1/0",
        "/basemaps/tianditu-vector/0/3/0/0.png",
        "/basemaps/tianditu-vector/0/3/0/%30%20",
        "/basemaps/tianditu-vector/0/3/٣/0",
        "/basemaps/tianditu-vector/0/3/0/..%2f0",
        "/basemaps/tianditu-vector/0/99999999999999999999/0/0",
        "/basemaps/http:%2F%2F127.0.0.1/0/1/0/0",
        "/basemaps/tianditu-vector/0/1/0/0/x",
    ],
)
def test_nothing_but_configured_tiles_can_be_asked(client, upstream, path):
    assert client.get(path).status_code == 404
    assert upstream.asked == []


def test_a_parameter_is_refused(client, upstream):
    assert client.get(f"{TILE}?url=http://127.0.0.1/").status_code == 400
    assert upstream.asked == []


def test_no_answer_holds_the_key_or_the_address(client, upstream):
    browser = {"Accept": "text/html"}
    paths = ("/", "/catalog", "/api", "/docs", "/basemaps/tianditu-vector", f"{TILE}?tk=1", "/x")
    answers = [client.get(path, headers=accept) for path in paths for accept in ({}, browser)]
    answers.append(client.post(TILE))
    answers.append(client.get(TILE))
    for answer in answers:
        said = answer.text + str(answer.headers)
        assert KEY not in said, answer.url
        assert "wmts" not in said, answer.url


def test_the_catalogue_lists_the_basemaps_as_the_page_asks_them(client):
    listed = {item["id"]: item for item in client.get("/catalog").json()["basemaps"]}
    assert list(listed) == ["tianditu-vector", "tianditu-imagery", "osm"]
    assert listed["tianditu-vector"] == {
        "id": "tianditu-vector",
        "title_zh": "天地图 矢量",
        "title_en": "Tianditu, streets",
        "attribution_zh": "© 国家地理信息公共服务平台 天地图",
        "attribution_en": "© Tianditu (National Geographic Information Service Platform)",
        "attribution_url": "https://www.tianditu.gov.cn/",
        "datum": "wgs84",
        "max_zoom": 18,
        "subdomains": [],
        "tiles": [
            "basemaps/tianditu-vector/0/{z}/{x}/{y}",
            "basemaps/tianditu-vector/1/{z}/{x}/{y}",
        ],
    }
    assert listed["osm"]["tiles"] == ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"]


def pictures_of(client):
    policy = client.get("/", headers={"Accept": "text/html"}).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert all("//" not in sources for name, sources in directives.items() if name != "img-src")
    return directives["img-src"].split()


def test_the_policy_gains_exactly_the_origins_that_browsers_ask(store, client):
    assert pictures_of(client) == ["'self'", "data:", "https://tile.openstreetmap.org"]
    own = Basemap(
        id="own",
        title_zh="甲",
        attribution_zh="乙",
        layers=("http://{s}.example:81/{z}/{x}/{y}",),
        subdomains=("a", "b"),
    )
    with opened(store, Settings(basemaps=(own,))) as other:
        assert pictures_of(other) == [
            "'self'",
            "data:",
            "http://a.example:81",
            "http://b.example:81",
        ]
    with opened(store, Settings()) as none:
        assert pictures_of(none) == ["'self'", "data:"]
        assert none.get("/catalog").json()["basemaps"] == []


def test_a_browser_takes_up_other_basemaps_at_once(store, client):
    for path, accept in (("/", "text/html"), ("/catalog", "application/json")):
        held = client.get(path, headers={"Accept": accept}).headers["etag"]
        again = {"Accept": accept, "If-None-Match": held}
        assert client.get(path, headers=again).status_code == 304
        with opened(store, Settings()) as other:
            assert other.get(path, headers=again).status_code == 200


def test_the_cache_drops_the_longest_unused_tile_first():
    cache = TileCache(limit_bytes=10)
    for name in "abc":
        cache.put(name, Tile(b"1234", "image/png"))
        cache.get("a")
    assert cache.get("b") is None
    assert cache.get("a") is not None
    cache.put("a", Tile(b"12345678901", "image/png"))
    assert [cache.get(name) for name in "abc"] == [None] * 3
