"""What a store gives a tile: everything where little is, one a cell where much is."""

import copy
import dataclasses
import math
import random
import sqlite3
from contextlib import closing

import numpy as np
import orjson
import pyogrio
import pytest
import shapely
from tests.testland import FEATURES
from tests.zymap.datasets import write_dataset

from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.load import load
from zymap.query import Condition, Query
from zymap.search import search_form
from zymap.store.gpkg import GpkgStore
from zymap.store.thinning import TILE_MAXIMUM, WHOLE_FROM_ZOOM, thin
from zymap.tilematrix import Tile

WORKS = Query((Source("works"),))
WORLD = Tile(0, 0, 0)
CELL_PX = 8
LARGE = 6000
SPOT = (10.2, 50.1)
COMPLETED = dataclasses.replace(WORKS, conditions=(Condition("status", ("completion",)),))


def geometry_of(feature):
    return shapely.from_geojson(orjson.dumps(feature["geometry"]).decode())


def texts_of(fields):
    """Return the texts of a feature's own values: messages in fields, each with its length."""
    found = []
    while fields:
        value, fields = field_of(fields)
        found.append(field_of(value)[0].decode())
    return found


def field_of(message):
    size = shift = 0
    for place, byte in enumerate(message[1:], start=2):
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return message[place : place + size], message[place + size :]
    raise ValueError("cut off")


def columns_of(rows):
    """Return the attributes of a tile's features, by name, from how they are kept."""
    keys, common = rows.vocabulary.keys, rows.vocabulary.common
    found = {key: [] for key in keys}
    for packed in rows.attributes:
        codes = np.frombuffer(packed[: 2 * len(keys)], "<u2").tolist()
        own = iter(texts_of(packed[2 * len(keys) :]))
        for key, code in zip(keys, codes, strict=True):
            found[key].append(next(own) if code == 1 else (None, None, *common)[code])
    return found


def shapes_of(rows):
    """Return the geometries of a tile's features, each ring on its own, from how they are kept."""
    shapes = []
    for runs, lonlat in zip(rows.runs, rows.lonlat, strict=True):
        headers = np.frombuffer(runs, "<i4")
        points = np.split(np.frombuffer(lonlat).reshape(-1, 2), np.cumsum(headers >> 2)[:-1])
        roles = (headers & 3).tolist()
        made = {0: shapely.points, 1: shapely.linestrings, 2: shapely.polygons, 3: shapely.polygons}
        shapes.append([made[role](run) for role, run in zip(roles, points, strict=True)])
    return shapes


def ids(rows):
    return columns_of(rows)["id"]


def located(store, query):
    """Return the located features that a list would give, by id."""
    rows = map(orjson.loads, store.select(query))
    return {row["id"]: row for row in rows if row["geometry"] is not None}


@pytest.mark.parametrize("layer", ["works", "lanes", "areas", "spots"])
def test_a_small_layer_comes_whole_with_its_geometry_and_attributes(store, layer):
    rows = store.tile(Query((Source(layer),)), WORLD, 0)
    features = {f["id"]: f for f in FEATURES[layer] if f["geometry"] is not None}
    assert sorted(ids(rows)) == sorted(features)
    assert rows.left_out == 0
    assert len(set(rows.numbers)) == len(rows.numbers)
    for place, (feature_id, parts) in enumerate(zip(ids(rows), shapes_of(rows), strict=True)):
        feature = features[feature_id]
        expected = shapely.get_parts(geometry_of(feature))
        assert shapely.union_all(parts).equals(shapely.union_all(expected))
        for name, values in columns_of(rows).items():
            expected = feature_id if name == "id" else feature["properties"].get(name)
            assert values[place] == expected


def test_a_tile_has_what_lies_in_it_and_the_buffer_round_it(store):
    hall = next(f for f in FEATURES["works"] if f["id"] == "zy-hall")
    (lon, lat), zoom = shapely.get_coordinates(geometry_of(hall))[0], 16
    x = (lon / 360 + 0.5) * 2**zoom
    y = (0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**zoom
    tile = Tile(zoom, int(y), int(x))
    beside = dataclasses.replace(tile, column=tile.column + 1)
    assert "zy-hall" in ids(store.tile(WORKS, tile, 0))
    assert "zy-hall" not in ids(store.tile(WORKS, beside, 0))
    assert "zy-hall" in ids(store.tile(WORKS, beside, 1))


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
    query = dataclasses.replace(WORKS, **change)
    assert set(ids(store.tile(query, WORLD, 0))) == set(located(store, query.unpaged()))


def test_a_layer_without_geometries_has_nothing_in_any_tile(store):
    rows = store.tile(Query((Source("goals"),)), WORLD, 0)
    assert ids(rows) == []
    assert rows.left_out == 0


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
def large(tmp_path_factory):
    """A district with thousands of works."""
    folder = write_dataset(tmp_path_factory.mktemp("large") / "geodata", works=many_works(7))
    opened = GpkgStore(load(folder, tmp_path_factory.mktemp("large-data")).path)
    yield opened
    opened.close()


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
        rows = large.tile(query, tile, 0)
        shown |= set(ids(rows))
        left_out += rows.left_out
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
    rows = large.tile(query, tile, 0)
    assert set(spot) <= set(ids(rows))
    assert rows.left_out == 0


def test_what_is_shown_stays_shown_closer_up(large):
    matching, before = located(large, WORKS), set()
    for zoom in range(14):
        rows = [large.tile(WORKS, tile, 0) for tile in tiles(matching, zoom)]
        now = {feature_id for tile_rows in rows for feature_id in ids(tile_rows)}
        assert before <= now
        before = now
    assert before


def test_a_filter_never_hides_a_match_behind_what_does_not_match(large):
    wanted = "zy-many-5999"
    query = dataclasses.replace(WORKS, ids=(wanted,))
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


def test_only_large_layers_are_thinned(large):
    with closing(sqlite3.connect(f"{large.path.as_uri()}?mode=ro", uri=True)) as db:
        thinned = {
            layer
            for layer, levels in db.execute("SELECT layer, levels FROM zymap_thinning")
            if any(levels)
        }
    assert thinned == {"works"}


def test_other_programs_see_nothing_of_the_thinning(large):
    found = set(pyogrio.list_layers(large.path)[:, 0].tolist())
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
