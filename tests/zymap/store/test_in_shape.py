"""A relation to a shape is found in SQL the first time, in memory after that: both as GEOS has it."""

import math

import orjson
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.naive_cql import SHAPES
from tests.zymap.store.test_in_box import STEP, WORKS, crowd, expected, paged

from zymap.cql import parse_filter
from zymap.crs import CRS84, OFFERED
from zymap.query import Query, queryables
from zymap.store import in_shape

__all__ = ["crowd"]

# On the grid that the crowd stands on, and beside it.
lon, lat = (
    st.integers(-2, 18).map(lambda step, base=base: base + step * STEP)
    | st.floats(base - 0.05, base + 0.3)
    for base in (10, 50)
)
places = st.tuples(lon, lat)
NOTCHED = [(0, 0), (0.2, 0), (0.2, 0.2), (0.1, 0.05), (0, 0.2)]
STAR = [(math.cos(turn) * size, math.sin(turn) * size)
        for turn, size in zip((n * math.pi / 5 for n in range(10)), [0.1, 0.04] * 5, strict=True)]  # fmt: skip


def moved(ring, at, *, back=False):
    points = [(at[0] + x, at[1] + y) for x, y in ring]
    return shapely.Polygon(points[::-1] if back else points)


def round_hole(at):
    return shapely.Point(at).buffer(0.12, quad_segs=4) - shapely.Point(at).buffer(0.05, quad_segs=2)


shapes = st.one_of(
    places.map(shapely.Point),
    st.lists(places, min_size=2, max_size=4, unique=True).map(shapely.LineString),
    st.tuples(places, st.floats(0.001, 0.2), st.integers(1, 40)).map(
        lambda circle: shapely.Point(circle[0]).buffer(circle[1], quad_segs=circle[2])
    ),
    st.lists(places, min_size=3, max_size=9).map(shapely.MultiPoint).map(shapely.convex_hull),
    places.map(round_hole),
    st.builds(moved, st.sampled_from([NOTCHED, STAR]), places, back=st.booleans()),
    st.tuples(places, places).map(
        lambda two: shapely.union_all([moved(STAR, at) for at in two])
    ),
).filter(lambda shape: shape.is_valid)  # fmt: skip
statuses = st.sampled_from([None, "implementation", "preparation"])


def wanted(features, name, shape, status, *, negated):
    return [
        feature_id
        for feature_id, geometry, own in features
        if geometry is not None
        and bool(SHAPES[name](geometry, shape)) != negated
        and status in (None, own)
    ]


def asked(store, text, status=None, crs=CRS84):
    known = queryables(store.catalog(), WORKS)
    rest = "" if status is None else f" AND status = '{status}'"
    return Query(WORKS, filter=parse_filter(text + rest, known, crs=crs))


def wkt(shape):
    return shapely.to_wkt(shape, rounding_precision=-1)


@settings(max_examples=300)
@given(
    name=st.sampled_from(list(SHAPES)), shape=shapes, status=statuses, negated=st.booleans(),
    few=st.sampled_from([0, in_shape.FEW]),
)  # fmt: skip
def test_a_relation_to_a_shape_is_found_as_geos_has_it(crowd, name, shape, status, negated, few):
    store, features = crowd
    text = f"{name.upper()}(geometry,{wkt(shape)})"
    query = asked(store, f"NOT {text}" if negated else text, status)
    found = wanted(features, name, shape, status, negated=negated)
    with pytest.MonkeyPatch.context() as patch:
        # However many there are, either way of looking at their bounds tells the same.
        patch.setattr(in_shape, "FEW", few)
        assert paged(store, query, limit=50) == found
    assert [orjson.loads(row)["id"] for row in store.select(query)] == found


@given(ring=shapes.filter(lambda shape: shape.geom_type == "Polygon" and not shape.interiors))
def test_a_ring_is_found_as_geos_has_it(crowd, ring):
    store, features = crowd
    query = Query(WORKS, polygon=tuple(ring.exterior.coords[:-1]))
    assert paged(store, query, limit=50) == expected(features, ring, (), located=True)


@given(
    x=st.integers(1_105_000, 1_140_000), y=st.integers(6_440_000, 6_480_000),
    size=st.integers(1, 30_000), name=st.sampled_from(["s_intersects", "s_within"]),
)  # fmt: skip
def test_a_shape_in_metres_is_found_as_geos_has_it(crowd, x, y, size, name):
    store, features = crowd
    drawn = shapely.Polygon([(x, y), (x + size, y), (x, y + 2 * size)])
    to_degrees = pyproj.Transformer.from_crs(3857, 4326, always_xy=True).transform
    shape = shapely.transform(drawn, to_degrees, interleaved=False)
    query = asked(store, f"{name}(geometry,{wkt(drawn)})", crs=OFFERED[3857])
    assert paged(store, query, limit=50) == wanted(features, name, shape, None, negated=False)


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_across_the_antimeridian_is_found_as_geos_has_it(crowd, name, negated):
    store, features = crowd
    query = asked(store, f"{'NOT ' * negated}{name}(geometry,BBOX(10.05,49.9,10.01,50.3))")
    both = shapely.union(shapely.box(10.05, 49.9, 180, 50.3), shapely.box(-180, 49.9, 10.01, 50.3))
    assert paged(store, query, limit=50) == wanted(features, name, both, None, negated=negated)


def test_two_shapes_are_both_asked_for(crowd):
    store, features = crowd
    one, other = round_hole((10.1, 50.1)), moved(STAR, (10.15, 50.1))
    query = asked(store, f"NOT S_WITHIN(geometry,{wkt(one)}) AND S_CROSSES(geometry,{wkt(other)})")
    found = [
        feature_id
        for feature_id, geometry, _ in features
        if geometry is not None
        and not geometry.within(one)
        and geometry.crosses(other)
    ]  # fmt: skip
    assert paged(store, query, limit=50) == found != []


@pytest.mark.parametrize(
    "predicate",
    ["S_INTERSECTS({0},geometry)", "S_WITHIN(geometry,{0})", "NOT S_TOUCHES(geometry,{0})"],
)
def test_what_is_asked_of_another_shape_is_found_without_the_tree(crowd, predicate):
    """What a filter asks beside the shape is looked up once."""
    store, _ = crowd
    rest = f" AND name_zh <> '{predicate}'"
    star, notched = (wkt(moved(ring, (10.1, 50.1))) for ring in (STAR, NOTCHED))
    for _ in range(2):
        store.page(asked(store, predicate.format(star) + rest))
    statements = []
    with store._reading() as connection:
        connection.db.set_trace_callback(statements.append)
        store.page(asked(store, predicate.format(notched) + rest))
        connection.db.set_trace_callback(None)
    assert statements
    assert not [text for text in statements if "rtree" in text or "<>" in text]
