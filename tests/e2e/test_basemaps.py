"""Basemaps on the page: chosen in the layers panel, kept in the address, no harm where they fail."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE, Server
from tests.e2e.counts import api_counts
from tests.tileserver import TileServer

CHOICES = ".basemap-list label"
LOW = {"width": 1280, "height": 680}


@pytest.fixture(scope="module")
def upstream():
    with TileServer() as started:
        yield started


@pytest.fixture(autouse=True)
def answering(upstream):
    kept = upstream.answer
    yield
    upstream.answer = kept


@pytest.fixture(scope="module")
def with_basemaps(tmp_path_factory, upstream):
    """A server with one basemap that it fetches, with a key, and one that browsers fetch."""
    own = {
        "title_en": "",
        "attribution_zh": "© 画者",
        "attribution_url": "https://painter.example/",
    }
    basemaps = [
        {
            "id": "kept",
            "title_zh": "代取",
            "layers": [f"{upstream.root}/{{z}}/{{x}}/{{y}}?key=SECRET"],
        },
        {"id": "open", "title_zh": "直取", "layers": [f"{upstream.root}/{{z}}/{{x}}/{{y}}"]},
    ]
    given = [own | basemap | {"proxied": basemap["id"] == "kept"} for basemap in basemaps]
    settings = {"basemaps": json.dumps(given)}
    started = Server(tmp_path_factory.mktemp("basemaps"), settings=settings)
    yield started
    started.stop()


@pytest.fixture
def look(with_basemaps, new_context):
    """Return a function that opens the page; unlike `visit` it lets tiles fail."""

    def guard(route):
        assert urlsplit(route.request.url).hostname == "127.0.0.1", route.request.url
        route.continue_()

    def open_page(address="", size=DESKTOP):
        context = new_context(viewport=size, has_touch=size is PHONE, is_mobile=size is PHONE)
        context.route("**/*", guard)
        page = context.new_page()
        page.goto(with_basemaps.root + address)
        page.wait_for_selector("body[data-ready]")
        return page

    return open_page


def shown(page, base):
    expect(page.locator(f".leaflet-container[data-base='{base}']")).to_have_count(1)


def test_without_a_setting_there_is_only_the_offline_map(server, visit):
    page = visit(f"{server.root}?base=osm")
    page.locator("#layers-toggle").click()
    expect(page.locator(CHOICES)).to_have_text(["离线底图（本站图层）"])
    expect(page.locator(f"{CHOICES} input")).to_be_checked()
    assert page.locator("img.leaflet-tile").count() == 0


@pytest.mark.parametrize("size", [DESKTOP, LOW, PHONE], ids=["desktop", "low", "phone"])
@pytest.mark.parametrize(("name", "base"), [("代取", "kept"), ("直取", "open")])
def test_a_basemap_is_chosen_by_its_name_and_stands_in_the_address(look, size, name, base):
    page = look(size=size)
    page.locator("#layers-toggle").click()
    page.get_by_role("radio", name=name).check()
    shown(page, base)
    assert f"base={base}" in page.url
    source = page.locator(".leaflet-control-attribution .basemap-source")
    expect(source).to_have_text("© 画者")
    expect(source.locator("a")).to_have_attribute("href", "https://painter.example/")
    page.reload()
    shown(page, base)
    page.locator("#layers-toggle").click()
    page.get_by_role("radio", name="离线底图").check()
    expect(page.locator(".leaflet-container[data-base]")).to_have_count(0)
    assert "base=" not in page.url
    assert source.count() == 0


def test_the_browser_never_sees_the_key(look, upstream):
    page = look()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url + "?base=kept")
    shown(page, "kept")
    assert any("/basemaps/kept/0/" in url for url in asked)
    assert not any("SECRET" in url or url.startswith(upstream.root) for url in asked)
    assert any("key=SECRET" in path for path, _ in upstream.asked)


@pytest.mark.parametrize("base", ["kept", "open"])
def test_a_blocked_basemap_leaves_the_page_in_use(look, upstream, with_basemaps, base):
    upstream.answer = lambda _: (503, {}, b"")
    # A zoom that no other test asks for, or the server would have its tiles already.
    page = look(f"?base={base}&at=34.745,113.58,16")
    expect(page.locator(".basemap-notice")).to_contain_text("已改用离线底图")
    assert page.locator(".basemap-source").count() == 0
    total, located = api_counts(with_basemaps)
    expect(page.locator(".work-point")).to_have_count(located)
    expect(page.locator(".list > li[data-id]")).to_have_count(total)
    ground = page.locator(".leaflet-ground-pane path").first
    assert ground.evaluate("path => getComputedStyle(path).fillOpacity") != "0"
    page.get_by_role("button", name="用离线底图").click()
    expect(page.locator(".basemap-notice")).to_be_hidden()
    assert "base=" not in page.url
