"""Random questions: the embedded store and the one in PostGIS give the same answers, byte for byte.

How filters agree, tests/zymap/cql/test_random_filters.py shows: both with one naive evaluation.
"""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.testland import FEATURES, HOSTILE
from tests.zymap.cql import test_random_filters as filters

from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.cql import parse_filter
from zymap.errors import InvalidRequest
from zymap.lateness import DUE_CLASSES
from zymap.planebox import PlaneBox
from zymap.query import Condition, Query, Range, SortKey, queryables
from zymap.search import search_form

WORKS, LANES, GOALS = Source("works"), Source("lanes"), Source("goals")
PLANNED = Source("lanes", (("role", ("planned",)),))
SHARED = ("name_zh", "name_en", "kind", "area_id", "deadline", "section")
VALUES = {
    "status": ("implementation", "preparation", "identification", None),
    "area_id": ("west", "east", "other"),
    "kind": ("project", "road"),
    "fact_ids": ("F1", "F2", "F9"),
    "deadline": ("2021-06-30", "2021-12-31", None),
    "id": ("zy-hall", "zy-bridge", "zy-nobody"),
}

sources = st.sampled_from([(WORKS,), (WORKS, PLANNED), (LANES, WORKS), (WORKS, LANES, GOALS)])
# On the grid that the district is drawn on, and beside it.
lon = st.one_of(st.sampled_from([10, 10.05, 10.2, 10.25, 10.3, 10.4]), st.floats(9.9, 10.5))
lat = st.one_of(st.sampled_from([50, 50.05, 50.1, 50.12, 50.2]), st.floats(49.9, 50.3))
degrees = st.builds(
    lambda lons, lats: BBox(lons[0], lats[0], lons[1], lats[1]),
    st.tuples(lon, lon),
    st.tuples(lat, lat).map(sorted),
)
x_m, y_m = st.integers(1_100_000, 1_170_000), st.integers(6_430_000, 6_470_000)
metres = st.builds(
    lambda x, y: PlaneBox(3857, x[0], y[0], x[1], y[1]),
    st.tuples(x_m, x_m).map(sorted),
    st.tuples(y_m, y_m).map(sorted),
)
conditions = st.sampled_from([name for name in VALUES if name not in ("status", "fact_ids")])
condition = conditions.flatmap(
    lambda name: st.builds(
        Condition,
        st.just(name),
        st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=3).map(tuple),
    )
)
day = st.sampled_from(["2021-01-01", "2021-06-30", "2021-07-01", "2021-12-31", "2022-01-01"])
window = st.builds(Range, st.just("deadline"), st.none() | day, st.none() | day, st.booleans())
texts = st.sampled_from(["桥", "路", "b", "zy", "%", "城市", "cssf", "新", *HOSTILE]).map(
    search_form
)
keys = st.lists(
    st.builds(SortKey, st.sampled_from([*SHARED, "id"]), st.booleans()),
    max_size=3,
    unique_by=lambda key: key.field,
).map(tuple)
triangles = st.lists(st.tuples(lon, lat), min_size=3, max_size=3, unique=True).filter(
    lambda ring: ring[0][0] != ring[1][0] and ring[1][0] != ring[2][0]
)


def few(strategy, at_most=2):
    return st.lists(strategy, max_size=at_most).map(tuple)


def seldom(strategy, otherwise=None):
    return st.one_of(st.just(otherwise), st.just(otherwise), st.just(otherwise), strategy)


queries = st.builds(
    # Of a class, Hypothesis would make up what is not said here, too.
    lambda *said, **more: Query(*said, **more),
    sources,
    bbox=st.one_of(st.none(), degrees, metres),
    within=seldom(st.sampled_from(["east", "west"])),
    located=seldom(st.booleans()),
    due=seldom(few(st.sampled_from(DUE_CLASSES)), ()),
    as_of=day,
    target=seldom(st.sampled_from(["zy-goal-1", "zy-goal-2", "zy-goal-3"])),
    text=seldom(texts),
    ids=seldom(few(st.sampled_from([f["id"] for f in FEATURES["works"]]), 4), ()),
    conditions=few(condition),
    ranges=seldom(few(window), ()),
    sort=keys,
    limit=st.one_of(st.none(), st.integers(1, 6)),
)


def answers(store, query):
    """Return everything that a store says to a question; the refusal, if it is one."""
    try:
        pages, after = [], None
        while True:
            page = store.page(query, after)
            pages.append((page.rows(), page.count, page.last))
            after = page.last
            if after is None:
                break
        counts = [store.facet(query, name) for name in ("area_id", "deadline")]
        return (
            store.select(query),
            list(store.iterate(query)),
            pages,
            store.count(query),
            [list(found.items()) for found in counts],
            store.search_texts(query),
        )
    except InvalidRequest as error:
        return error.message, error.parameter


@settings(max_examples=300)
@given(query=queries)
def test_a_question_has_one_answer(gpkg_store, postgis_store, query):
    assert answers(postgis_store, query) == answers(gpkg_store, query)


@settings(max_examples=150)
@given(query=queries, status=st.sampled_from(VALUES["status"]), fact=st.sampled_from(["F1", "F2"]))
def test_a_question_for_one_layer_has_one_answer(gpkg_store, postgis_store, query, status, fact):
    own = (Condition("status", (status,)), Condition("fact_ids", (fact, "F9")))
    for more in (own[:1], own[1:], own):
        asked = query._replace(sources=(WORKS,), conditions=more)
        assert answers(postgis_store, asked) == answers(gpkg_store, asked)


@settings(max_examples=150)
@given(query=queries, tree=filters.filters, data=st.data())
def test_a_filter_beside_other_conditions_has_one_answer(
    gpkg_store, postgis_store, query, tree, data
):
    trees = [tree] if not any(map(filters.doubtful, filters.literals_of(tree))) else []
    known = queryables(gpkg_store.catalog(), (WORKS,))
    for sound in trees:
        asked = parse_filter(orjson.dumps(sound).decode(), known, "cql2-json")
        both = query._replace(sources=(WORKS,), filter=asked)
        assert answers(postgis_store, both) == answers(gpkg_store, both)


@settings(max_examples=100)
@given(ring=triangles)
def test_a_ring_has_one_answer(gpkg_store, postgis_store, ring):
    literal = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    if not filters.doubtful(literal):
        query = Query((WORKS,), polygon=tuple(ring))
        assert answers(postgis_store, query) == answers(gpkg_store, query)


def test_one_feature_and_the_extents_are_the_same(gpkg_store, postgis_store):
    for layer, features in FEATURES.items():
        assert postgis_store.extent(layer) == gpkg_store.extent(layer)
        for feature in features:
            held = gpkg_store.feature(layer, feature["id"]).text
            assert postgis_store.feature(layer, feature["id"]).text == held


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**300, 5e-324])
def test_numbers_at_the_ends_have_one_answer(gpkg_store, postgis_store, number):
    known = queryables(gpkg_store.catalog(), (WORKS,))
    for text in (
        f"spaces < {number!r}",
        f"budget > {number!r}",
        f"spaces % {number!r} = 0",
        f"{number!r} % 7 < 7",
        f"spaces div {number!r} = 0",
        f"budget ^ {number!r} > 1",
        f"{number!r} ^ -2 >= 0",
    ):
        query = Query((WORKS,), filter=parse_filter(text, known, "cql2-text"))
        assert answers(postgis_store, query) == answers(gpkg_store, query), text
