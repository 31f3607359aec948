"""More works than a page should hold: the list, the counts and the map come from the server."""

from __future__ import annotations

import re

import pytest
import shapely
from benchmarks.dataset import write_dataset
from playwright.sync_api import expect
from shapely.geometry import shape

from tests.e2e.conftest import Server

# Past the size from which tiles are thinned, a fifth of the works having no place.
SIZE = 8000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    started = Server(folder / "data", "--geodata", write_dataset(folder / "geodata", SIZE))
    yield started
    started.stop()


def number(page, selector):
    return int(page.locator(selector).first.text_content().replace("\u202f", ""))


def test_the_figures_and_the_chips_are_the_servers(large, visit):
    page = visit(f"{large.root}?as_of=2026-07-10")
    facets = large.ask("works/facets?as_of=2026-07-10&f=json")
    assert number(page, ".figure-works b") == facets["numberMatched"] == SIZE
    assert number(page, ".figure-located b") == facets["numberLocated"]
    assert number(page, ".figure-overdue b") == facets["facets"]["due"]["overdue"]
    for code, count in facets["facets"]["status"].items():
        assert number(page, f"[data-focus=status-{code}] b") == count


def test_a_filter_narrows_list_map_and_areas(large, visit):
    page = visit(large.root)
    page.locator("[data-focus=status-completion]").click()
    found = large.ask("works?status=completion&limit=1&f=json")
    expect(page.locator("#tally .tally-total b")).to_have_text(
        f"{found['numberMatched']:,}".replace(",", "\u202f")
    )
    with page.expect_request(lambda one: "/tiles/" in one.url and "status=completion" in one.url):
        page.evaluate("zymap.map.setZoom(13)")


def test_the_list_goes_on_as_it_is_read(large, visit):
    page = visit(large.root)
    rows = page.locator(".list > li[data-id]")
    expect(rows).to_have_count(100)
    page.locator("#panel-scroll").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    expect(rows).not_to_have_count(100)
    ids = rows.evaluate_all("rows => rows.map(row => row.dataset.id)")
    asked = large.ask(f"works?sortby=deadline&limit={len(ids)}&f=json")
    assert ids == [feature["id"] for feature in asked["features"]]


def test_a_work_of_the_list_opens_and_comes_back_after_a_reload(large, visit):
    page = visit(large.root)
    page.locator(".list > li[data-id] > button").nth(3).click()
    name = page.locator("#detail-title").text_content()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#detail-title")).to_have_text(name)


def test_what_is_too_close_to_be_drawn_is_counted(large, visit):
    page = visit(f"{large.root}?at=34.75,113.6,10")
    expect(page.locator("#thinned")).to_be_visible()
    page.evaluate("zymap.map.setView([34.75, 113.6], 16, {animate: false})")
    expect(page.locator("#thinned")).to_be_hidden()


def test_the_comparison_asks_the_server_for_each_area(large, visit):
    page = visit(f"{large.root}?view=compare")
    area = large.ask("areas?f=json")["areas"][0]
    expect(page.locator("#board-compare")).to_contain_text(
        f"{area['works']['matched']:,}".replace(",", "\u202f")
    )


def test_the_neighbours_of_a_work_are_asked_of_the_server(large, visit):
    work = large.ask("works?located=true&limit=1&f=json")["features"][0]
    page = visit(f"{large.root}?id={work['id']}")
    lon, lat = shapely.centroid(shape(work["geometry"])).coords[0]
    around = f"{lon - 0.005},{lat - 0.005},{lon + 0.005},{lat + 0.005}"
    near = large.ask(f"works?bbox={around}&located=true&limit=1000&f=json")
    expect(page.locator(".detail-near h3")).to_be_visible()
    heading = page.locator(".detail-near h3").text_content()
    # All that lie within half the distance on either axis are among them.
    assert int(re.search(r"公里以内 (\d+)", heading)[1]) >= near["numberMatched"] - 1 > 0


def test_the_time_line_marks_the_deadlines_of_all_works(large, visit):
    page = visit(large.root)
    due = large.ask("works/deadlines?f=json")["dated"]
    counts = page.locator(".time-mark b").all_text_contents()
    assert [int(text) for text in counts] == [row["count"] for row in due]
    assert len(due) > 1
