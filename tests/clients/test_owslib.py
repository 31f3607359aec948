"""OWSLib, as scripts and QGIS's MetaSearch use it."""

import pytest
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records


@pytest.fixture(scope="module")
def features(root):
    return Features(root)


def test_owslib_lists_the_layers(features, source):
    assert features.feature_collections() == list(source)
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in (features.conformance()["conformsTo"])
    )
    assert features.api()["openapi"].startswith("3.0")


def pages(features, layer, **parameters):
    """Yield the pages of a layer; OWSLib itself does not follow the links."""
    answer = features.collection_items(layer, **parameters)
    while True:
        yield answer
        if not any(link["rel"] == "next" for link in answer["links"]):
            return
        after = answer["features"][-1]["id"]
        answer = features.collection_items(layer, **parameters, after=after)


def test_owslib_pages_to_the_end(features, source):
    for layer, expected in source.items():
        found = [f["id"] for page in pages(features, layer, limit=5) for f in page["features"]]
        assert found == sorted(set(found))
        assert set(found) == set(expected)


def test_owslib_filters_by_box_and_by_field(features, source):
    answer = features.collection_items("projects", kind="facility")
    expected = [
        item for item in source["projects"].values() if item["properties"]["kind"] == "facility"
    ]
    assert answer["numberMatched"] == len(expected)
    answer = features.collection_items("metro", bbox=[113.58, 34.73, 113.62, 34.77])
    assert 0 < answer["numberMatched"] < len(source["metro"])


def test_owslib_reads_one_feature_and_the_schema(features, source):
    key = next(iter(source["metro"]))
    feature = features.collection_item("metro", key)
    assert feature["geometry"] == source["metro"][key]["geometry"]
    schema = features.collection_schema("metro")
    assert set(feature["properties"]) <= set(schema["properties"])


def test_owslib_reads_the_catalogue(root, source):
    catalog = Records(root)._request(path="records")
    items = [link["href"] for link in catalog["links"] if link["rel"] == "item"]
    assert [href.rsplit("/", 1)[1] for href in items] == list(source)
