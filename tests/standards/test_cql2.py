"""OGC 21-065r2 (CQL2), annex A: each predicate in both encodings, against a naive evaluation.

The standard's own dataset has no place here; its predicates are asked of the made-up district, and
the expected features come from tests/naive_cql.py, which evaluates the JSON.
"""

import random

import orjson
import pytest
from tests.naive_cql import matching
from tests.testland import FEATURES

SPEC = "http://www.opengis.net/spec/cql2/1.0/conf"
CLASSES = (
    "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
    "case-insensitive-comparison", "accent-insensitive-comparison", "basic-spatial-functions",
    "basic-spatial-functions-plus", "spatial-functions", "temporal-functions", "array-functions",
    "property-property", "arithmetic",
)  # fmt: skip


def p(name):
    return {"property": name}


def op(name, *args):
    return {"op": name, "args": list(args)}


def day(text):
    return {"date": text}


def span(*ends):
    return {"interval": list(ends)}


def bbox(*numbers):
    return {"bbox": list(numbers)}


def point(*position):
    return {"type": "Point", "coordinates": list(position)}


def line(*positions):
    return {"type": "LineString", "coordinates": [list(item) for item in positions]}


def polygon(*positions):
    return {"type": "Polygon", "coordinates": [[list(item) for item in positions]]}


HALL, AREA = point(10.31, 50.06), p("geometry")
WEST_RING = ((10, 50), (10.2, 50), (10.2, 50.2), (10, 50.2), (10, 50))
WEST_TEXT = "POLYGON((10 50,10.2 50,10.2 50.2,10 50.2,10 50))"
DUE = p("deadline")
YEAR = span("2021-01-01", "2021-12-30")

