"""A real server for real clients, and what its answers must be compared with: the files."""

from __future__ import annotations

import shutil

import pytest
from tests.serving import Server

from zymap.bundled import geodata_dir
from zymap.catalog import read_catalog
from zymap.geojson import read_features

QGIS_PYTHON = "/usr/bin/python3"


def pytest_collection_modifyitems(items):
    for item in items:
        if "clients" in item.path.parts:
            item.add_marker(pytest.mark.clients)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("clients"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def root(server):
    return server.root.rstrip("/")


@pytest.fixture(scope="session")
def source():
    """The features of each layer as the files have them, by layer and id."""
    layers = read_catalog(geodata_dir()).layers
    return {
        layer.id: {item["id"]: item for item in read_features(geodata_dir() / layer.file)}
        for layer in layers
    }


def tool(name):
    """Return the path of a command-line tool of GDAL, or skip."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name} (Debian: apt-get install gdal-bin)")
    return path
