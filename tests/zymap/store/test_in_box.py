"""A box is found in SQL the first time and in memory after that: both must find what GEOS finds."""

import random

import orjson
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from tests.testland import FEATURES, catalog_text

from zymap.bbox import BBox
from zymap.catalog import Source, parse_catalog
from zymap.cql import parse_filter
from zymap.planebox import PlaneBox
from zymap.query import Condition, Query, queryables
from zymap.store import thinning
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_writer import replace_gpkg, write_gpkg

WORKS = (Source("works"),)
# On a grid and beside it, so that boxes touch features in a point, along a side, and not at all.
STEP = 1 / 64
numbers = st.integers(-2, 18).map(lambda n: n * STEP) | st.floats(-0.05, 0.3)
pairs = st.tuples(numbers, numbers).map(sorted)
boxes = st.builds(lambda x, y: (10 + x[0], 50 + y[0], 10 + x[1], 50 + y[1]), pairs, pairs)
statuses = st.sampled_from([(), (Condition("status", ("implementation",)),)])


def shapes():
    """Return shapes of all kinds: some of two parts, and large ones that a box lies within."""
    chance = random.Random(5)

    def place():
        return 10 + chance.randrange(17) * STEP, 50 + chance.randrange(17) * STEP

    for number in range(300):
        x, y = place()
        kind = number % 6
        if kind == 0:
            yield None
        elif kind == 1:
            yield shapely.Point(x, y)
        elif kind == 2:
            yield shapely.LineString([(x, y), place()])
        elif kind == 3:
            yield shapely.box(x, y, x + chance.random() * 0.2, y + chance.random() * 0.01)
        elif kind == 4:
            yield shapely.Polygon([(x, y), (x + 0.1, y + 0.003), (x + 0.003, y + 0.1)])
        else:
            yield shapely.MultiPolygon(
                [
                    shapely.box(x, y, x + 0.001, y + 0.001),
                    shapely.box(x + 0.09, y + 0.07, x + 0.1, y + 0.08),
                ]
            )


@pytest.fixture(scope="module", params=["with texts", "without", "by arrays"])
def crowd(request, tmp_path_factory):
    catalog = parse_catalog(catalog_text())
    located, unlocated = FEATURES["works"][2], FEATURES["works"][3]
    features = []
    for number, shape in enumerate(shapes()):
        like = unlocated if shape is None else located
        geometry = None if shape is None else orjson.loads(shapely.to_geojson(shape))
        status = ("implementation", "preparation", None)[number % 3]
        features.append({**like, "id": f"zy-{number:03}", "geometry": geometry,
                         "properties": {**like["properties"], "status": status}})  # fmt: skip
    path = tmp_path_factory.mktemp("crowd") / "crowd.gpkg"
    write_gpkg(path, catalog, {**FEATURES, "works": features}, "crowd")
    if request.param == "with texts":
        part, path = path, path.with_name("store.gpkg")
        replace_gpkg(part, path)
    opened = GpkgStore(path)
    told = [
        (
            f["id"],
            f["geometry"] and shapely.from_geojson(orjson.dumps(f["geometry"]).decode()),
            f["properties"]["status"],
        )
        for f in features
    ]
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "by arrays":
            # As in a large layer.
            patch.setattr(thinning, "SMALL_MAXIMUM", 0)
        yield opened, told
    opened.close()


def expected(features, shape, conditions, *, located):
    return [
        feature_id
        for feature_id, geometry, status in features
        if (not located if geometry is None else shapely.intersects(shape, geometry))
        and (not conditions or status in conditions[0].values)
    ]


def paged(store, query, limit=7):
    """Return the ids of all pages; each is asked for twice, so that memory answers, too."""
    found, after, count = [], None, None
    while True:
        pages = [store.page(query._replace(limit=limit), after) for _ in range(2)]
        rows = [page.rows() for page in pages]
        assert rows[0] == rows[1]
        assert pages[0].count == pages[1].count
        found += [orjson.loads(row)["id"] for row in rows[0]]
        count, after = pages[0].count, pages[0].last
        if after is None:
            assert count.matched == len(found)
            return found


@given(corners=boxes, conditions=statuses, located=st.sampled_from([None, True]))
def test_a_box_finds_the_same_by_sql_and_by_memory(crowd, corners, conditions, located):
    store, features = crowd
    query = Query(WORKS, bbox=BBox(*corners), conditions=conditions, located=located)
    # A box without an area is a line or a point; GEOS finds nothing that meets a flat polygon.
    shape = shapely.MultiPoint([corners[:2], corners[2:]]).envelope
    found = expected(features, shape, conditions, located=located)
    assert [orjson.loads(row)["id"] for row in store.select(query)] == found
    assert paged(store, query) == found


@given(corners=boxes, conditions=statuses)
@example(corners=(10.0, 50.0, 10.000000000055312, 50.000000000055316), conditions=())
def test_a_filter_that_asks_for_a_place_finds_the_same(crowd, corners, conditions):
    store, features = crowd
    west, south, east, north = corners
    known = queryables(store.catalog(), WORKS)
    wkt = f"POLYGON(({west} {south},{east} {south},{west} {north},{west} {south}))"
    status = " AND status = 'implementation'" if conditions else ""
    for place, shape in (
        (f"BBOX({west},{south},{east},{north})", shapely.box(*corners)),
        (wkt, shapely.from_wkt(wkt)),
    ):
        if not shape.area:
            continue
        asked = parse_filter(f"S_INTERSECTS(geometry,{place}){status}", known)
        found = expected(features, shape, conditions, located=True)
        assert paged(store, Query(WORKS, filter=asked)) == found


@given(
    west=st.integers(0, 30_000), south=st.integers(0, 30_000),
    width=st.integers(0, 20_000), height=st.integers(0, 20_000),
)  # fmt: skip
def test_a_box_in_metres_finds_the_same_in_memory(crowd, west, south, width, height):
    store, _ = crowd
    x, y = 1_113_000 + west, 6_446_000 + south
    query = Query(WORKS, bbox=PlaneBox(3857, x, y, x + width, y + height))
    found = [orjson.loads(row)["id"] for row in store.select(query)]
    assert paged(store, query) == found


def test_a_box_across_the_antimeridian_holds_no_feature_twice(crowd):
    store, features = crowd
    query = Query(WORKS, bbox=BBox(10.05, 49.9, 10.01, 50.3), located=True)
    parts = shapely.union(shapely.box(10.05, 49.9, 180, 50.3), shapely.box(-180, 49.9, 10.01, 50.3))
    assert paged(store, query) == expected(features, parts, (), located=True)