BASIC = {  # /conf/basic-cql2/comparison, is-null, boolean, test-data
    "name_en = 'Hall'": op("=", p("name_en"), "Hall"),
    "name_en <> 'Hall'": op("<>", p("name_en"), "Hall"),
    "name_en < 'Hall'": op("<", p("name_en"), "Hall"),
    "name_en <= 'Hall'": op("<=", p("name_en"), "Hall"),
    "name_en > 'Hall'": op(">", p("name_en"), "Hall"),
    "name_en >= 'Hall'": op(">=", p("name_en"), "Hall"),
    "name_zh = '服务大厅'": op("=", p("name_zh"), "服务大厅"),
    "spaces = 120": op("=", p("spaces"), 120),
    "spaces <> 120": op("<>", p("spaces"), 120),
    "spaces < 3.14": op("<", p("spaces"), 3.14),
    "budget >= 1.5e0": op(">=", p("budget"), 1.5),
    "open = true": op("=", p("open"), True),
    "open <> true": op("<>", p("open"), True),
    "deadline = DATE('2021-06-30')": op("=", DUE, day("2021-06-30")),
    "\"deadline\" > date('2021-06-30')": op(">", DUE, day("2021-06-30")),
    "deadline<=DATE('2021-07-01')": op("<=", DUE, day("2021-07-01")),
    "spaces IS NULL": op("isNull", p("spaces")),
    "spaces is not null": op("not", op("isNull", p("spaces"))),
    "geometry IS NULL": op("isNull", AREA),
    "fact_ids IS NULL": op("isNull", p("fact_ids")),
    "true": True,
    "FALSE": False,
}
ADVANCED = {  # /conf/advanced-comparison-operators/like, between, in
    "name_en LIKE '%'": op("like", p("name_en"), "%"),
    "name_en like '_%'": op("like", p("name_en"), "_%"),
    "name_en like ''": op("like", p("name_en"), ""),
    r"name_en like '\%\_'": op("like", p("name_en"), r"\%\_"),
    "name_en LIKE '_a%'": op("like", p("name_en"), "_a%"),
    "name_en NOT LIKE '_a%'": op("not", op("like", p("name_en"), "_a%")),
    "spaces BETWEEN 0 AND 100": op("between", p("spaces"), 0, 100),
    "spaces between 100.0 and 1.0": op("between", p("spaces"), 100, 1),
    "spaces not between 0 and 100": op("not", op("between", p("spaces"), 0, 100)),
    "spaces IN (1, 120, 3)": op("in", p("spaces"), [1, 120, 3]),
    "status in ('preparation','foo')": op("in", p("status"), ["preparation", "foo"]),
    "status not in ('preparation','foo')": op("not", op("in", p("status"), ["preparation", "foo"])),
    "open in (true)": op("in", p("open"), [True]),
    "deadline in (DATE('2021-07-01'), DATE('2021-12-31'))": op(
        "in", DUE, [day("2021-07-01"), day("2021-12-31")]
    ),
}
FOLDED = {  # /conf/case-insensitive-comparison/…, /conf/accent-insensitive-comparison/…
    "CASEI(name_en) = casei('HALL')": op("=", op("casei", p("name_en")), op("casei", "HALL")),
    "CASEI(name_en) LIKE casei('S%')": op("like", op("casei", p("name_en")), op("casei", "S%")),
    "CASEI(name_en) IN (casei('HALL'), casei('bridge'))": op(
        "in", op("casei", p("name_en")), [op("casei", "HALL"), op("casei", "bridge")]
    ),
    "ACCENTI(name_en) = accenti('Hâll')": op("=", op("accenti", p("name_en")), "Hall"),
    "ACCENTI(CASEI(name_en)) LIKE accenti(casei('Lĭ%'))": op(
        "like", op("accenti", op("casei", p("name_en"))), "li%"
    ),
    "ACCENTI(name_zh) = accenti('跨河大桥')": op("=", op("accenti", p("name_zh")), "跨河大桥"),
}
SPATIAL = {  # /conf/basic-spatial-functions/…, /conf/spatial-functions/s_…
    "S_INTERSECTS(geometry,BBOX(10.2,50,10.4,50.2))": op(
        "s_intersects", AREA, bbox(10.2, 50, 10.4, 50.2)
    ),
    "S_INTERSECTS(geometry,BBOX(10.2,50,0,10.4,50.2,9))": op(
        "s_intersects", AREA, bbox(10.2, 50, 10.4, 50.2)
    ),
    "S_INTERSECTS(geometry,POINT(10.31 50.06))": op("s_intersects", AREA, HALL),
    f"S_INTERSECTS(geometry,{WEST_TEXT})": op("s_intersects", AREA, polygon(*WEST_RING)),
    "S_INTERSECTS(geometry,LINESTRING(10 50, 10.4 50.2))": op(
        "s_intersects", AREA, line((10, 50), (10.4, 50.2))
    ),
    f"S_DISJOINT(geometry,{WEST_TEXT})": op("s_disjoint", AREA, polygon(*WEST_RING)),
    "S_DISJOINT(geometry,POINT(10.31 50.06))": op("s_disjoint", AREA, HALL),
    "S_EQUALS(geometry,POINT(10.31 50.06))": op("s_equals", AREA, HALL),
    "S_TOUCHES(geometry,LINESTRING(10.25 50.1,10.25 50.2))": op(
        "s_touches", AREA, line((10.25, 50.1), (10.25, 50.2))
    ),
    "S_CROSSES(geometry,BBOX(10.1,50,10.2,50.2))": op(
        "s_crosses", AREA, polygon((10.1, 50), (10.2, 50), (10.2, 50.2), (10.1, 50.2), (10.1, 50))
    ),
    f"S_WITHIN(geometry,{WEST_TEXT})": op("s_within", AREA, polygon(*WEST_RING)),
    "S_CONTAINS(geometry,POINT(10.31 50.06))": op("s_contains", AREA, HALL),
    "S_CONTAINS(geometry,MULTIPOINT((10.31 50.06),(10.305 50.055)))": op(
        "s_contains",
        AREA,
        {"type": "MultiPoint", "coordinates": [[10.31, 50.06], [10.305, 50.055]]},
    ),
    "S_OVERLAPS(geometry,BBOX(10.31,50,10.4,50.2))": op(
        "s_overlaps", AREA, bbox(10.31, 50, 10.4, 50.2)
    ),
    "S_OVERLAPS(geometry,LINESTRING Z(10.15 50.1 4,10.3 50.1 4))": op(
        "s_overlaps", AREA, line((10.15, 50.1), (10.3, 50.1))
    ),
}
TEMPORAL = {  # /conf/temporal-functions/temporal-functions-1, -2
    **{
        f"{name.upper()}(deadline,DATE('2021-07-01'))": op(name, DUE, day("2021-07-01"))
        for name in ("t_after", "t_before", "t_disjoint", "t_equals", "t_intersects")
    },
    **{
        f"{name}(deadline,INTERVAL('2021-01-01','2021-12-30'))": op(name, DUE, YEAR)
        for name in ("t_after", "t_before", "t_disjoint", "t_equals", "t_intersects", "t_during")
    },
    "T_AFTER(deadline,INTERVAL('..','2021-06-30'))": op("t_after", DUE, span("..", "2021-06-30")),
    "T_BEFORE(deadline,interval('2021-07-02','..'))": op("t_before", DUE, span("2021-07-02", "..")),
    **{
        f"{name.upper()}(INTERVAL(deadline,'2021-12-31'),INTERVAL('2021-06-30','2021-12-31'))": op(
            name, span(DUE, "2021-12-31"), span("2021-06-30", "2021-12-31")
        )
        for name in (
            "t_after", "t_before", "t_disjoint", "t_equals", "t_intersects", "t_contains",
            "t_during", "t_finishedBy", "t_finishes", "t_meets", "t_metBy", "t_overlappedBy",
            "t_overlaps", "t_startedBy", "t_starts",
        )
    },
}  # fmt: skip
ARRAYS = {  # /conf/array-functions/array-predicates
    f"{name.upper()}(fact_ids,({', '.join(map(repr, items))}))": op(name, p("fact_ids"), items)
    for name in ("a_contains", "a_containedBy", "a_equals", "a_overlaps")
    for items in (["F2"], ["F2", "F1"], ["F1", "F9"], [])
}
BOTH_SIDES = {  # /conf/property-property/…
    "'Hall' = name_en": op("=", "Hall", p("name_en")),
    "'Hall' <= name_en": op("<=", "Hall", p("name_en")),
    "name_zh = name_en": op("=", p("name_zh"), p("name_en")),
    "name_zh <> name_en": op("<>", p("name_zh"), p("name_en")),
    "100 < spaces": op("<", 100, p("spaces")),
    "spaces = spaces": op("=", p("spaces"), p("spaces")),
    "spaces > coordinateUncertaintyInMeters": op(
        ">", p("spaces"), p("coordinateUncertaintyInMeters")
    ),
    "'foo' = 'foo'": op("=", "foo", "foo"),
    "3.14 < 3.14": op("<", 3.14, 3.14),
    "DATE('2022-04-14') >= DATE('2022-04-14')": op(">=", day("2022-04-14"), day("2022-04-14")),
    "'København' LIKE 'K_benhavn'": op("like", "København", "K_benhavn"),
    "S_INTERSECTS(BBOX(10.2,50,10.4,50.2),geometry)": op(
        "s_intersects", bbox(10.2, 50, 10.4, 50.2), AREA
    ),
    f"S_CONTAINS({WEST_TEXT},geometry)": op("s_contains", polygon(*WEST_RING), AREA),
    "S_WITHIN(POINT(10.31 50.06),geometry)": op("s_within", HALL, AREA),
    "t_before(date('2021-07-01'),deadline)": op("t_before", day("2021-07-01"), DUE),
    "A_CONTAINS(('F1','F2'),fact_ids)": op("a_contains", ["F1", "F2"], p("fact_ids")),
}
ARITHMETIC = {  # /conf/arithmetic/arithmetic, test-data
    "spaces = 112+8": op("=", p("spaces"), 120),
    "spaces >= 122-2*2^0": op(">=", p("spaces"), 120),
    "spaces > 122-20/10": op(">", p("spaces"), 120),
    "spaces < 122-21 div 10": op("<", p("spaces"), op("-", 122, op("div", 21, 10))),
    "spaces % 7 = 1": op("=", op("%", p("spaces"), 7), 1),
    "spaces / coordinateUncertaintyInMeters > 2.3": op(
        ">", op("/", p("spaces"), p("coordinateUncertaintyInMeters")), 2.3
    ),
    "-spaces < -1": op("<", op("*", -1, p("spaces")), -1),
    "(spaces + budget) * 2 = 3": op("=", op("*", op("+", p("spaces"), p("budget")), 2), 3),
    "budget between 6/4 and (3*(1+1))": op("between", p("budget"), 1.5, 6),
    "1 / spaces > 0": op(">", op("/", 1, p("spaces")), 0),
}
PREDICATES = {
    **BASIC, **ADVANCED, **FOLDED, **SPATIAL, **TEMPORAL, **ARRAYS, **BOTH_SIDES, **ARITHMETIC,
}  # fmt: skip


