"""What ``zymap new`` writes has no targets: whatever is linked is there all the same."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

import zymap
from zymap.load import load
from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api.app import create_app

BASE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def new(tmp_path_factory):
    starter = Path(zymap.__file__).parent / "starter"
    store = GpkgStore(load(starter, tmp_path_factory.mktemp("data")).path)
    with TestClient(create_app(store, Settings()), base_url=BASE) as client:
        yield client


def addresses(answer) -> Iterator[str]:
    """Return the addresses in a document of this server, without those that are templates."""
    if "json" in answer.headers["content-type"]:
        found = hrefs(answer.json())
    else:
        found = map(html.unescape, re.findall(r'(?:href|src)="([^"]+)"', answer.text))
    for address in found:
        whole, _ = urldefrag(urljoin(str(answer.url), address))
        if whole.startswith(BASE + "/") and "{" not in whole:
            yield whole.removeprefix(BASE)


def hrefs(value) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(value.get("href"), str):
        yield value["href"]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from hrefs(part)


@pytest.mark.parametrize("accept", ["application/json,*/*;q=0.1", "text/html,*/*;q=0.1"])
def test_every_link_of_a_new_district_leads_somewhere(new, accept):
    asked, dead = set(), {}
    waiting = {"/?f=json", "/collections", "/areas", "/records"}
    while waiting:
        address = waiting.pop()
        asked.add(address)
        answer = new.get(address, headers={"accept": accept})
        if answer.status_code >= 400:
            dead[address] = answer.status_code
        elif re.search("json|html", answer.headers["content-type"]):
            waiting |= {*addresses(answer)} - asked
    assert not dead
    assert {"/conformance", "/collections/projects/items"} <= {urlsplit(a).path for a in asked}
    assert len(asked) > 40


def test_a_new_district_does_not_point_to_targets(new):
    assert new.get("/targets").status_code == 404
    assert "/targets" not in new.get("/?f=json").text
    assert "/targets" not in new.get("/areas?f=html").text


def test_a_district_with_targets_points_to_them(client):
    assert "/targets" in client.get("/?f=json").text
    assert "/targets" in client.get("/areas?f=html").text
