"""OC4IDS 0.9.5: the project package."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from tests.standards.oc4ids_rules import PACKAGE
from tests.testland import HOSTILE, catalog_text

from zymap.catalog import parse_catalog
from zymap.errors import InvalidData, NotFound, UnknownName
from zymap.oc4ids import project_package, with_parents

OFFICIAL = os.environ.get("ZYMAP_OC4IDS_SCHEMA")


def package_of(client):
    answer = client.get("/oc4ids")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def by_feature(package):
    return {project["identifiers"][0]["id"]: project for project in package["projects"]}


@pytest.fixture(params=["client", "bundled"])
def package(request):
    return package_of(request.getfixturevalue(request.param))


def test_the_package_keeps_the_rules_of_the_standard(package):
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    jsonschema.Draft4Validator(PACKAGE, format_checker=checker).validate(package)


@pytest.mark.skipif(not OFFICIAL, reason="ZYMAP_OC4IDS_SCHEMA names no folder")
def test_the_package_is_valid_by_the_official_schema(package):
    folder = Path(str(OFFICIAL))
    outer = json.loads((folder / "project-package-schema.json").read_text("utf-8"))
    project = json.loads((folder / "project-schema.json").read_text("utf-8"))
    del outer["properties"]["projects"]["items"]
    jsonschema.Draft4Validator(outer).validate(package)
    for item in package["projects"]:
        jsonschema.Draft4Validator(project).validate(item)


def test_ids_are_unique_and_begin_with_the_registered_prefix(client, package):
    ids = [project["id"] for project in package["projects"]]
    assert len(set(ids)) == len(ids)
    assert {project["id"][:15] for project in package_of(client)["projects"]} == {"oc4ids-test00-z"}


def test_a_project_is_a_work_of_a_listed_kind_with_a_stage(client):
    works = client.get("/works", params={"limit": 1000}).json()["features"]
    expected = {
        work["id"]
        for work in works
        if work["properties"]["kind"] in ("project", "parking") and work["properties"]["status"]
    }
    found = by_feature(package_of(client))
    assert set(found) == expected
    # No kind listed, no stage, a computed candidate.
    assert not {"zy-lane-new", "zy-long", "zy-spot-1"} & set(found)
    assert "zy-bridge" in found


def test_water_plans_targets_and_candidates_are_no_projects(bundled):
    found = by_feature(package_of(bundled))
    kinds = {project["additionalClassifications"][0]["id"] for project in found.values()}
    assert kinds == {"project", "utility", "facility", "ecology", "heritage", "road", "park"}
    assert not {name for name in found if "plan" in name.split("-") or "target" in name}
    assert "zy-park-baizhai" not in found
    assert "zy-road-nengyuan" in found


def test_only_what_somebody_located_has_a_geometry(client):
    found = by_feature(package_of(client))
    (library,) = found["zy-library"]["locations"]
    assert "geometry" not in library
    assert "待落图" in library["description"]
    assert library["address"]["locality"] == "测试区 / Testland"
    (hall,) = found["zy-hall"]["locations"]
    assert hall["geometry"] == {"type": "Point", "coordinates": [10.31, 50.06]}
    assert "± 50 m" in hall["description"]


def test_every_value_comes_from_the_feature(client):
    bridge = by_feature(package_of(client))["zy-bridge"]
    assert bridge["title"] == "跨河大桥 / Bridge"
    assert bridge["status"] == "implementation"
    assert bridge["period"] == {"endDate": "2021-06-30T23:59:59+08:00"}
    assert bridge["type"] == "construction"
    assert bridge["updated"] == "2021-03-01T00:00:00Z"
    assert "F1, F2" in bridge["documents"][0]["description"]


def test_a_wording_is_no_date(client):
    assert "period" not in by_feature(package_of(client))["zy-library"]


def test_a_hostile_name_is_text(client):
    found = by_feature(package_of(client))
    for number, name in enumerate(HOSTILE):
        assert found[f"zy-x-hostile-{number}"]["title"] == name


def test_a_sub_sector_has_its_parent_before_it():
    assert with_parents(["transport.road", "transport"]) == ["transport", "transport.road"]
    assert with_parents(["economy"]) == ["economy"]


def test_the_package_says_where_it_is_and_is_linked(client):
    package = package_of(client)
    assert package["uri"] == "http://127.0.0.1:8000/oc4ids"
    links = client.get("/", params={"f": "json"}).json()["links"]
    assert package["uri"] in [link["href"] for link in links]


def test_the_same_data_give_the_same_package(client, store):
    assert client.get("/oc4ids").content == client.get("/oc4ids?f=json").content
    assert project_package(store, "u") == project_package(store, "u")


def test_an_unknown_parameter_is_refused(client):
    assert client.get("/oc4ids?limit=1").status_code == 400
    assert client.get("/oc4ids?f=html").status_code == 400


def without_package(text):
    head, _, rest = text.partition("[oc4ids]")
    return head + "[fields]" + rest.partition("[fields]")[2]


def test_a_dataset_that_names_no_projects_has_no_package(store):
    class Silent:
        def catalog(self):
            return parse_catalog(without_package(catalog_text()))

    with pytest.raises(NotFound):
        project_package(Silent(), "u")


def test_a_package_without_a_project_would_be_invalid_and_is_not_answered(store):
    class Empty:
        def catalog(self):
            return store.catalog()

        def iterate(self, _query):
            return iter(())

    with pytest.raises(NotFound):
        project_package(Empty(), "u")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kinds = ["project", "parking"]', 'kinds = ["castle"]'),
        ('kinds = ["project", "parking"]', 'kinds = "project"'),
        ("updated = 2021-03-01", 'updated = "2021"'),
        ("updated = 2021-03-01", "updated = 2021-03-01T00:00:00Z"),
        ('publisher = "Testland <b>office</b>"', ""),
        ("updated = 2021-03-01", ""),
        ('stated = "construction"', 'stated = "building"'),
        ('type_field = "area_source"', 'type_field = "colour"'),
    ],
)
def test_a_table_that_says_something_impossible_is_refused(old, new):
    text = catalog_text()
    assert old in text
    with pytest.raises((InvalidData, UnknownName)):
        parse_catalog(text.replace(old, new))
