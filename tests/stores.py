"""Both stores, one after the other: a test that takes this fixture holds for each."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", params=["gpkg", "postgis"])
def store(request):
    """Return a store that holds the made-up district."""
    return request.getfixturevalue(f"{request.param}_store")
