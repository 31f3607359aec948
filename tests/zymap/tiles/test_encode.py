"""Tiles read by a decoder that is not ours, and by GDAL."""

import itertools
import math
from dataclasses import astuple

import mapbox_vector_tile
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, mapping, shape
from tests.testland import HOSTILE

from zymap.tilematrix import Tile
from zymap.tiles import EXTENT, TileRows, encode_tile, pack, varint

TILE = Tile(14, 5590, 8687)
BUFFER = 256


def place(x, y):
    """Return the lon, lat of a point of the tile's grid."""
    size = 2.0**-TILE.matrix
    world_x = (TILE.column + x / EXTENT) * size
    world_y = (TILE.row + y / EXTENT) * size
    return world_x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * world_y))))


def on_tile(geometry):
    """Return a geometry in tile units as WGS 84."""
    return shapely.transform(geometry, lambda xy: np.array([place(*point) for point in xy]))


def rows_of(shapes, columns):
    """Return features as a store gives them to a tile, numbered from 1."""
    vocabulary, packed = pack(np.array(shapes, dtype=object), columns)
    runs, lonlat, attributes = zip(*map(astuple, packed), strict=True)
    return TileRows(
        vocabulary, np.arange(1, len(packed) + 1, dtype=np.uint32), runs, lonlat, attributes
    )


def encode(*geometries, **columns):
    return encode_tile("works", TILE, rows_of([on_tile(shape) for shape in geometries], columns))


def decode(content):
    options = {"y_coord_down": True}
    return mapbox_vector_tile.decode(content, default_options=options)["works"]["features"]


def shapes(content):
    return [shape(feature["geometry"]) for feature in decode(content)]


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Point(100, 200),
        shapely.MultiPoint([(100, 200), (300, 50), (4096, 0)]),
        shapely.LineString([(0, 0), (5, 9), (4096, 4096), (10, 3)]),
        shapely.MultiLineString([[(0, 0), (50, 90)], [(4000, 20), (10, 3), (9, 9)]]),
        box(10, 10, 900, 800),
        box(10, 10, 900, 800).difference(box(100, 100, 200, 200)),
        shapely.MultiPolygon(
            [box(10, 10, 900, 800).difference(box(100, 100, 200, 200)), box(1000, 0, 1100, 60)]
        ),
    ],
    ids=lambda geometry: geometry.geom_type,
)
def test_a_geometry_comes_back_as_it_went_in(geometry):
    (found,) = shapes(encode(geometry))
    assert found.geom_type == geometry.geom_type
    assert found.equals(geometry)


def test_attributes_come_back_and_what_is_missing_is_left_out():
    content = encode(
        shapely.Point(1, 1),
        shapely.Point(2, 2),
        id=["zy-a", "zy-b"],
        status=["completion", None],
        kind=["park", "park"],
    )
    assert [feature["properties"] for feature in decode(content)] == [
        {"id": "zy-a", "status": "completion", "kind": "park"},
        {"id": "zy-b", "kind": "park"},
    ]
    assert [feature["id"] for feature in decode(content)] == [1, 2]


@pytest.mark.parametrize("name", [*HOSTILE, "", "字" * 200, "\0", "🏗️"])
def test_a_name_is_bytes_whatever_it_says(name):
    (feature,) = decode(encode(shapely.Point(1, 1), name_zh=[name]))
    assert feature["properties"] == {"name_zh": name}


def test_polygons_come_first_and_points_last_each_with_its_own_attributes():
    content = encode(
        shapely.Point(1, 1),
        box(0, 0, 9, 9),
        shapely.LineString([(0, 0), (9, 9)]),
        box(20, 20, 29, 29),
        id=["point", "one", "line", "other"],
    )
    found = [(f["properties"]["id"], f["geometry"]["type"]) for f in decode(content)]
    assert found == [
        ("one", "Polygon"),
        ("other", "Polygon"),
        ("line", "LineString"),
        ("point", "Point"),
    ]


@pytest.mark.parametrize("reverse", [False, True])
def test_outer_rings_run_clockwise_on_the_screen_and_inner_ones_the_other_way(reverse):
    outer = [(0, 0), (900, 0), (900, 900), (0, 900)]
    inner = [(100, 100), (200, 100), (200, 200), (100, 200)]
    if reverse:
        outer, inner = outer[::-1], inner[::-1]
    (feature,) = decode(encode(shapely.Polygon(outer, [inner])))
    rings = mapping(shape(feature["geometry"]))["coordinates"]
    # Surveyor's formula with y downwards: positive is clockwise on the screen (2.1, 4.3.4.4).
    areas = [sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) for ring in rings]
    assert areas[0] > 0 > areas[1]


def test_what_crosses_the_edge_is_cut_at_the_buffer_and_not_at_the_edge():
    (found,) = shapes(encode(box(-9000, 10, 9000, 20)))
    assert found.bounds == (-BUFFER, 10, EXTENT + BUFFER, 20)
    (found,) = shapes(encode(shapely.LineString([(-9000, 7), (9000, 7)])))
    assert found.bounds == (-BUFFER, 7, EXTENT + BUFFER, 7)


def test_a_line_that_leaves_and_comes_back_is_two_lines():
    (found,) = shapes(encode(shapely.LineString([(10, 10), (9000, 10), (9000, 90), (10, 90)])))
    assert found.geom_type == "MultiLineString"


