"""GDAL's OAPIF driver: the one in Debian's gdal-bin, and the one that pyogrio brings."""

import json
import os
import re
import subprocess

import pyogrio
import pytest
from tests.clients.conftest import tool

from zymap.crs import OFFERED, STORED, project


def run(*arguments):
    answer = subprocess.run(arguments, capture_output=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr.decode()[-500:]
    assert b"ERROR" not in answer.stderr, answer.stderr.decode()[-500:]
    return answer.stdout.decode("utf-8")


def read(root, layer, *arguments, page=5):
    """Return the features that ogr2ogr reads from a collection, by id."""
    text = run(
        tool("ogr2ogr"), "-f", "GeoJSON", "/vsistdout/", f"OAPIF:{root}", layer,
        "-oo", f"PAGE_SIZE={page}", *arguments,
    )  # fmt: skip
    return {item["properties"]["id"]: item for item in json.loads(text)["features"]}


def located(features):
    return {key for key, item in features.items() if item["geometry"] is not None}


def test_ogrinfo_lists_every_layer(root, source):
    text = run(tool("ogrinfo"), "-ro", "-q", f"OAPIF:{root}")
    assert [line.split(":")[1].split()[0] for line in text.splitlines()] == list(source)


def test_ogr2ogr_pages_to_the_end_of_every_layer(root, source):
    for layer, expected in source.items():
        found = read(root, layer)
        assert set(found) == set(expected)
        assert located(found) == located(expected)


@pytest.mark.parametrize("page", [1, 7, 10, 1000])
def test_the_page_size_changes_nothing(root, source, page):
    assert set(read(root, "parks", page=page)) == set(source["parks"])


def test_ogr2ogr_reads_the_same_values_and_places(root, source):
    found = read(root, "projects")
    for key, expected in source["projects"].items():
        assert found[key]["geometry"] == expected["geometry"]
        assert found[key]["properties"]["name_zh"] == expected["properties"]["name_zh"]
        assert found[key]["properties"]["status"] == expected["properties"]["status"]


@pytest.mark.parametrize(
    ("where", "field", "value"),
    [("kind = 'facility'", "kind", "facility"), ("area_id = 'ersha'", "area_id", "ersha")],
)
def test_an_attribute_filter_leaves_what_the_source_has(root, source, where, field, value):
    expected = {k for k, item in source["projects"].items() if item["properties"][field] == value}
    assert set(read(root, "projects", "-where", where)) == expected
    assert 0 < len(expected) < len(source["projects"])


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("deadline <= '2021/12/31'", lambda row: (row["deadline"] or "9") <= "2021-12-31"),
        ("deadline >= '2021-06-30'", lambda row: (row["deadline"] or "") >= "2021-06-30"),
        ("name_en LIKE '%park%'", lambda row: "park" in row["name_en"]),
        ("name_en ILIKE '%park%'", lambda row: "park" in row["name_en"].lower()),
        ("status IS NULL", lambda row: row["status"] is None),
        (
            "NOT (kind = 'facility') AND status = 'implementation'",
            lambda row: row["kind"] != "facility" and row["status"] == "implementation",
        ),
    ],
)
def test_an_attribute_filter_is_left_to_the_server(root, source, where, holds):
    expected = {k for k, item in source["projects"].items() if holds(item["properties"])}
    answer = subprocess.run(
        [tool("ogrinfo"), "-ro", "-al", "-q", f"OAPIF:{root}", "projects", "-where", where],
        capture_output=True, timeout=120, check=True, env={**os.environ, "CPL_DEBUG": "OAPIF,HTTP"},
    )  # fmt: skip
    assert b"filter-lang=cql-text" in answer.stderr
    assert set(re.findall(r"^  id \(String\) = (.*)$", answer.stdout.decode(), re.M)) == expected
    assert 0 < len(expected) < len(source["projects"])


def test_a_spatial_filter_leaves_the_located_in_the_box(root, source):
    west, south, east, north = 113.58, 34.73, 113.62, 34.77
    found = read(root, "metro", "-spat", *map(str, (west, south, east, north)))
    expected = {
        key
        for key, item in source["metro"].items()
        if west <= item["geometry"]["coordinates"][0] <= east
        and south <= item["geometry"]["coordinates"][1] <= north
    }
    assert set(found) == expected
    assert expected


