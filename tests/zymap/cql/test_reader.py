"""A filter is read with the frame of one that had another box: that must not show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.cql import FilterReader, Shape, parse_filter
from zymap.errors import ZymapError

QUERYABLES = {"status": "string", "length_m": "number", "open": "boolean", "geometry": "geometry"}

places = st.decimals(-200, 200, places=6).map(str)
boxes = st.tuples(places, places, places, places).map(lambda four: f"BBOX({','.join(four)})")
triangles = st.lists(places, min_size=6, max_size=6).map(
    lambda c: f"POLYGON(({c[0]} {c[1]},{c[2]} {c[3]},{c[4]} {c[5]},{c[0]} {c[1]}))"
)
relations = st.sampled_from(["S_INTERSECTS", "S_WITHIN", "S_DISJOINT", "s_contains", "S_NOWHERE"])
asked = st.tuples(relations, boxes | triangles, st.booleans()).map(
    lambda item: f"{item[0]}({item[1]},geometry)" if item[2] else f"{item[0]}(geometry,{item[1]})"
)
others = st.sampled_from(
    ["status='completion'", "length_m>2", "open", "nothing=1", "status='BBOX(1,2,3,4)'", "length_m"]
)
filters = st.recursive(
    asked | others,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
            lambda p: "({} {} {})".format(*p)
        ),
        inner.map(lambda part: f"NOT ({part})"),
    ),
    max_leaves=4,
)
READER = FilterReader(QUERYABLES)


def read(how, text):
    try:
        found = how(text)
    except ZymapError as error:
        return type(error), error.message
    return found, found.predicate


def parsed(text):
    return parse_filter(text, QUERYABLES)


@given(filters)
def test_what_is_read_is_what_is_parsed(text):
    # Twice: the second time there is a frame.
    assert [read(READER.read, text) for _ in range(2)] == [read(parsed, text)] * 2


def test_of_filters_that_differ_in_a_place_one_is_parsed(monkeypatch):
    reader, texts = FilterReader(QUERYABLES), list[str]()

    def counted(text, queryables):
        texts.append(text)
        return parse_filter(text, queryables)

    monkeypatch.setattr("zymap.cql.reader.parse_filter", counted)
    for west in range(100, 120):
        text = f"status='a' AND S_INTERSECTS(geometry,BBOX({west}.5,-34,120,35.25))"
        _, shape_first = reader.read(text).predicate.args
        (shape,) = (item for item in shape_first.args if isinstance(item, Shape))
        assert shape.parts[0].as_list() == [west + 0.5, -34, 120, 35.25]
        reader.read(
            f"status='a' AND S_INTERSECTS(geometry,POLYGON (({west} 1,{west} 2,121 2,{west} 1)))"
        )
    assert len(texts) == 1


@pytest.mark.parametrize(
    "text",
    [
        "S_INTERSECTS(geometry,BBOX(-0.125,-0.25,0.125,0.25))",
        "S_INTERSECTS(geometry,BBOX( 1,2,3,4))",
        "S_INTERSECTS(geometry,BBOX(+1,2,3,4))",
        "S_INTERSECTS(geometry,BBOX(1e2,2,3e2,4))",
        "S_INTERSECTS(geometry,BBOX(1,2,0,3,4,9))",
        "S_INTERSECTS(geometry,BBOX(170,2,-170,4))",
        "S_INTERSECTS(geometry,BBOX(1,4,3,2))",
        "S_INTERSECTS(geometry,BBOX(1,2,3,95))",
        "S_INTERSECTS(geometry,bbox(1,2,3,4)) OR S_WITHIN(geometry,BBOX(5,6,7,8))",
        "S_WITHIN(geometry,BBOX( -.125,-.25,.125,.25)) OR S_INTERSECTS(geometry,BBOX(1,2,3,4))",
        "status='BBOX(1,2,3,4)' AND S_WITHIN(geometry,BBOX(1,2,3,4))",
        "status='it''s BBOX(1,2,3,4)'",
        "x.BBOX(1,2,3,4)",
        "BBOX(1,2,3,4)",
        "S_INTERSECTS(geometry,POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1)))",
        "S_INTERSECTS(geometry,polygon((0 0,4 0,4 4,0 0)))",
        "S_INTERSECTS(geometry,POLYGON((0 0,1 1)))",
        "S_INTERSECTS(geometry,POLYGON(()))",
        "S_INTERSECTS(geometry,POLYGON((0 0,4 4,4 0,0 4,0 0)))",
        "S_INTERSECTS(geometry,POLYGON Z((0 0 1,4 0 1,4 4 1,0 0 1)))",
        "S_INTERSECTS(geometry,MULTIPOLYGON(((0 0,4 0,4 4,0 0))))",
        "S_INTERSECTS(geometry,POLYGON((0 0,4 0,4 4,0 0))) AND S_WITHIN(geometry,BBOX(1,2,3,4))",
        "S_INTERSECTS(geometry,POLYGON((0 0,4 0,4 4,0 0)",
        "status='POLYGON((0 0,4 0,4 4,0 0))'",
        "S_INTERSECTS(geometry,BBOX(1,2,3,4)",
        "S_INTERSECTS(geometry,BBOX(1,2,3,4)) AND",
    ],
)
def test_places_as_people_write_them_are_read_as_they_are_parsed(text):
    reader = FilterReader(QUERYABLES)
    assert [read(reader.read, text) for _ in range(2)] == [read(parsed, text)] * 2


def test_no_more_frames_are_held_than_may_be():
    reader = FilterReader(QUERYABLES)
    for number in range(200):
        reader.read(f"length_m>{number} AND S_WITHIN(geometry,BBOX(1,2,3,4))")
    assert 0 < reader._frame.cache_info().currsize <= 64
