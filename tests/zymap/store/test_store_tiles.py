"""What a store gives a tile: everything where little is, one a cell where much is."""

import copy
import dataclasses
import math
import random
import sqlite3
from contextlib import closing

import mapbox_vector_tile
import numpy as np
import orjson
import pyogrio
import pytest
import shapely
from tests.postgres import postgis_database
from tests.testland import FEATURES
from tests.zymap.datasets import write_dataset

from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.load import load, load_database
from zymap.query import Condition, Query
from zymap.search import search_form
from zymap.store.base import VectorTile, tile_attributes
from zymap.store.gpkg import GpkgStore
from zymap.store.postgis.store import PostgisStore
from zymap.store.thinning import TILE_MAXIMUM, WHOLE_FROM_ZOOM, thin
from zymap.tilematrix import CGCS2000, WORLD_CRS84, Tile
from zymap.tiles import BUFFER_TILES, EXTENT

WORKS = Query((Source("works"),))
WORLD = Tile(0, 0, 0)
CELL_PX = 8
LARGE = 6000
SPOT = (10.2, 50.1)
COMPLETED = WORKS._replace(conditions=(Condition("status", ("completion",)),))


def geometry_of(feature):
    return shapely.from_geojson(orjson.dumps(feature["geometry"]).decode())


def features_of(tile):
    """Return a tile's features as a reader of tiles has them, y to the south."""
    layers = mapbox_vector_tile.decode(tile.content, default_options={"y_coord_down": True})
    return [feature for layer in layers.values() for feature in layer["features"]]


def ids(tile):
    return [feature["properties"]["id"] for feature in features_of(tile)]


def on_tile(shape, tile):
    """Put a geometry on the grid of a tile, by the textbook's formula."""

    def grid(lonlat):
        lon, lat = lonlat.T
        x = lon / 360 + 0.5
        y = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
        corner = np.array([tile.column, tile.row])
        return (np.column_stack((x, y)) * 2**tile.zoom - corner) * EXTENT

    return shapely.transform(shape, grid)


def located(store, query):
    """Return the located features that a list would give, by id."""
    rows = map(orjson.loads, store.select(query))
    return {row["id"]: row for row in rows if row["geometry"] is not None}


# Large enough for the whole district, and so small that its grid tells its features apart.
DISTRICT = Tile(8, 86, 135)


@pytest.mark.parametrize("layer", ["works", "lanes", "areas", "spots"])
def test_a_small_layer_comes_whole_with_its_geometry_and_attributes(store, layer):
    tile = store.tile(Query((Source(layer),)), DISTRICT, 0)
    features = {f["id"]: f for f in FEATURES[layer] if f["geometry"] is not None}
    assert sorted(ids(tile)) == sorted(features)
    assert tile.left_out == 0
    assert len({found["id"] for found in features_of(tile)}) == len(features)
    for found in features_of(tile):
        feature = features[found["properties"]["id"]]
        expected = on_tile(geometry_of(feature), DISTRICT)
        drawn = shapely.geometry.shape(found["geometry"])
        assert drawn.geom_type == expected.geom_type
        assert shapely.hausdorff_distance(drawn, expected) <= 1
        stated = {
            name: feature["properties"].get(name)
            for name in tile_attributes(store.catalog().layer(layer))
        }
        stated["id"] = feature["id"]
        assert found["properties"] == {k: v for k, v in stated.items() if v is not None}


@pytest.mark.parametrize("layer", ["works", "lanes", "areas"])
def test_what_is_smaller_than_the_grid_stays_in_the_tile_and_of_its_kind(store, layer):
    kinds = {f["id"]: f["geometry"]["type"] for f in FEATURES[layer] if f["geometry"] is not None}
    found = features_of(store.tile(Query((Source(layer),)), WORLD, 0))
    assert {f["properties"]["id"]: f["geometry"]["type"] for f in found} == kinds


def test_polygons_come_first_and_points_last_so_that_nothing_is_covered(store):
    found = features_of(store.tile(WORKS, DISTRICT, 0))
    assert [f["geometry"]["type"] for f in found] == ["Polygon", "LineString"] + ["Point"] * (
        len(found) - 2
    )


