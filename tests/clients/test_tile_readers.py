"""The tiles read by MapLibre's reader, by OpenLayers and by GDAL, against the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pyogrio
import pytest
import shapely
from shapely.geometry import shape

from zymap.tilematrix import TILE_MATRIX_SETS, WEB_MERCATOR, Tile

READERS = Path(__file__).parent / "readers"
# A tile of this zoom is 1.2 km wide, its grid 0.3 m.
ZOOM = 15
NEAR_DEGREES = 0.00001


def read_by(script, address, matrix):
    """Return what a reader of tiles finds, by layer and id."""
    if not (READERS / "node_modules").is_dir():
        pytest.skip("the readers are not installed (`make test-clients` does: npm ci)")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    made = subprocess.run(
        ["node", READERS / script, address, str(matrix)],
        capture_output=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert made.returncode == 0, made.stderr.decode()
    return json.loads(made.stdout)


def located(source):
    """Return the geometries of what has one, by layer and id; layers of none are left out."""
    found = {
        layer: {
            feature_id: shape(feature["geometry"])
            for feature_id, feature in features.items()
            if feature["geometry"] is not None
        }
        for layer, features in source.items()
    }
    return {layer: shapes for layer, shapes in found.items() if shapes}


def assert_same(found, source):
    """Compare the features, their types, and where they are."""
    expected = located(source)
    assert {layer: set(features) for layer, features in found.items() if features} == {
        layer: set(shapes) for layer, shapes in expected.items()
    }
    for layer, features in found.items():
        for feature_id, feature in features.items():
            geometry = expected[layer][feature_id]
            kind = geometry.geom_type.removeprefix("Multi")
            assert feature["type"].removeprefix("Multi") == kind, feature_id
            # What a tile's buffer cut begins at the cut: on the boundary or inside.
            assert geometry.distance(shapely.Point(feature["at"])) < NEAR_DEGREES, feature_id


def test_maplibre_reads_every_feature_by_the_tilejson(root, source):
    address = f"{root}/tiles/WebMercatorQuad?f=tilejson"
    assert_same(read_by("maplibre.mjs", address, ZOOM), source)


def test_maplibre_reads_one_collection(root, source):
    address = f"{root}/collections/projects/tiles/WebMercatorQuad?f=tilejson"
    found = read_by("maplibre.mjs", address, ZOOM)
    assert_same(found, {"projects": source["projects"]})


@pytest.mark.parametrize("matrix_set", TILE_MATRIX_SETS.values(), ids=lambda item: item.id)
def test_openlayers_reads_every_feature_by_the_metadata(root, source, matrix_set):
    matrix = next(number for number in matrix_set.matrices if matrix_set.zoom(number) == ZOOM)
    found = read_by("openlayers.mjs", f"{root}/tiles/{matrix_set.id}", matrix)
    assert_same(found, source)


def test_openlayers_reads_the_selected_collections(root, source):
    address = f"{root}/tiles/WebMercatorQuad?collections=roads,projects"
    found = read_by("openlayers.mjs", address, ZOOM)
    assert list(found) == ["roads", "projects"]
    assert_same(found, {name: source[name] for name in ("roads", "projects")})


def test_gdal_reads_a_tile_where_it_lies(root, source, tmp_path):
    if "MVT" not in pyogrio.list_drivers():
        pytest.skip("pyogrio's GDAL has no MVT driver")
    hall = next(iter(located(source)["projects"].values())).representative_point()
    x, y = (WEB_MERCATOR.plane_xy(shapely.get_coordinates(hall))[:, 0] * 2**12).astype(int)
    path = tmp_path / f"{y}.mvt"
    with urllib.request.urlopen(f"{root}/tiles/WebMercatorQuad/12/{y}/{x}") as answer:
        path.write_bytes(answer.read())
    place = {"X": int(x), "Y": int(y), "Z": 12, "METADATA_FILE": ""}
    box = shapely.box(*Tile(12, int(y), int(x)).bbox().as_list())
    read = set(pyogrio.list_layers(path)[:, 0])
    for layer, shapes in located(source).items():
        inside = {name for name, geometry in shapes.items() if geometry.intersects(box)}
        if not inside:
            continue
        assert layer in read
        frame = pyogrio.read_dataframe(path, layer=layer, **place).to_crs(4326)
        assert inside <= set(frame["id"])
        for feature_id, geometry in zip(frame["id"], frame.geometry, strict=True):
            distance = shapes[feature_id].hausdorff_distance(geometry)
            cut = not box.contains(shapes[feature_id])
            assert cut or distance < NEAR_DEGREES * 8, feature_id