def test_a_polygon_round_the_tile_fills_it():
    (found,) = shapes(encode(box(-9000, -9000, 9000, 9000)))
    assert found.equals(box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER))


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Point(-BUFFER - 1, 9),
        shapely.LineString([(-9000, -9000), (-8000, 9000)]),
        box(5000, 5000, 6000, 6000),
    ],
    ids=lambda geometry: geometry.geom_type,
)
def test_what_lies_outside_is_not_there_and_nothing_at_all_is_no_bytes(geometry):
    assert encode(geometry) == b""
    (feature,) = decode(encode(geometry, shapely.Point(1, 1), id=["out", "in"]))
    assert feature["properties"] == {"id": "in"}


def test_a_point_in_the_buffer_is_there():
    assert shapes(encode(shapely.Point(-BUFFER + 1, 9))) == [shapely.Point(-BUFFER + 1, 9)]


def test_points_that_the_grid_makes_equal_are_written_once():
    line = shapely.LineString([(0, 0), (0.1, 0.2), (0.3, 0), (90, 0), (90.2, 0.1)])
    assert shapes(encode(line)) == [shapely.LineString([(0, 0), (90, 0)])]


def test_what_is_smaller_than_the_grid_stays_what_it_is_one_unit_wide():
    speck, sliver, mast = box(10, 10, 10.2, 10.2), box(50, 50, 900, 50.1), box(60, 70, 60.1, 90)
    stub = shapely.LineString([(7, 7), (7.1, 7.1)])
    found = shapes(encode(speck, sliver, mast, stub))
    expected = [
        "POLYGON ((10 10, 11 10, 11 11, 10 10))",
        "POLYGON ((50 50, 900 50, 900 51, 50 50))",
        "POLYGON ((60 70, 60 90, 59 90, 60 70))",
        "LINESTRING (7 7, 8 7)",
    ]
    assert {shapely.normalize(geometry) for geometry in found} == {
        shapely.normalize(shapely.from_wkt(text)) for text in expected
    }


def test_of_many_parts_that_close_all_stay_and_beside_a_larger_one_none():
    specks = [box(10 * n, 10, 10 * n + 0.1, 10.1) for n in range(1, 4)]
    (found,) = shapes(encode(shapely.MultiPolygon(specks)))
    assert [part.area for part in found.geoms] == [0.5] * 3
    (found,) = shapes(encode(shapely.MultiPolygon([*specks, box(200, 200, 300, 300)])))
    assert found.equals(box(200, 200, 300, 300))


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=3, max_size=12))
def test_whatever_rounding_does_a_polygon_stays_one_and_runs_clockwise(points):
    content = encode(shapely.MultiPoint(points).convex_hull.buffer(0.01))
    (feature,) = decode(content)
    assert feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
    (found,) = shapes(content)
    for polygon in shapely.get_parts(found):
        ring = list(polygon.exterior.coords)
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0


def test_a_hole_that_closes_leaves_the_polygon_and_a_closed_part_leaves_the_others():
    holed = box(0, 0, 90, 90).difference(box(10, 10, 10.2, 10.2))
    parts = shapely.MultiPolygon([box(0, 0, 90, 90), box(200, 200, 200.1, 200.1)])
    assert all(found.equals(box(0, 0, 90, 90)) for found in shapes(encode(holed, parts)))


def test_a_polygon_that_crosses_itself_does_not_take_the_tile_down():
    bow = shapely.Polygon([(-9000, 0), (9000, 90), (9000, 0), (-9000, 90)])
    found = decode(encode(bow, shapely.Point(1, 1), id=["bow", "in"]))
    assert "in" in [feature["properties"]["id"] for feature in found]


def test_heights_are_passed_over():
    flat = on_tile(shapely.Point(1, 1))
    high = shapely.force_3d(flat, 80.0)
    assert rows_of([high], {}).lonlat == rows_of([flat], {}).lonlat


def test_gdal_reads_the_same(tmp_path):
    content = encode(
        box(10, 10, 900, 800).difference(box(100, 100, 200, 200)),
        box(30, 30, 60, 90),
        id=["zy-a", "zy-b"],
        name_zh=["<img onerror>", "跨河大桥"],
    )
    path = tmp_path / "tile.mvt"
    path.write_bytes(content)
    _, _, wkb, fields = pyogrio.raw.read(path, layer="works")
    assert shapely.get_type_id(shapely.from_wkb(wkb)).tolist() in ([3, 3], [6, 6])
    assert shapely.area(shapely.from_wkb(wkb)).tolist() == [890 * 790 - 100 * 100, 30 * 60]
    texts = [values.tolist() for values in fields if values.dtype == object]
    assert ["<img onerror>", "跨河大桥"] in texts


@given(st.lists(st.integers(0, 2**32 - 1), max_size=30))
def test_numbers_are_written_as_protocol_buffers_write_them(numbers):
    def written(number):
        septets = []
        while number > 0x7F:
            septets.append(number & 0x7F | 0x80)
            number >>= 7
        return bytes([*septets, number])

    expected = [written(number) for number in numbers]
    array = np.array(numbers, dtype=np.uint32)
    assert varint.encode(array) == b"".join(expected)
    assert varint.sizes(array).tolist() == [len(part) for part in expected]


@given(
    st.lists(
        st.tuples(st.integers(-BUFFER, EXTENT), st.integers(-BUFFER, EXTENT), st.integers(1, 200)),
        min_size=1,
        max_size=20,
    )
)
def test_many_features_keep_their_own_geometry(boxes):
    geometries = [
        box(x, y, min(x + size, EXTENT + BUFFER), min(y + size, EXTENT + BUFFER))
        for x, y, size in boxes
    ]
    content = encode(*geometries, id=[str(number) for number in range(len(boxes))])
    found = decode(content)
    assert [feature["properties"]["id"] for feature in found] == [
        str(number) for number in range(len(boxes))
    ]
    assert all(
        shape(feature["geometry"]).equals(geometry)
        for feature, geometry in zip(found, geometries, strict=True)
    )
