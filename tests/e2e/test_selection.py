"""Selecting: list and map answer each other, and tell all that is known."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


def located(server):
    answer = server.ask("collections/projects/items?located=true&deadline=2021-07-01&f=json")
    return answer["features"][0]


def unlocated(server):
    return server.ask("collections/projects/items?located=false&limit=1&f=json")["features"][0]


def test_selecting_in_the_list_tells_all_beside_the_map(server, visit):
    page = visit(f"{server.root}?as_of=2021-06-15")
    work = located(server)
    said = work["properties"]
    page.locator(f".list > li[data-id={work['id']}] > button").click()
    panel = page.locator("#selected")
    for text in (
        said["name_zh"],
        said["name_en"],
        said["description_zh"],
        said["deadline"],
        said["deadline_text"],
        "还有 16 天",
        said["section"],
        *said["fact_ids"],
        f"{said['coordinateUncertaintyInMeters']}\u00a0米",
    ):
        expect(panel).to_contain_text(text)
    panel.locator("summary").click()
    expect(panel).to_contain_text(said["georeferenceSources"])
    assert f"id={work['id']}" in page.url
    expect(page.locator(f".work-point[data-id={work['id']}]")).to_have_class(
        "work-point is-selected"
    )


def test_selecting_on_the_map_marks_the_list(server, visit):
    page = visit(server.root)
    work = located(server)
    page.locator(f".work-point[data-id={work['id']}]").click()
    row = page.locator(f".list > li[data-id={work['id']}]")
    expect(row).to_have_class("is-selected")
    expect(row).to_be_in_viewport()
    page.locator("#selected .close").click()
    expect(row).not_to_have_class("is-selected")
    assert "id=" not in page.url


def test_what_is_selected_is_in_sight_beside_its_panel(server, visit):
    page = visit(server.root)
    for point in server.ask("collections/projects/items?located=true&f=json")["features"]:
        page.goto(f"{server.root}?id={point['id']}")
        page.wait_for_selector("body[data-ready]")
        marker = page.locator(".work-point.is-selected").bounding_box()
        panel = page.locator("#selected").bounding_box()
        assert marker["x"] + marker["width"] <= panel["x"]
        assert marker["y"] + marker["height"] <= page.locator("#timeline").bounding_box()["y"]


def test_hovering_answers_both_ways(server, visit):
    page = visit(server.root)
    work = located(server)
    row = page.locator(f".list > li[data-id={work['id']}]")
    point = page.locator(f".work-point[data-id={work['id']}]")
    row.locator("button").first.hover()
    expect(point).to_contain_class("is-hover")
    point.hover()
    expect(row).to_have_class("is-hover")


def test_what_has_no_place_is_told_and_the_map_stays_where_it_was(server, visit):
    page = visit(server.root)
    work = unlocated(server)
    before = page.evaluate("zymap.map.getCenter().toString()")
    row = page.locator(f".list > li[data-id={work['id']}]")
    row.locator("button").first.click()
    panel = page.locator("#selected")
    expect(panel.locator(".quality")).to_contain_text("待落图")
    expect(panel).to_contain_text(work["properties"]["description_zh"])
    expect(panel.locator(".precision, .detail-near")).to_have_count(0)
    assert page.evaluate("zymap.map.getCenter().toString()") == before
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(panel).to_contain_text(work["properties"]["name_zh"])
    row.locator("button").first.click()
    expect(panel).to_be_hidden()


def test_the_links_of_a_feature_lead_to_it(server, visit):
    page = visit(f"{server.root}?id={located(server)['id']}")
    links = page.locator("#selected .detail-links")
    own = links.get_by_text("GeoJSON", exact=True).last
    assert server.ask(own.get_attribute("href"))["id"] == located(server)["id"]
    with page.expect_download() as started:
        links.get_by_text("Shapefile").click()
    assert started.value.suggested_filename.endswith(".zip")
    links.get_by_text("数据页").click()
    expect(page.locator("h1")).to_have_text(located(server)["properties"]["name_zh"])


def test_the_uncertainty_is_drawn_to_scale(server, visit):
    page = visit(f"{server.root}?id={located(server)['id']}")
    metres = located(server)["properties"]["coordinateUncertaintyInMeters"]
    circle = page.locator(".precision-circle").evaluate("one => one.getBBox().width")
    bar = page.locator(".precision-bar").evaluate("one => one.getBBox().width")
    bar_m = float(page.locator(".precision text").nth(1).text_content().split("\u00a0")[0])
    assert bar / (circle / 2) == pytest.approx(bar_m / metres, rel=0.03)


def test_the_neighbours_lie_within_a_kilometre_and_can_be_opened(server, visit):
    page = visit(f"{server.root}?id={located(server)['id']}")
    near = page.locator(".detail-near li")
    assert near.count() >= 1
    for text in near.locator("small").all_text_contents():
        assert float(text.split("\u00a0")[0].replace("\u202f", "")) <= 1000
    name = near.first.locator("span").text_content()
    near.first.locator("button").click()
    expect(page.locator("#detail-title")).to_have_text(name)
    page.go_back()
    expect(page.locator("#detail-title")).to_have_text(located(server)["properties"]["name_zh"])


def test_the_link_is_copied(server, visit):
    page = visit(
        f"{server.root}?id={located(server)['id']}",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.locator("#selected").get_by_text("复制链接").click()
    expect(page.locator("#toast")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_the_keyboard_reaches_a_work_its_panel_and_comes_back(server, visit):
    page = visit(server.root)
    work = located(server)
    row = page.locator(f".list > li[data-id={work['id']}] > button")
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail-title")).to_be_focused()
    expect(page.locator("#detail-title")).to_have_text(work["properties"]["name_zh"])
    page.keyboard.press("Escape")
    expect(page.locator("#selected")).to_be_hidden()
    expect(row).to_be_focused()
    page.locator(".marker", has=page.locator(f"[data-id={work['id']}]")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail-title")).to_have_text(work["properties"]["name_zh"])
