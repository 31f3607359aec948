"""Selecting: list and map answer each other, and tell all that is known."""

from __future__ import annotations

from playwright.sync_api import expect


def located(server):
    answer = server.ask("collections/projects/items?located=true&deadline=2021-07-01&f=json")
    return answer["features"][0]


def unlocated(server):
    return server.ask("collections/projects/items?located=false&limit=1&f=json")["features"][0]


def test_selecting_in_the_list_opens_the_popup_on_the_map(server, visit):
    page = visit(server.root)
    work = located(server)
    said = work["properties"]
    page.locator(f".list > li[data-id={work['id']}] > button").click()
    popup = page.locator(".leaflet-popup")
    for text in (
        said["name_zh"],
        said["name_en"],
        said["description_zh"],
        said["deadline"],
        said["deadline_text"],
        said["section"],
        *said["fact_ids"],
        f"{said['coordinateUncertaintyInMeters']}\u00a0米",
    ):
        expect(popup).to_contain_text(text)
    popup.locator("summary").click()
    expect(popup).to_contain_text(said["georeferenceSources"])
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
    page.locator(".leaflet-popup-close-button").click()
    expect(row).not_to_have_class("is-selected")
    assert "id=" not in page.url


def test_the_popup_is_wholly_on_the_map(server, visit):
    page = visit(server.root)
    frame = page.locator(".folium-map").bounding_box()
    for point in server.ask("collections/projects/items?located=true&f=json")["features"]:
        page.goto(f"{server.root}?id={point['id']}")
        page.wait_for_selector("body[data-ready]")
        page.wait_for_timeout(400)
        box = page.locator(".leaflet-popup").bounding_box()
        assert box["x"] >= frame["x"]
        assert box["y"] >= frame["y"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_hovering_answers_both_ways(server, visit):
    page = visit(server.root)
    work = located(server)
    row = page.locator(f".list > li[data-id={work['id']}]")
    point = page.locator(f".work-point[data-id={work['id']}]")
    row.locator("button").first.hover()
    expect(point).to_have_class("work-point is-hover")
    point.hover()
    expect(row).to_have_class("is-hover")


def test_what_has_no_place_is_told_in_the_list(server, visit):
    page = visit(server.root)
    work = unlocated(server)
    row = page.locator(f".list > li[data-id={work['id']}]")
    row.locator("button").first.click()
    expect(row.locator(".detail")).to_contain_text("待落图")
    expect(row.locator(".detail")).to_contain_text(work["properties"]["description_zh"])
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(row.locator(".detail")).to_be_visible()
    row.locator("button").first.click()
    expect(row.locator(".detail")).to_have_count(0)


def test_the_links_of_a_feature_lead_to_it(server, visit):
    page = visit(f"{server.root}?id={located(server)['id']}")
    links = page.locator(".leaflet-popup .detail-links a")
    assert links.count() == 3
    assert server.ask(links.nth(1).get_attribute("href"))["id"] == located(server)["id"]
    with page.expect_download() as started:
        links.nth(2).click()
    assert started.value.suggested_filename.endswith(".zip")
    links.nth(0).click()
    expect(page.locator("h1")).to_have_text(located(server)["properties"]["name_zh"])


def test_the_keyboard_reaches_a_work_and_its_popup(server, visit):
    page = visit(server.root)
    work = located(server)
    page.locator(f".list > li[data-id={work['id']}] > button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text(work["properties"]["name_zh"])
    page.keyboard.press("Escape")
    page.locator(".marker", has=page.locator(f"[data-id={work['id']}]")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text(work["properties"]["name_zh"])
