"""The page's modules that know neither map nor page, each by itself, in the browser."""

from __future__ import annotations

import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape

from zymap.lateness import ENDED, due_class, today


@pytest.fixture
def run(server, visit):
    """Return a function that calls one of a module's functions."""
    page = visit(server.root + "readyz", ready=False)

    def call(module, function, *arguments):
        return page.evaluate(
            "async ([module, name, args]) => {const made = (await import(`/static/js/map/${module}.js`))"
            "[name](...args); return made instanceof Map ? [...made] : made}",
            [module, function, arguments],
        )

    return call


def test_a_state_survives_its_address(run):
    address = "?area=a-b&status=x,y&kind=z&due=soon&location_status=located&target=t&polygon=1,2,3,2,3,4&q=%E5%85%AC%20&sort=name&show=tray&view=compare&id=zy-1&hide=l&base=osm&lang=en&as_of=2021-07-02&at=34.5,113.25,14"
    state = run("state", "parseState", address)
    assert state["q"] == "公 "
    assert state["at"] == [34.5, 113.25, 14]
    assert run("state", "formatState", state) == address


def test_a_plain_state_has_a_plain_address(run):
    assert run("state", "formatState", run("state", "parseState", "")) == ""


@pytest.mark.parametrize("at", ["", "1", "a,b,c", "1,2", "99,0,5", "0,999,5", "1,2,3,4"])
def test_a_place_that_is_none_is_left_out(run, at):
    state = run("state", "parseState", f"?at={at}&sort=nonsense&show=nonsense&lang=xx")
    assert state["at"] is None
    assert (state["sort"], state["show"], state["lang"]) == ("deadline", "all", "zh")


