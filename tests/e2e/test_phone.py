"""The page on a phone: map on top, a sheet with the list, nothing cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_the_phone_and_the_title_is_whole(server, visit, language):
    page = visit(f"{server.root}?lang={language}", size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    title = page.locator("h1")
    assert title.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert title.evaluate("one => getComputedStyle(one).textOverflow") != "ellipsis"


def test_the_sheet_has_three_heights(server, visit):
    page = visit(server.root, size=PHONE)
    panel, grip = page.locator("#panel"), page.locator("#grip")
    tops = {}
    for _ in range(3):
        page.wait_for_timeout(300)
        tops[panel.get_attribute("data-height")] = panel.bounding_box()["y"]
        grip.tap()
    assert tops["full"] < tops["half"] < tops["low"]


def test_the_sheet_can_be_dragged(server, visit):
    page = visit(server.root, size=PHONE)
    box = page.locator("#grip").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 150, steps=5)
    page.mouse.up()
    expect(page.locator("#panel")).to_have_attribute("data-height", "full")


def test_a_touched_work_is_told_in_the_sheet_and_seen_on_the_map(server, visit):
    page = visit(server.root, size=PHONE)
    point = page.locator(".work-point").first
    point.locator("..").dispatch_event("click")
    selected = page.locator("#selected")
    expect(selected.locator("h2")).to_be_visible()
    page.wait_for_timeout(400)
    marked = page.locator(".work-point.is-selected").bounding_box()
    assert marked["y"] + marked["height"] < selected.bounding_box()["y"]
    selected.locator(".close").tap()
    expect(selected).to_be_hidden()


def test_asking_by_area_fits_it_into_what_the_sheet_leaves(server, visit):
    page = visit(server.root, size=PHONE)
    page.locator(".area-switch button").nth(2).tap()
    page.wait_for_timeout(500)
    top = page.locator("#panel").bounding_box()["y"]
    boxes = [page.locator(".work-point").nth(n).bounding_box() for n in range(6)]
    assert all(box["y"] + box["height"] <= top for box in boxes)


def test_the_source_line_is_in_sight_above_the_sheet(server, visit):
    page = visit(server.root, size=PHONE)
    line = page.locator(".leaflet-control-attribution").bounding_box()
    assert line["y"] + line["height"] <= page.locator("#panel").bounding_box()["y"] + 1


def test_one_touch_leads_to_the_search_and_what_it_finds_is_in_sight(server, visit):
    page = visit(server.root, size=PHONE)
    # Nothing lies over any part of it.
    assert page.locator("#find").evaluate(
        "one => {const {left, top, right, bottom} = one.getBoundingClientRect();"
        " return [top + 1, bottom - 1].every((y) => [left + 1, right - 1].every("
        "(x) => one.contains(document.elementFromPoint(x, y))))}"
    )
    page.locator("#find").tap()
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("停车场")
    found = page.locator("#also button").first
    expect(found).to_be_in_viewport()
    expect(found).to_contain_text("35")