@pytest.mark.parametrize("matrix_set", [CGCS2000, WORLD_CRS84])
def test_a_tile_in_degrees_holds_the_same_features(store, matrix_set):
    world = [Tile(matrix_set.first, 0, column, matrix_set) for column in (0, 1)]
    found = [feature_id for tile in world for feature_id in ids(store.tile(WORKS, tile, 0))]
    assert sorted(found) == sorted(ids(store.tile(WORKS, WORLD, 0)))
    lon, lat = features_of(store.tile(WORKS._replace(ids=("zy-hall",)), world[1], 0))[0][
        "geometry"
    ]["coordinates"]
    assert (lon, lat) == (round(10.31 / 180 * EXTENT), round((90 - 50.06) / 180 * EXTENT))


def test_a_tile_has_what_lies_in_it_and_the_buffer_round_it(store):
    hall = next(f for f in FEATURES["works"] if f["id"] == "zy-hall")
    lon, lat = shapely.get_coordinates(geometry_of(hall))[0]
    # Where it lies so near to an edge of its tile that the next tile draws it, too.
    zoom, side = next(
        (zoom, side)
        for zoom in range(24)
        for side in (-1, 1)
        if -side * ((lon / 360 + 0.5) * 2**zoom % 1 - (side > 0)) < BUFFER_TILES
    )
    x = (lon / 360 + 0.5) * 2**zoom
    y = (0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**zoom
    tile = Tile(zoom, int(y), int(x))
    beside = dataclasses.replace(tile, column=tile.column + side)
    assert "zy-hall" in ids(store.tile(WORKS, tile, 0))
    assert "zy-hall" not in ids(store.tile(WORKS, beside, 0))
    assert "zy-hall" in ids(store.tile(WORKS, beside, BUFFER_TILES))


@pytest.mark.parametrize(
    "change",
    [
        {"conditions": (Condition("status", ("implementation",)),)},
        {"conditions": (Condition("fact_ids", ("F2", "F9")),)},
        {"text": search_form("书房")},
        {"within": "east"},
        {"ids": ("zy-hall", "zy-bridge")},
        {"due": ("overdue",), "as_of": "2021-12-31"},
        {"bbox": BBox(10.2, 50.0, 10.4, 50.2)},
        {"located": True},
        {"located": False},
        {"limit": 1, "after": "zy-hall"},
    ],
    ids=str,
)
def test_a_tile_matches_what_the_list_matches(store, change):
    query = WORKS._replace(**change)
    assert set(ids(store.tile(query, WORLD, 0))) == set(located(store, query.unpaged()))


def test_a_layer_without_geometries_has_nothing_in_any_tile(store):
    tile = store.tile(Query((Source("goals"),)), WORLD, 0)
    assert tile == VectorTile(b"", 0)


def many_works(seed):
    """Return thousands of works: scattered, heaped on one spot, some unlocated."""
    chance = random.Random(seed)
    pattern = next(f for f in FEATURES["works"] if f["id"] == "zy-hall")
    box = shapely.union_all([geometry_of(area) for area in FEATURES["areas"]]).bounds
    works = []
    for number in range(LARGE):
        feature = copy.deepcopy(pattern)
        feature["id"] = f"zy-many-{number:04d}"
        lon, lat = chance.uniform(box[0], box[2]), chance.uniform(box[1], box[3])
        if number % 10 == 0:
            lon, lat = SPOT
        feature["geometry"] = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
        feature["properties"]["status"] = chance.choice(("completion", "preparation"))
        works.append(feature)
    return works + [f for f in FEATURES["works"] if f["geometry"] is None]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A district with thousands of works."""
    return write_dataset(tmp_path_factory.mktemp("large") / "geodata", works=many_works(7))


@pytest.fixture(scope="module")
def large_gpkg(many, tmp_path_factory):
    opened = GpkgStore(load(many, tmp_path_factory.mktemp("large-data")).path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def large_postgis(many, postgres):
    url = postgis_database(postgres, "large")
    load_database(many, url)
    opened = PostgisStore(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["gpkg", "postgis"])
def large(request):
    return request.getfixturevalue(f"large_{request.param}")


def cell_of(feature, zoom):
    """Return the cell of 8 px that a point lies in, by the textbook's formula."""
    lon, lat = feature["geometry"]["coordinates"]
    cells = 2**zoom * 256 / CELL_PX
    y = (1 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.pi) / 2
    return math.floor((lon + 180) / 360 * cells), math.floor(y * cells)


def tiles(features, zoom):
    """Return the tiles that hold the features."""
    per_side = 256 // CELL_PX
    cells = {cell_of(feature, zoom) for feature in features.values()}
    return {Tile(zoom, row // per_side, column // per_side) for column, row in cells}


@pytest.mark.parametrize("zoom", [0, 5, 9, 11, 13, 15, 17])
@pytest.mark.parametrize("query", [WORKS, COMPLETED], ids=["all", "completed"])
def test_a_large_layer_shows_one_a_cell_and_says_how_many_it_leaves_out(large, query, zoom):
    matching = located(large, query)
    # A feature at an edge is in both tiles, so that neither cuts its symbol.
    shown, left_out = set(), 0
    for tile in tiles(matching, zoom):
        made = large.tile(query, tile, 0)
        shown |= set(ids(made))
        left_out += made.left_out
    assert shown <= set(matching)
    cells = [cell_of(matching[feature_id], zoom) for feature_id in shown]
    assert len(cells) == len(set(cells))
    assert set(cells) == {cell_of(feature, zoom) for feature in matching.values()}
    assert len(shown) + left_out == len(matching)


@pytest.mark.parametrize("query", [WORKS, COMPLETED], ids=["all", "completed"])
def test_close_up_all_are_shown_also_those_on_one_spot(large, query):
    matching = located(large, query)
    spot = [i for i, f in matching.items() if f["geometry"]["coordinates"] == [*SPOT]]
    (tile,) = tiles({spot[0]: matching[spot[0]]}, 18)
    made = large.tile(query, tile, 0)
    assert set(spot) <= set(ids(made))
    assert made.left_out == 0


def test_what_is_shown_stays_shown_closer_up(large):
    matching, before = located(large, WORKS), set()
    for zoom in range(14):
        made = [large.tile(WORKS, tile, 0) for tile in tiles(matching, zoom)]
        now = {feature_id for tile in made for feature_id in ids(tile)}
        assert before <= now
        before = now
    assert before


def test_a_filter_never_hides_a_match_behind_what_does_not_match(large):
    wanted = "zy-many-5999"
    query = WORKS._replace(ids=(wanted,))
    assert wanted not in ids(large.tile(WORKS, WORLD, 0))
    assert ids(large.tile(query, WORLD, 0)) == [wanted]


def test_the_larger_is_shown_before_the_smaller_and_the_first_among_equals():
    small, other, wide = [10, 50, 10, 50], [10, 50, 10, 50], [9.99, 49.99, 10.01, 50.01]

    def levels(*bounds):
        made = thin(np.arange(1, len(bounds) + 1), np.array(bounds, dtype=float))
        return dict(zip(made.fids.tolist(), made.levels.tolist(), strict=True))

    assert levels(small, other, wide) == {1: WHOLE_FROM_ZOOM, 2: WHOLE_FROM_ZOOM, 3: 0}
    assert levels(small, other) == {1: 0, 2: WHOLE_FROM_ZOOM}


def test_a_tile_never_has_more_than_a_small_layer_and_says_so():
    count = TILE_MAXIMUM + 7
    heap = thin(np.arange(1, count + 1), np.tile([*SPOT, *SPOT], (count, 1)))
    (tile,) = tiles({"heap": {"geometry": {"coordinates": SPOT}}}, 20)
    for matching in (None, np.ones(count, dtype=bool)):
        ranks, left_out = heap.shown(tile, tile.bbox(), matching)
        assert heap.fids[ranks].tolist() == list(range(1, TILE_MAXIMUM + 1))
        assert left_out == 7


def test_only_large_layers_are_thinned(large_gpkg):
    with closing(sqlite3.connect(f"{large_gpkg.path.as_uri()}?mode=ro", uri=True)) as db:
        thinned = {
            layer
            for layer, levels in db.execute("SELECT layer, levels FROM zymap_thinning")
            if any(levels)
        }
    assert thinned == {"works"}


def test_other_programs_see_nothing_of_the_thinning(large_gpkg):
    found = set(pyogrio.list_layers(large_gpkg.path)[:, 0].tolist())
    assert found == {*FEATURES, "layer_styles"}


def test_new_data_are_shown_at_once(tmp_path):
    folder = write_dataset(tmp_path / "first", works=many_works(1))
    with closing(GpkgStore(load(folder, tmp_path / "data").path)) as store:
        before = [
            set(ids(store.tile(query, Tile(10, 346, 541), 0))) for query in (WORKS, COMPLETED)
        ]
        load(write_dataset(tmp_path / "second", works=many_works(2)), tmp_path / "data")
        for query, old in zip((WORKS, COMPLETED), before, strict=True):
            now = set(ids(store.tile(query, Tile(10, 346, 541), 0)))
            assert now
            assert now != old
            assert now <= set(located(store, query))
