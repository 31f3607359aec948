"""A filter is built by its form, which was parsed for another one: that must not show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.cql.text import parse_text
from zymap.errors import InvalidRequest


def p(name):
    return {"property": name}


def op(name, *args):
    return {"op": name, "args": list(args)}


strings = st.text(max_size=12).map(lambda text: text.replace("\\", ""))
whole = st.integers(0, 10**19)
parts = st.floats(0, 1e300).map(lambda number: float(f"{number:.12g}"))
numbers = whole | parts
names = st.text("abc 1'(.,+", min_size=1)
shapes = st.sampled_from(
    [
        "POINT(1 2)",
        "point z (1 2 3)",
        "MultiPolygon(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
        "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,.5 1e1))",
    ]
)


def quoted(text):
    return "'{}'".format(text.replace("'", "''"))


@given(strings, numbers, numbers, names, shapes, whole)
def test_literals_come_to_stand_where_they_were_written(text, low, high, name, shape, number):
    written = (
        f'"{name}" BETWEEN {low} AND {high} OR a1 IN ({quoted(text)},-{number},{number:05}) '
        f"AND NOT S_WITHIN({shape},point2)or b.2={quoted('x' + text)}"
    )
    assert parse_text(written) == op(
        "or",
        op("between", p(name), low, high),
        op(
            "and",
            op("in", p("a1"), [text, -number, number]),
            op("not", op("s_within", {"wkt": shape}, p("point2"))),
        ),
        op("=", p("b.2"), "x" + text),
    )


@pytest.mark.parametrize(
    ("one", "made", "like_it", "made_of_that"),
    [
        ("a=1", op("=", p("a"), 1), "a='1'", op("=", p("a"), "1")),
        ("a='b'", op("=", p("a"), "b"), 'a="b"', op("=", p("a"), p("b"))),
        ("a+1=2", op("=", op("+", p("a"), 1), 2), "a1=2", op("=", p("a1"), 2)),
        ("and=1", op("=", p("and"), 1), "a and 1", op("and", p("a"), 1)),
        ("-1<a", op("<", -1, p("a")), "-b<a", op("<", op("*", -1, p("b")), p("a"))),
        ("1.<a", op("<", 1.0, p("a")), ".1<a", op("<", 0.1, p("a"))),
        ("a='x''y'", op("=", p("a"), "x'y"), "a='x\\'y'", op("=", p("a"), "x'y")),
        ("a('POINT(1 2)')", op("a", "POINT(1 2)"), "a(POINT(1 2))", op("a", {"wkt": "POINT(1 2)"})),
        ("f(xPOINT(1))", op("f", op("xpoint", 1)), "f(POINT(1))", op("f", {"wkt": "POINT(1)"})),
        ("a=1 is null", None, "a='1' is null", None),
    ],
)
def test_forms_that_look_alike_are_told_apart(one, made, like_it, made_of_that):
    for _ in range(2):
        for text, expected in ((one, made), (like_it, made_of_that)):
            if expected is None:
                with pytest.raises(InvalidRequest):
                    parse_text(text)
            else:
                assert parse_text(text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name = 'x' OR )", "character 15"),
        ("name = 'a longer one' OR )", "character 26"),
        ("n = 12 13", "character 8"),
        ("n = 1..5", "character 7"),
        ("n = 3div2", "character 6"),
        ("name = 'x", "character 8"),
    ],
)
def test_a_mistake_is_told_by_its_place_in_the_text(text, place):
    for _ in range(2):
        with pytest.raises(InvalidRequest, match=f"at {place}$"):
            parse_text(text)


def test_a_number_of_very_many_digits_is_one():
    assert parse_text(f"a < {'9' * 300}") == op("<", p("a"), float("9" * 300))
    assert parse_text(f"a < {'9' * 5_000}") == op("<", p("a"), float("inf"))