def asked(api, text, language="cql2-text"):
    answer = api.get(
        "/collections/works/items", params={"filter": text, "filter-lang": language, "limit": 100}
    )
    assert answer.status_code == 200, answer.text
    page = answer.json()
    found = [feature["id"] for feature in page["features"]]
    assert page["numberMatched"] == len(found)
    return found


@pytest.mark.parametrize("name", CLASSES)
def test_the_class_is_declared(client, name):
    assert f"{SPEC}/{name}" in client.get("/conformance").json()["conformsTo"]


@pytest.mark.parametrize("text", PREDICATES)
def test_a_predicate_in_text_and_in_json(client, text):
    """/conf/{class}/test-data, for every class; /conf/cql2-text/validate, /conf/cql2-json/validate."""
    expected = matching(FEATURES["works"], PREDICATES[text])
    assert asked(client, text) == expected
    assert asked(client, orjson.dumps(PREDICATES[text]).decode(), "cql2-json") == expected


def test_the_predicates_tell_features_apart():
    """A test that always expects all or nothing would prove little."""
    size = len(FEATURES["works"])
    counts = [len(matching(FEATURES["works"], tree)) for tree in PREDICATES.values()]
    assert sum(0 < count < size for count in counts) > len(counts) / 2


@pytest.mark.parametrize("seed", range(40))
def test_logical_combinations(client, seed):
    """/conf/basic-cql2/logical and /conf/{class}/logical: AND, OR, NOT of stored predicates."""
    chosen = random.Random(seed).sample(sorted(PREDICATES), 4)
    one, two, three, four = (PREDICATES[text] for text in chosen)
    text = (
        "(NOT ({1}) AND ({0})) OR (({2}) and ({3})) or not (({0}) OR ({3}))"
    ).format(*chosen)  # fmt: skip
    tree = op(
        "or",
        op("and", op("not", two), one),
        op("and", three, four),
        op("not", op("or", one, four)),
    )
    assert asked(client, text) == matching(FEATURES["works"], tree)


