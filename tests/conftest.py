"""Fixtures that several packages' tests share."""

from __future__ import annotations

import hypothesis
import pytest

from tests.testland import write_testland
from zymap.load import load
from zymap.store.gpkg import GpkgStore

# Hypothesis times each example by default; how fast a machine is, is nothing that a test tells.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def testland(tmp_path_factory):
    """Return the folder of the made-up district."""
    return write_testland(tmp_path_factory.mktemp("geodata") / "testland")


@pytest.fixture(scope="session")
def store(testland, tmp_path_factory):
    """Return a store that holds the made-up district."""
    opened = GpkgStore(load(testland, tmp_path_factory.mktemp("data")).path)
    yield opened
    opened.close()