def test_ogr2ogr_reprojects_to_the_district_grid(root, source):
    import shapely

    found = read(root, "metro", "-t_srs", "EPSG:4547", "-lco", "RFC7946=NO")
    for key, item in source["metro"].items():
        (expected,) = project(shapely.points([item["geometry"]["coordinates"]]), 4547)
        x, y = found[key]["geometry"]["coordinates"]
        assert abs(x - expected.x) < 0.01
        assert abs(y - expected.y) < 0.01


def served_crs(server):
    """The EPSG codes that the server itself answers in (Features, Part 2), stored one aside.

    GDAL asks for no EPSG:4326 where it has CRS84: to it they differ in nothing but their axes.
    """
    known = server.ask("collections/metro")["crs"]
    uris = {code: f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in OFFERED}
    return [code for code, uri in uris.items() if uri in known and code != STORED]


def test_pyogrio_asks_the_server_for_another_crs(root, server, source):
    codes = served_crs(server)
    if not codes:
        pytest.skip("the server answers in one CRS only (Features Part 2 is not there)")
    for code in codes:
        frame = pyogrio.read_dataframe(f"OAPIF:{root}", layer="metro", CRS=f"EPSG:{code}")
        assert frame.crs.to_epsg() == code
        here = frame.to_crs(4326).set_index("id").geometry
        for key, item in source["metro"].items():
            lon, lat = item["geometry"]["coordinates"]
            assert abs(here[key].x - lon) < 1e-6
            assert abs(here[key].y - lat) < 1e-6


def test_pyogrio_reads_every_layer_whole(root, source):
    assert "OAPIF" in pyogrio.list_drivers(read=True)
    for layer, expected in source.items():
        frame = pyogrio.read_dataframe(f"OAPIF:{root}", layer=layer, PAGE_SIZE=7)
        assert len(frame) == len(expected)
        if any(item["geometry"] for item in expected.values()):
            assert frame.geometry.notna().sum() == len(located(expected))


def test_gdal_takes_the_types_from_the_schema_and_not_from_the_first_page(root, source):
    quantities = {k: item["properties"]["quantity"] for k, item in source["targets"].items()}
    assert 8.5 in quantities.values()
    # The first page of three holds whole numbers only, and no deadline.
    first = [quantities[key] for key in sorted(quantities)[:3]]
    assert all(number is None or number == int(number) for number in first)
    frame = pyogrio.read_dataframe(f"OAPIF:{root}", layer="targets", PAGE_SIZE=3).set_index("id")
    assert {k: v for k, v in frame.quantity.items() if v == v} == {
        key: number for key, number in quantities.items() if number is not None
    }
    assert frame.deadline.dtype.kind == "M"
    found = read(root, "targets", page=3)
    assert {key: item["properties"]["quantity"] for key, item in found.items()} == quantities


def test_pyogrio_filters_by_box_and_by_attribute(root, source):
    frame = pyogrio.read_dataframe(f"OAPIF:{root}", layer="projects", where="kind = 'facility'")
    assert len(frame) == sum(
        item["properties"]["kind"] == "facility" for item in source["projects"].values()
    )
    box = (113.0, 34.0, 114.0, 35.0)
    frame = pyogrio.read_dataframe(f"OAPIF:{root}", layer="projects", bbox=box)
    assert len(frame) == len(located(source["projects"]))


def test_gdal_reads_the_csv_with_its_shapes(root, source, tmp_path):
    import urllib.request

    path = tmp_path / "projects.csv"
    with urllib.request.urlopen(f"{root}/collections/projects/items?f=csv") as answer:
        path.write_bytes(answer.read())
    text = run(
        tool("ogr2ogr"), "-f", "GeoJSON", "/vsistdout/", str(path),
        "-oo", "GEOM_POSSIBLE_NAMES=几何(wkt)", "-oo", "KEEP_GEOM_COLUMNS=NO",
    )  # fmt: skip
    found = {item["properties"]["编号(id)"]: item for item in json.loads(text)["features"]}
    assert set(found) == set(source["projects"])
    assert located(found) == located(source["projects"])
