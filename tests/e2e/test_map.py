"""The map is drawn, and says the same numbers as the API and the files."""

from __future__ import annotations

import math
from itertools import combinations, product

from playwright.sync_api import expect

from tests.e2e.counts import api_counts, folder_counts, shown_counts
from zymap.bundled import geodata_dir


def test_the_map_is_drawn_with_every_located_work(server, visit):
    page = visit(server.root)
    _, located = api_counts(server)
    expect(page.locator(".work-point")).to_have_count(located)
    expect(page.locator(".leaflet-areas-pane path")).to_have_count(
        len(server.ask("areas?f=json")["areas"])
    )
    assert page.locator(".leaflet-ground-pane path").count() > 0
    assert page.locator(".leaflet-streets-pane path").count() > 0


def test_map_and_tray_are_the_total_of_the_api_and_of_the_files(server, visit):
    page = visit(server.root)
    on_map, tray, total = shown_counts(page)
    assert on_map + tray == total
    assert (total, on_map) == api_counts(server) == folder_counts(geodata_dir())
    assert page.locator(".list > li[data-id]").count() == total


def test_schematic_areas_are_hatched_and_say_so(server, visit):
    page = visit(server.root)
    fills = page.locator(".leaflet-areas-pane path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('fill'))"
    )
    assert fills
    for fill in fills:
        assert fill.startswith("url(#hatch-")
        assert page.locator(fill[4:-1]).count() == 1
    expect(page.locator(".area-card small").first).to_have_text("示意边界")


def test_candidates_are_hollow_and_count_as_nothing(server, visit):
    page = visit(server.root)
    parking = server.ask("collections/parking/items?limit=1000&f=json")["numberMatched"]
    expect(page.locator(".candidate-point")).to_have_count(parking)
    page.locator(".candidate-point").first.dispatch_event("click")
    expect(page.locator("#selected")).to_contain_text("不计入完成数")
    assert shown_counts(page)[2] == api_counts(server)[0]


def test_an_approximate_point_shows_its_circle_when_hovered(server, visit):
    page = visit(server.root)
    row = page.locator(".list > li", has_text="西流湖公园").first
    circles = page.locator(".leaflet-uncertainty-pane path")
    assert circles.count() == 0
    row.locator("button").hover()
    expect(circles).to_have_count(1)
    width = circles.bounding_box()["width"]
    # 1,900 m round the point, at zoom 13 and 34.77° N.
    metres_per_px = 156543.034 * 0.8214 / 2**13
    assert abs(width * metres_per_px / 2 - 1900) < 60


def boxes(page, selector):
    """(left, top, right, bottom) of all elements that a selector finds, in px."""
    return page.locator(selector).evaluate_all(
        "all => all.map(one => one.getBoundingClientRect())"
        ".map(box => [box.left, box.top, box.right, box.bottom])"
    )


def test_works_at_one_place_can_all_be_reached(server, visit):
    page = visit(server.root)
    centres = [
        ((left + right) / 2, (top + bottom) / 2)
        for left, top, right, bottom in boxes(page, ".work-point")
    ]
    assert min(math.dist(a, b) for a, b in combinations(centres, 2)) >= 36


def test_names_on_the_map_cover_neither_each_other_nor_a_work(server, visit):
    page = visit(server.root)
    names = boxes(page, ".label:not(.label-line)")
    works = boxes(page, ".work-point .symbol")
    assert len(names) > 5
    for a, b in [*combinations(names, 2), *product(names, works)]:
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert across < 3 or down < 3, (a, b)


def test_the_same_view_has_the_same_names(server, visit):
    names = [visit(server.root).locator(".label").all_text_contents() for _ in range(2)]
    assert names[0] == names[1]


def test_a_hidden_layer_is_off_the_map_and_in_the_address(server, visit):
    page = visit(server.root)
    page.click("#layers-toggle")
    page.locator("[data-focus=layer-parking]").uncheck()
    expect(page.locator(".candidate-point")).to_have_count(0)
    assert "hide=parking" in page.url
    page.locator("[data-focus=layer-projects]").uncheck()
    expect(page.locator("#tally")).to_contain_text("已隐藏")
    on_map, tray, total = shown_counts(page)
    assert on_map + tray == total
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator(".candidate-point")).to_have_count(0)


def test_a_failed_answer_is_said_and_can_be_tried_again(server, visit):
    page = visit("about:blank", ready=False)
    broken = []

    def fail_once(route):
        if broken:
            route.continue_()
            return
        broken.append(route.request.url)
        route.fulfill(status=200, content_type="application/json", body="{")

    page.route("**/catalog*", fail_once)
    page.goto(server.root)
    notice = page.locator("#notice")
    expect(notice).to_contain_text("数据没有取到")
    notice.get_by_role("button").click()
    page.wait_for_selector("body[data-ready]")
    expect(notice).to_be_hidden()


def test_the_page_works_below_a_path(server, visit):
    """A proxy that serves the page at /map/ hands on everything below it."""
    page = visit("about:blank", ready=False)
    prefix = f"{server.root}map/"
    page.route(
        f"{prefix}**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace(prefix, server.root))
        ),
    )
    page.goto(prefix)
    page.wait_for_selector("body[data-ready]")
    assert page.locator(".work-point").count() > 0


def test_the_documentation_page_works_without_the_internet(server, visit):
    page = visit(f"{server.root}docs", ready=False)
    expect(page.locator(".swagger-ui .opblock").first).to_be_visible()
    assert page.locator(".opblock").count() > 10


def test_only_what_is_overdue_carries_the_mark_of_it(server, visit):
    page = visit(f"{server.root}?as_of=2021-07-02")
    overdue = server.ask("works?due=overdue&as_of=2021-07-02&located=true&f=json")["features"]
    marked = page.locator("[data-id]:has(> .symbol .late-mark:visible)").evaluate_all(
        "all => all.map(one => one.dataset.id)"
    )
    assert sorted(set(marked)) == sorted(feature["id"] for feature in overdue)
    assert len(overdue) > 0


def test_the_first_view_weighs_less_than_150_kb_compressed(server, visit):
    page = visit(server.root)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        "['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))"
        ".filter((one) => one.entryType === 'navigation' || /\\.(css|js)$/.test(one.name))"
        ".map((one) => [one.encodedBodySize, one.decodedBodySize])"
    )
    assert len(sizes) > 50
    assert all(encoded for encoded, _ in sizes)
    assert sum(encoded for encoded, _ in sizes) < 150_000
