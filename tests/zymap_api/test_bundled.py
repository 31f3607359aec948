"""The API on the layers that ship with zymap."""

import pytest
from starlette.testclient import TestClient

from zymap.bundled import geodata_dir
from zymap.catalog import read_catalog
from zymap.geojson import read_features
from zymap.load import load
from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api.app import create_app


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    store = GpkgStore(load(geodata_dir(), tmp_path_factory.mktemp("bundled")).path)
    with TestClient(create_app(store, Settings()), base_url="http://127.0.0.1:8000") as client:
        yield client


def test_the_api_counts_what_the_files_hold(bundled):
    for layer in read_catalog(geodata_dir()).layers:
        features = read_features(geodata_dir() / layer.file)
        page = bundled.get(f"/collections/{layer.id}/items?limit=10000").json()
        assert page["numberMatched"] == len(features) == len(page["features"])
        assert page["numberLocated"] == sum(f["geometry"] is not None for f in features)


def test_the_works_with_a_number_stand_beside_the_targets_and_none_is_added_up(bundled):
    answer = bundled.get("/targets?limit=1000").json()
    assert answer["numberMatched"] == len(answer["targets"]) == 40
    counted = {work["id"]: work for work in answer["counted_works"]}
    roads = {key: work for key, work in counted.items() if work["collection"] == "roads"}
    assert sorted(work["quantity"] for work in roads.values()) == [3, 4, 5, 5, 9, 9, 22, 48]
    for key, work in roads.items():
        # A road that is named without a number overlaps too, but adds nothing.
        for other in set(work["overlaps_with"]) & set(counted):
            assert key in counted[other]["overlaps_with"]
    assert any(work["overlaps_with"] for work in roads.values())
    # A number that is nobody's sum: no member of the answer adds the quantities.
    assert set(answer) == {
        "numberMatched", "numberReturned", "note", "targets", "counted_works", "links",
    }  # fmt: skip


def test_the_works_with_a_number_follow_the_question(bundled):
    answer = bundled.get("/targets?area=ccd-north").json()
    assert [work["quantity"] for work in answer["counted_works"]] == [9]
    assert bundled.get("/targets?comparator=ge").json()["counted_works"] == []
    page = bundled.get("/targets?f=html").text
    assert "写明数量的项目" in page
