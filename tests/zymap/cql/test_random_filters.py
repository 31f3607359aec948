"""Random filters: the store and a naive evaluation must agree on every feature."""

import itertools

import orjson
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.naive_cql import ARRAYS, COMPARISONS, SHAPES, TIMES, matching
from tests.testland import FEATURES, HOSTILE

from zymap.catalog import Source
from zymap.cql import parse_filter
from zymap.query import Query, queryables

WORKS = (Source("works"),)
WORK_SHAPES = [
    shapely.from_geojson(orjson.dumps(item["geometry"]).decode())
    for item in FEATURES["works"]
    if item["geometry"]
]
TEXTS = ("name_zh", "name_en", "status", "area_id", "deadline_text", "id")
NUMBERS = ("spaces", "budget", "coordinateUncertaintyInMeters")


def prop(name):
    return {"property": name}


def call(name, *args):
    return {"op": name, "args": list(args)}


words = st.sampled_from(
    ["implementation", "west", "Bridge", "bridge", "跨河大桥", "zy-hall", "年底", "", "é", *HOSTILE]
)
text = st.one_of(st.sampled_from(TEXTS).map(prop), words)
folded = st.one_of(
    text, st.builds(call, st.just("casei"), text), st.builds(call, st.just("accenti"), text)
)
patterns = st.lists(
    st.sampled_from(["%", "_", "\\%", "\\_", "*", "[", "?", "e", "B", "桥", "zy-", "\\"]),
    max_size=5,
).map("".join)
likely = st.sampled_from(
    [
        "B%",
        "b%",
        "%all",
        "_all",
        "%桥",
        "跨%",
        "zy-%",
        "%*%",
        "%[%",
        "%{{7*7}}%",
        "C_m%",
        "%%",
        "\\%",
    ]
)
literals = st.one_of(st.integers(-3, 130), st.sampled_from([0.5, 1.5, -2.25, 1e9]))
number = st.recursive(
    st.one_of(st.sampled_from(NUMBERS).map(prop), literals),
    lambda inner: st.builds(call, st.sampled_from(["+", "-", "*", "/", "%", "div"]), inner, inner),
    max_leaves=4,
)
day = st.sampled_from(
    ["2021-01-01", "2021-06-29", "2021-06-30", "2021-07-01", "2021-12-31", "2022-01-01"]
)
date = st.one_of(st.just(prop("deadline")), day.map(lambda text: {"date": text}))
end = st.one_of(day, st.just(".."), st.just(prop("deadline")))
span = st.tuples(end, end).filter(
    lambda pair: ".." in pair or prop("deadline") in pair or pair[0] <= pair[1]
)
time = st.one_of(date, span.map(lambda pair: {"interval": list(pair)}))
items = st.one_of(st.sampled_from(["F1", "F2", "F3"]), st.just(prop("deadline_text")))
array = st.one_of(st.just(prop("fact_ids")), st.lists(items, max_size=3))
shares = st.builds(
    call,
    st.sampled_from(["/", "%", "div", "^"]),
    st.sampled_from(NUMBERS).map(prop),
    st.sampled_from([-7, 0, 0.5, 2, 3, 100]),
)

# On the grid that the district is drawn on, so that borders and corners meet.
lon, lat = (st.sampled_from([base + step / 100 for step in range(0, 41, 5)]) for base in (10, 50))
corner = st.tuples(lon, lat).map(list)
line = st.lists(corner, min_size=2, max_size=3, unique_by=tuple)
box = st.tuples(corner, corner).filter(lambda two: two[0][0] < two[1][0] and two[0][1] < two[1][1])
shape = st.one_of(
    corner.map(lambda at: {"type": "Point", "coordinates": at}),
    line.map(lambda points: {"type": "LineString", "coordinates": points}),
    box.map(lambda two: {"bbox": [*two[0], *two[1]]}),
    box.map(lambda two: {"type": "Polygon", "coordinates": [[
        two[0], [two[1][0], two[0][1]], two[1], two[0]]]}),
    st.just({"type": "MultiPoint", "coordinates": [[10.11, 50.11], [10.31, 50.06]]}),
)  # fmt: skip
place = st.one_of(st.just(prop("geometry")), st.just(prop("geometry")), shape)

