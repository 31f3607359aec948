"""Fixtures that several packages' tests share."""

from __future__ import annotations

import hypothesis
import pytest

from tests import browser
from tests.needs import need
from tests.postgres import Cluster, missing, postgis_database
from tests.testland import write_testland
from zymap.load import load, load_database
from zymap.store.gpkg import GpkgStore

# Hypothesis times each example by default; how fast a machine is, is nothing that a test tells.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def testland(tmp_path_factory):
    """Return the folder of the made-up district."""
    return write_testland(tmp_path_factory.mktemp("geodata") / "testland")


@pytest.fixture(scope="session")
def gpkg_store(testland, tmp_path_factory):
    """Return an embedded store that holds the made-up district."""
    opened = GpkgStore(load(testland, tmp_path_factory.mktemp("data")).path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def store(gpkg_store):
    """Return a store that holds the made-up district; `tests.stores` has both."""
    return gpkg_store


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    need("the browser tests", browser.missing())
    arguments = {"executable_path": browser.program(), "args": [*browser.ARGUMENTS]}
    return browser_type_launch_args | arguments


@pytest.fixture(scope="session")
def postgres():
    """Return a running PostgreSQL server with PostGIS; a test makes databases of its own in it."""
    need("the tests of the PostGIS store", missing())
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgis_store(postgres, testland):
    """Return a store in PostGIS that holds the made-up district."""
    from zymap.store.postgis.store import PostgisStore

    url = postgis_database(postgres, "testland")
    load_database(testland, url)
    opened = PostgisStore(url)
    yield opened
    opened.close()
