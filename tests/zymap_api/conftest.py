"""A client of the app on the made-up district."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.lending import Unclosed

from zymap.settings import Settings
from zymap_api.app import create_app


@pytest.fixture(scope="session")
def client(store):
    app = create_app(Unclosed(store), Settings())
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as opened:
        yield opened