comparison = st.sampled_from(list(COMPARISONS))
anything = st.sampled_from([*TEXTS, *NUMBERS, "open", "deadline", "fact_ids", "geometry"])
predicate = st.one_of(
    st.booleans(),
    st.just(prop("open")),
    st.builds(call, comparison, folded, folded),
    st.builds(call, comparison, number, number),
    st.builds(call, comparison, date, date),
    st.builds(call, comparison, st.just(prop("open")), st.booleans()),
    st.builds(call, comparison, shares, st.sampled_from([-7, 0, 0.5, 1, 1.5, 17, 120])),
    st.builds(call, st.just("like"), folded, patterns),
    st.builds(call, st.just("like"), st.sampled_from(TEXTS).map(prop), likely),
    st.builds(call, st.just("between"), number, number, number),
    st.builds(call, st.just("in"), folded, st.lists(folded, min_size=1, max_size=3)),
    st.builds(call, st.just("in"), number, st.lists(number, min_size=1, max_size=3)),
    st.builds(call, st.just("isNull"), anything.map(prop)),
    st.builds(call, st.sampled_from(list(SHAPES)), place, place),
    st.builds(call, st.sampled_from(list(TIMES)), time, time),
    st.builds(call, st.sampled_from(list(ARRAYS)), array, array),
)
filters = st.recursive(
    predicate,
    lambda inner: st.one_of(
        st.builds(call, st.just("not"), inner),
        st.builds(call, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(call, st.sampled_from(["and", "or"]), inner, inner, inner),
    ),
    max_leaves=8,
)


def answered(store, tree):
    known = queryables(store.catalog(), WORKS)
    asked = parse_filter(orjson.dumps(tree).decode(), known, "cql2-json")
    query = Query(WORKS, filter=asked)
    found = [orjson.loads(row)["id"] for row in store.select(query)]
    assert store.count(query).matched == len(found)
    # The first time the database finds a place, after that the arrays in memory do.
    for _ in range(2):
        page = store.page(query)
        assert [orjson.loads(row)["id"] for row in page.rows()] == found
        assert page.count.matched == len(found)
    return found


def doubtful(literal):
    """Tell if a corner of a work lies on a sloping edge of a shape, as near as numbers can tell.

    There two versions of GEOS judge differently, and each store has one of its own.
    """
    drawn = shapely.from_geojson(orjson.dumps(literal).decode())
    corners = shapely.points(shapely.get_coordinates(WORK_SHAPES))
    for part in shapely.get_parts(drawn):
        points = shapely.get_coordinates(part)
        for edge in itertools.pairwise(points):
            sloping = (edge[0] != edge[1]).all()
            if sloping and (shapely.distance(shapely.linestrings(edge), corners) < 1e-9).any():
                return True
    return False


def literals_of(tree):
    """Yield the shapes that a filter names."""
    if isinstance(tree, list):
        for item in tree:
            yield from literals_of(item)
    elif isinstance(tree, dict) and "coordinates" in tree:
        yield tree
    elif isinstance(tree, dict):
        yield from literals_of(tree.get("args", []))


@settings(max_examples=400)
@given(tree=filters.filter(lambda tree: not any(map(doubtful, literals_of(tree)))))
def test_the_store_agrees_with_a_naive_evaluation(store, tree):
    assert answered(store, tree) == matching(FEATURES["works"], tree)


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=40)
@given(
    literal=shape.filter(lambda literal: not any(map(doubtful, literals_of(literal)))),
    negated=st.integers(0, 2),
    first=st.booleans(),
)
def test_spatial_predicates_agree_also_below_not(store, name, literal, negated, first):
    pair = (literal, prop("geometry")) if first else (prop("geometry"), literal)
    tree = call(name, *pair)
    for _ in range(negated):
        tree = call("not", tree)
    found = answered(store, tree)
    assert found == matching(FEATURES["works"], tree)
    unlocated = {item["id"] for item in FEATURES["works"] if item["geometry"] is None}
    assert not unlocated & set(found)