@pytest.mark.parametrize(("name", "column"), [("name_en", "'foo'"), ("spaces", "1"),
    ("open", "true"), ("deadline", "DATE('2022-04-14')"), ("budget", "3.14")])  # fmt: skip
def test_opposite_comparisons_share_no_feature(client, name, column):
    """/conf/basic-cql2/comparison; /conf/property-property/comparison-value-property."""
    for one, other in (("=", "<>"), (">", "<="), ("<", ">=")):
        for form in ("{0} {1} {2}", "{2} {1} {0}"):
            found = set(asked(client, form.format(name, one, column)))
            assert not found & set(asked(client, form.format(name, other, column)))


def test_unknown_is_neither_true_nor_false(client):
    """/req/basic-cql2/cql2-filter: three values; the negation of unknown is unknown."""
    for text in ("spaces > 0", "CASEI(status) = 'x'", "deadline < DATE('2021-07-01')",
                 "S_INTERSECTS(geometry,BBOX(10,50,10.1,50.2))", "spaces / 0 = 1",
                 "A_OVERLAPS(fact_ids,(status))"):  # fmt: skip
        found, others = set(asked(client, text)), set(asked(client, f"NOT ({text})"))
        assert not found & others
        assert len(found | others) < len(FEATURES["works"])


@pytest.mark.parametrize(
    "other",
    ["NOT NOT S_WITHIN(geometry,{})", "S_WITHIN(geometry,{}) AND true", "S_CONTAINS({},geometry)"],
)
def test_what_means_the_same_finds_the_same(client, other):
    for shape in ("BBOX(10.2,50,10.4,50.2)", WEST_TEXT, "BBOX(150,-90,-150,90)"):
        expected = asked(client, f"S_WITHIN(geometry,{shape})")
        assert asked(client, other.format(shape)) == expected


