"""A folder in which nothing has a place yet still has a page."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Server


@pytest.fixture(scope="module")
def starter_server(tmp_path_factory):
    """What `zymap new` writes, served as it is."""
    folder = tmp_path_factory.mktemp("starter") / "district"
    start = [sys.executable, "-c", "from zymap.cli import run; run()"]
    subprocess.run([*start, "new", str(folder)], check=True, capture_output=True)
    started = Server(tmp_path_factory.mktemp("data"), "--geodata", folder)
    yield started
    started.stop()


def test_the_map_says_that_nothing_is_located_and_works(starter_server, visit):
    page = visit(starter_server.root)
    expect(page.locator("#map-empty")).to_be_visible()
    assert page.locator(".list > li[data-id]").count() > 0
    page.locator(".area-card").first.click()
    page.click(".leaflet-control-zoom-in")
    page.click("#fit")
    expect(page.locator("#tally .tally-map b")).to_have_text("0")
