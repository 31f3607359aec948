"""GeoJSON: the store's own texts."""

import geopandas
import orjson

from zymap.catalog import Source
from zymap.query import Query


def test_the_features_are_the_store_s_texts_byte_for_byte(store, hand):
    path, _ = hand(store, "geojson", "works", "goals")
    texts = store.select(Query((Source("works"), Source("goals"))))
    _, *lines, _ = path.read_bytes().splitlines()
    assert [line.removesuffix(b",") for line in lines] == texts


def test_it_is_rfc_7946_without_a_crs_member_and_the_unlocated_are_null(store, hand):
    path, manifest = hand(store, "geojson", "works", name="a.geojson")
    document = orjson.loads(path.read_bytes())
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    nulls = [f["id"] for f in document["features"] if f["geometry"] is None]
    assert nulls == ["zy-library", "zy-school"]
    assert len(geopandas.read_file(path)) == manifest.features


def test_nothing_found_is_an_empty_collection(shelf, hand):
    path, _ = hand(shelf(), "geojson", "works")
    assert orjson.loads(path.read_bytes())["features"] == []
