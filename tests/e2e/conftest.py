"""A real browser on a real server, with every request to another host cut off."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.serving import Server

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The bundled district."""
    started = Server(tmp_path_factory.mktemp("bundled"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def hostile_server(testland, tmp_path_factory):
    """The made-up district, with hostile names."""
    started = Server(tmp_path_factory.mktemp("hostile"), "--geodata", testland)
    yield started
    started.stop()


@pytest.fixture
def visit(new_context):
    """Return a function that opens a page; the test fails on errors and on outside requests."""
    complaints = []

    def guard(route):
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost", "::1"):
            route.continue_()
            return
        complaints.append(f"asked for {route.request.url}")
        route.abort()

    def open_page(address, *, size=DESKTOP, ready=True, **options):
        phone = size["width"] < 700
        context = new_context(viewport=size, has_touch=phone, is_mobile=phone, **options)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        if ready:
            page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    assert complaints == []
