"""The page's modules that know neither map nor page, each by itself, in the browser."""

from __future__ import annotations

import pytest


@pytest.fixture
def run(server, visit):
    """Return a function that calls one of a module's functions."""
    page = visit(server.root)

    def call(module, function, *arguments):
        return page.evaluate(
            "async ([module, name, args]) => {const made = (await import(`./static/js/map/${module}.js`))"
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
