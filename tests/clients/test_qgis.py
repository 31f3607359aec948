"""QGIS's OAPIF provider (Debian's python3-qgis), without a screen."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.clients.conftest import QGIS_PYTHON

# An older QGIS takes the stored CRS whatever it is asked for.
KNOWS_PART_2 = 33600
READER = Path(__file__).with_name("qgis_reader.py")


@pytest.fixture(scope="module")
def qgis(root, tmp_path_factory):
    """Return a function that puts questions to QGIS; skip where there is none."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    clean |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    probe = [QGIS_PYTHON, "-c", "import qgis.core"]
    try:
        there = subprocess.run(probe, env=clean, capture_output=True, check=False, timeout=60)
    except OSError:
        pytest.skip(f"there is no {QGIS_PYTHON}")
    if there.returncode:
        pytest.skip("there is no python3-qgis (Debian: apt-get install python3-qgis)")

    def ask(*questions):
        answer = subprocess.run(
            [QGIS_PYTHON, str(READER), root],
            input=json.dumps(questions),
            env=clean,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr[-500:]
        return json.loads(answer.stdout.splitlines()[-1])

    return ask


def located(features):
    return {key for key, item in features.items() if item["geometry"] is not None}


def test_qgis_reads_every_layer_to_the_end(qgis, source):
    found = qgis(*({"layer": layer, "page": 5} for layer in source))
    for (layer, expected), answer in zip(source.items(), found, strict=True):
        assert answer["valid"], layer
        features = answer["features"]
        assert answer["count"] == len(expected)
        assert set(features) == set(expected)
        assert {key for key, item in features.items() if item["wkt"]} == located(expected)
        for key, item in features.items():
            assert item["name_zh"] == expected[key]["properties"]["name_zh"]


def test_qgis_filters_by_expression_and_by_box(qgis, source):
    box = [113.58, 34.73, 113.62, 34.77]
    by_kind, in_box = qgis(
        {"layer": "projects", "page": 7, "expression": "\"kind\" = 'facility'"},
        {"layer": "metro", "page": 7, "box": box},
    )
    expected = {
        key for key, item in source["projects"].items() if item["properties"]["kind"] == "facility"
    }
    assert set(by_kind["features"]) == expected
    west, south, east, north = box
    places = {key: item["geometry"]["coordinates"] for key, item in source["metro"].items()}
    expected = {k for k, (x, y) in places.items() if west <= x <= east and south <= y <= north}
    assert set(in_box["features"]) == expected
    assert expected


def test_qgis_places_lon_and_lat_right(qgis, source):
    (answer,) = qgis({"layer": "metro"})
    for key, item in answer["features"].items():
        x, y = map(float, re.findall(r"[\d.]+", item["wkt"]))
        lon, lat = source["metro"][key]["geometry"]["coordinates"]
        assert abs(x - lon) < 1e-6
        assert abs(y - lat) < 1e-6


def test_qgis_asks_the_server_for_the_district_grid(qgis, server, source):
    import shapely

    from zymap.crs import project

    offered = server.ask("collections/metro")["crs"]
    if "http://www.opengis.net/def/crs/EPSG/0/4547" not in offered:
        pytest.skip("the server answers in one CRS only (Features Part 2 is not there)")
    (answer,) = qgis({"layer": "metro", "crs": "EPSG:4547", "page": 5})
    if answer["crs"] != "EPSG:4547" and answer["version"] < KNOWS_PART_2:
        pytest.skip(f"QGIS {answer['version']} asks for no CRS of OGC API - Features, Part 2")
    assert answer["crs"] == "EPSG:4547"
    assert set(answer["features"]) == set(source["metro"])
    for key, item in answer["features"].items():
        place = shapely.points([source["metro"][key]["geometry"]["coordinates"]])
        (expected,) = project(place, 4547)
        x, y = map(float, re.findall(r"[\d.]+", item["wkt"]))
        assert abs(x - expected.x) < 0.01
        assert abs(y - expected.y) < 0.01
