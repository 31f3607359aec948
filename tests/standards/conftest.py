"""Clients of the app: on the made-up district, and on the layers that zymap ships."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.lending import Unclosed

from zymap.load import load
from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api.app import create_app

BASE = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def client(store):
    with TestClient(create_app(Unclosed(store), Settings()), base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="session")
def bundled_store(tmp_path_factory):
    folder = Path(__file__).resolve().parents[2] / "geodata"
    opened = GpkgStore(load(folder, tmp_path_factory.mktemp("bundled")).path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def bundled(bundled_store):
    with TestClient(create_app(Unclosed(bundled_store), Settings()), base_url=BASE) as opened:
        yield opened


@pytest.fixture(params=["client", "bundled"])
def api(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def collections(api):
    return api.get("/collections").json()["collections"]