@pytest.mark.parametrize("count", [1, 2, 3, 7, 25])
def test_symbols_at_one_point_are_spread_apart(run, count):
    spots = [{"id": f"w{n}", "x": 10, "y": 20} for n in range(count)]
    places = dict(run("spread", "spread", spots, 34))
    assert len(places) == count
    points = list(places.values())
    for index, a in enumerate(points):
        for b in points[index + 1 :]:
            assert ((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5 >= 31
    assert sum(point["x"] for point in points) / count == pytest.approx(10)


def test_a_ring_does_not_push_into_its_neighbour(run):
    spots = [
        {"id": "a", "x": 0, "y": 0},
        {"id": "b", "x": 0, "y": 7},
        {"id": "c", "x": -10, "y": -45},
    ]
    points = list(dict(run("spread", "spread", spots, 40)).values())
    for index, a in enumerate(points):
        for b in points[index + 1 :]:
            assert ((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5 >= 36


def test_symbols_with_room_stay_in_their_place(run):
    spots = [{"id": "a", "x": 0, "y": 0}, {"id": "b", "x": 100, "y": 0}]
    assert dict(run("spread", "spread", spots, 34)) == {
        "a": {"x": 0, "y": 0},
        "b": {"x": 100, "y": 0},
    }


def test_searching_compares_without_case_and_width(run):
    assert run("search", "searchForm", "ＡＢＣ公园") == run("search", "searchForm", "abc公园")


FRAME = {"x": 400, "y": 300}


def test_a_name_goes_right_of_its_point_then_below_then_left_then_nowhere(run):
    point = {"x": 200, "y": 150}

    def place(*taken):
        return run("room", "besidePoint", point, 60, 10, FRAME, list(taken))

    right = place()
    below = place(right)
    left = place(right, below)
    assert right["x"] > point["x"]
    assert below["y"] > point["y"]
    assert left["x"] < point["x"]
    assert place({**point, "w": 300, "h": 300}) is None


def test_a_name_follows_its_line_and_reads_from_left_to_right(run):
    run_back = [{"x": 380, "y": 200}, {"x": 20, "y": 100}]
    found = run("room", "alongLine", [run_back], 80, FRAME, [])
    assert -90 < found["spot"]["angle"] <= 90
    assert found["spot"]["angle"] == pytest.approx(15.5, abs=0.1)
    bent = [{"x": 100, "y": 100}, {"x": 130, "y": 100}, {"x": 130, "y": 130}]
    assert run("room", "alongLine", [bent], 55, FRAME, []) is None


@pytest.mark.parametrize("as_of", ["2021-05-31", "2021-06-01", "2021-06-30", "2021-07-01"])
@pytest.mark.parametrize("status", [None, *ENDED, "implementation"])
@pytest.mark.parametrize("deadline", [None, "2021-06-30", "2021-07-31"])
def test_the_page_judges_a_deadline_as_the_library_does(run, as_of, status, deadline):
    held = {"deadline": deadline, "status": status}
    assert run("dates", "dueClass", held, as_of) == due_class(deadline, status, as_of)


def test_today_is_by_beijing_time(run):
    assert run("dates", "today") == today()


RING = [[0, 0], [10, 0], [10, 10], [0, 10]]
OUTSIDE = [[20, 20], [30, 20], [30, 30], [20, 30], [20, 20]]


@pytest.mark.parametrize(
    ("geometry", "touched"),
    [
        (None, False),
        ({"type": "Point", "coordinates": [5, 5]}, True),
        ({"type": "Point", "coordinates": [11, 5]}, False),
        ({"type": "MultiPoint", "coordinates": [[-5, 5], [15, 5]]}, False),
        ({"type": "MultiPoint", "coordinates": [[-5, 5], [5, 5]]}, True),
        ({"type": "LineString", "coordinates": [[-5, 5], [15, 5]]}, True),
        ({"type": "LineString", "coordinates": [[-5, 11], [15, 11]]}, False),
        ({"type": "LineString", "coordinates": [[11, 0], [20, 0]]}, False),
        ({"type": "Polygon", "coordinates": [OUTSIDE]}, False),
        ({"type": "Polygon", "coordinates": [[[-1, -1], [11, -1], [11, 11], [-1, 11], [-1, -1]]]}, True),
        (
            {
                "type": "Polygon",
                "coordinates": [
                    [[-9, -9], [19, -9], [19, 19], [-9, 19], [-9, -9]],
                    [[-1, -1], [11, -1], [11, 11], [-1, 11], [-1, -1]],
                ],
            },
            False,
        ),
        ({"type": "MultiPolygon", "coordinates": [[OUTSIDE], [[[9, 9], [12, 9], [12, 12], [9, 9]]]]}, True),
    ],
)  # fmt: skip
def test_a_shape_touches_a_ring_as_shapely_says(run, geometry, touched):
    assert run("shapes", "touches", geometry, RING) is touched
    if geometry:
        assert shapely.intersects(shape(geometry), shapely.Polygon(RING)) == touched


def test_a_distance_is_the_geodesic_to_half_a_percent(run):
    one, other = [113.55, 34.75], [113.62, 34.79]
    _, _, metres = Geod(ellps="WGS84").inv(*one, *other)
    assert run("shapes", "distance_m", one, other) == pytest.approx(metres, rel=0.006)


def test_some_dates_are_marked_one_by_one_and_many_by_the_month(run):
    dates = [f"2021-{month:02}-{day:02}" for month in range(1, 13) for day in (5, 20)]
    dated = [{"deadline": date, "deadline_text": None, "count": 2} for date in dates]
    few = run("deadlines", "marksOf", dated[:12], 2021)
    assert [mark["date"] for mark in few] == dates[:12]
    assert not any(mark["month"] for mark in few)
    others = [{**dated[0], "deadline": day} for day in ("2019-03-01", "2020-01-01")]
    later = [{**dated[0], "deadline": "2022-06-30"}]
    many = run("deadlines", "marksOf", [*others, *dated, *later], 2021)
    assert [mark["date"] for mark in many] == ["2020-01-01", *dates[1::2], "2022-06-30"]
    assert [mark["count"] for mark in many] == [4, *[4] * 12, 2]
    assert [mark["month"] for mark in many] == [False, *[True] * 12, False]