def test_a_box_may_cross_the_antimeridian(client):
    west, east = "BBOX(10.3,50,-170,50.2)", "BBOX(170,50,10.1,50.2)"
    found = asked(client, f"S_INTERSECTS(geometry,{west}) OR S_INTERSECTS(geometry,{east})")
    everywhere = matching(
        FEATURES["works"],
        op("or", op("s_intersects", AREA, bbox(10.3, 50, 180, 50.2)),
           op("s_intersects", AREA, bbox(-180, 50, 10.1, 50.2))),
    )  # fmt: skip
    assert found == everywhere
    assert found


def test_a_text_in_the_place_of_a_date_is_read_as_one(client):
    """/conf/advanced-comparison-operators/in has dates as texts."""
    dates = "deadline in (DATE('2021-07-01'), DATE('2021-12-31'))"
    assert asked(client, "deadline in ('2021-07-01', '2021-12-31')") == asked(client, dates)


@pytest.mark.parametrize(("instant", "date"), [
    ("2021-07-01T00:00:00Z", "2021-07-01"), ("2021-07-01T23:59:59.5Z", "2021-07-01"),
    ("2021-07-01T06:00:00+08:00", "2021-06-30"),
])  # fmt: skip
def test_an_instant_counts_as_its_day(client, instant, date):
    for sign in ("=", "<", ">="):
        expected = asked(client, f"deadline {sign} DATE('{date}')")
        assert asked(client, f"deadline {sign} TIMESTAMP('{instant}')") == expected
    expected = asked(client, f"T_AFTER(deadline, DATE('{date}'))")
    assert asked(client, f"T_AFTER(deadline, TIMESTAMP('{instant}'))") == expected


def test_quotes_in_texts(client):
    expected = asked(client, orjson.dumps(op("=", p("name_en"), "'; DROP TABLE works; --")).decode(),
                     "cql2-json")  # fmt: skip
    assert len(expected) == 1
    assert asked(client, "name_en = '''; DROP TABLE works; --'") == expected
    assert asked(client, r"name_en = '\'; DROP TABLE works; --'") == expected


def test_precedence(client):
    """Annex B: AND before OR, NOT before AND, power before product before sum."""
    for one, other in (
        ("open OR open AND false", "open OR (open AND false)"),
        ("NOT open OR open", "(NOT open) OR open"),
        ("2 + 3 * 2 ^ 2 = 14", "true"),
        ("2 ^ 3 ^ 2 = 512", "true"),
        ("10 - 4 - 3 = 3", "true"),
        ("7 div 2 * 2 = 6", "true"),
        ("-7 % 3 = -1", "true"),
    ):
        assert asked(client, one) == asked(client, other)
    assert len(asked(client, "NOT open OR open")) == 2
