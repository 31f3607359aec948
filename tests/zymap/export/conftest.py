"""A store that holds any features in memory, and a hand that exports and unpacks them."""

from __future__ import annotations

import datetime as dt
import zipfile

import pytest
from tests.testland import catalog_text

from zymap import export
from zymap.catalog import Source, parse_catalog
from zymap.geojson import feature_text
from zymap.query import Query

MOMENT = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


class Shelf:
    """As much of `zymap.store.base.Store` as an export uses, for values no validation lets by."""

    def __init__(self, features, catalog=None):
        self._catalog = catalog or parse_catalog(catalog_text())
        self._features = features

    def catalog(self):
        return self._catalog

    def revision(self):
        return "shelf"

    def iterate(self, query):
        for source in query.sources:
            names = [field.name for field in self._catalog.layer(source.collection).fields]
            for feature in self._features.get(source.collection, ()):
                yield feature_text(feature, source.collection, names)


@pytest.fixture
def shelf():
    """Return the maker of in-memory stores: layers by name, each a list of features."""
    return lambda **features: Shelf(features)


@pytest.fixture
def feature():
    """Return the maker of features."""
    return make_feature


def make_feature(number=0, geometry=(113.6, 34.74), **values):
    if isinstance(geometry, tuple):
        geometry = {"type": "Point", "coordinates": list(geometry)}
    base = {"name_zh": "名称", "kind": "project", "area_id": "east", "fact_ids": []}
    return {
        "type": "Feature",
        "id": values.pop("id", f"zy-{number:04d}"),
        "geometry": geometry,
        "properties": {**base, **values},
    }


@pytest.fixture
def hand(tmp_path):
    """Return the function that exports layers of a store into a file of a fresh folder."""

    def export_layers(store, format_, *layers, **options):
        target = tmp_path / options.pop("name", f"out.{format_}")
        query = options.pop("query", Query(tuple(Source(layer) for layer in layers)))
        options.setdefault("created", MOMENT)
        manifest = export.run(store, query, format=format_, target=target, **options)
        return target, manifest

    return export_layers


@pytest.fixture
def unpacked(hand, tmp_path):
    """Return the function that exports to a zip and unpacks it; it returns the folder."""

    def export_and_unpack(store, format_, *layers, **options):
        target, _ = hand(store, format_, *layers, **options)
        folder = tmp_path / "unpacked"
        with zipfile.ZipFile(target) as archive:
            archive.extractall(folder)
        return folder

    return export_and_unpack


@pytest.fixture
def csv_cells():
    """Return the reader of a sidecar as a list of dicts by the name in the heading's brackets."""
    from zymap.export.csv_file import read_rows

    def cells(path):
        header, *rows = read_rows(path)
        names = [heading.rpartition("(")[2].rstrip(")") for heading in header]
        return [dict(zip(names, row, strict=True)) for row in rows]

    return cells
