"""Asking: by area, by stage and kind, by words; the address holds the question."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.e2e.counts import api_counts, shown_counts


def rows(page):
    return page.locator(".list > li[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )


def test_one_click_on_a_card_asks_by_area(server, visit):
    page = visit(server.root)
    zoom = page.evaluate("zymap.map.getZoom()")
    for area in server.ask("areas?f=json")["areas"]:
        page.locator(f"[data-focus=card-{area['id']}]").click()
        projects = server.ask(f"areas/{area['id']}/projects?limit=1000&f=json")
        assert set(rows(page)) == {feature["id"] for feature in projects["features"]}
        assert shown_counts(page)[2] == projects["numberMatched"]
        assert shown_counts(page)[0] == projects["numberLocated"]
        assert f"area={area['id']}" in page.url
        expect(page.locator(f"[data-focus=card-{area['id']}]")).to_have_attribute(
            "aria-pressed", "true"
        )
    page.wait_for_function(f"zymap.map.getZoom() > {zoom}")


def test_a_second_click_shows_all_again(server, visit):
    page = visit(server.root)
    card = page.locator(".area-card").first
    card.click()
    assert shown_counts(page)[2] < api_counts(server)[0]
    card.click()
    assert shown_counts(page)[2] == api_counts(server)[0]
    assert "area=" not in page.url


def test_the_map_and_the_header_ask_by_area_too(server, visit):
    page = visit(server.root)
    areas = server.ask("areas?f=json")["areas"]
    page.locator(".area-label").nth(1).click()
    assert "area=" in page.url
    page.locator(".area-switch button").first.click()
    assert "area=" not in page.url
    page.locator(f"[data-focus=switch-{areas[2]['id']}]").click()
    assert f"area={areas[2]['id']}" in page.url


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_an_area_says_by_itself_where_the_map_is(server, visit, motion):
    page = visit(server.root, reduced_motion=motion)
    glide_ms = 600
    for area in server.ask("areas?f=json")["areas"]:
        page.locator(f"[data-focus=switch-{area['id']}]").click()
        page.wait_for_timeout(0 if motion == "reduce" else glide_ms)
        assert page.url.endswith(f"?area={area['id']}")


def test_a_reload_and_the_back_button_keep_the_question(server, visit):
    page = visit(server.root)
    page.locator(".area-card").nth(1).click()
    page.locator("[data-focus=status-preparation]").click()
    page.select_option("#sort", "name")
    asked, listed = page.url, rows(page)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.url == asked
    assert rows(page) == listed
    page.go_back()
    expect(page.locator("[aria-pressed=true].area-card")).to_have_count(0)
    expect(page.locator("#chosen .chip")).to_have_count(0)
    assert shown_counts(page)[2] == api_counts(server)[0]


def test_the_viewport_is_in_the_address_and_comes_back(server, visit):
    page = visit(server.root)
    page.evaluate("zymap.map.setView([34.76, 113.55], 15, {animate: false})")
    page.wait_for_url(re.compile(r"at=34\.76,113\.55,15"))
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("zymap.map.getZoom()") == 15
    page.locator("#fit").click()
    page.wait_for_url(lambda url: "at=" not in url)


def test_chips_count_what_they_would_leave_and_leave_it(server, visit):
    page = visit(server.root)
    for code in ("implementation", "preparation"):
        chip = page.locator(f"[data-focus=status-{code}]")
        count = int(chip.locator("b").text_content())
        chip.click()
        assert shown_counts(page)[2] == count == api_counts(server, status=code)[0]
        chip.click()
    page.locator("#fold").click()
    road = page.locator("[data-focus=kind-road]")
    count = int(road.locator("b").text_content())
    road.click()
    assert shown_counts(page)[2] == count == api_counts(server, kind="road")[0]
    page.locator("#chosen .reset").click()
    assert shown_counts(page)[2] == api_counts(server)[0]


def test_searching_finds_what_the_api_finds(server, visit):
    page = visit(server.root)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    for text in ("公园", "Zhimajie", "ＺＨＩＭＡＪＩＥ", "czsk", "changzhuang"):
        page.fill("#search", text)
        found = api_counts(server, q=text)[0]
        assert found > 0
        expect(page.locator("#tally .tally-total b")).to_have_text(str(found))
    assert "q=" in page.url
    page.fill("#search", "没有这样的项目")
    expect(page.locator(".empty")).to_be_visible()
    page.locator(".empty").get_by_role("button").click()
    assert shown_counts(page)[2] == api_counts(server)[0]


def test_the_tray_lists_what_has_no_place(server, visit):
    page = visit(server.root)
    page.locator("#tally").click()
    matched, located = api_counts(server)
    assert len(rows(page)) == matched - located
    assert "show=tray" in page.url
    expect(page.locator("#tray-note")).to_be_visible()
    page.locator("[data-focus=show-map]").click()
    assert len(rows(page)) == located


def test_the_list_sorts_by_deadline_first(server, visit):
    page = visit(server.root)
    dates = [text[:10] for text in page.locator(".row-meta .due").all_text_contents()]
    assert len(dates) >= 3
    assert dates == sorted(dates)
    page.select_option("#sort", "area")
    areas = page.locator(".row-meta > span:nth-child(2)").all_text_contents()
    changes = sum(one != other for one, other in pairwise(areas))
    assert changes == len(set(areas)) - 1


def test_what_is_chosen_comes_off_one_by_one(server, visit):
    page = visit(f"{server.root}?area=ersha&status=implementation&q=厂")
    chips = page.locator("#chosen .chip")
    expect(chips).to_have_count(3)
    chips.nth(1).click()
    expect(chips).to_have_count(2)
    assert shown_counts(page)[2] == api_counts(server, area="ersha", q="厂")[0]
    page.locator("#chosen .reset").click()
    expect(chips).to_have_count(0)
    assert shown_counts(page)[2] == api_counts(server)[0]


def test_filters_of_every_sort_join_and_equal_the_api(server, visit):
    asked = {
        "due": "overdue,soon", "as_of": "2021-07-02", "location_status": "unlocated",
        "status": "implementation",
    }  # fmt: skip
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page = visit(f"{server.root}?{query}")
    found = server.ask(f"works?{query}&f=json")
    assert set(rows(page)) == {feature["id"] for feature in found["features"]}
    assert found["numberMatched"] > 0


def test_a_shape_in_the_address_asks_what_touches_it(server, visit):
    ring = "113.57,34.74,113.61,34.74,113.61,34.76,113.57,34.76"
    page = visit(f"{server.root}?polygon={ring}")
    found = server.ask(f"works?polygon={ring}&f=json")
    assert found["numberMatched"] > 0
    assert set(rows(page)) == {feature["id"] for feature in found["features"]}


def test_a_target_in_the_address_lists_what_counts_towards_it(server, visit):
    page = visit(f"{server.root}?target=zy-target-car-parks")
    found = server.ask("collections/projects/items?kind=parking&f=json")
    assert set(rows(page)) == {feature["id"] for feature in found["features"]}


def test_the_figures_ask_for_the_tray_and_for_what_is_overdue(server, visit):
    page = visit(f"{server.root}?as_of=2021-07-02")
    overdue = server.ask("works?due=overdue&as_of=2021-07-02&f=json")
    expect(page.locator(".figure-overdue b")).to_have_text(str(overdue["numberMatched"]))
    page.locator(".figure-overdue").click()
    assert set(rows(page)) == {feature["id"] for feature in overdue["features"]}
    page.locator(".figure-overdue").click()
    page.locator(".figure-unlocated").click()
    assert "show=tray" in page.url
