"""Hostile text in every field is text, on the page as in the API."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.testland import FEATURES, HOSTILE


def test_hostile_names_are_shown_as_they_are_and_nothing_runs(hostile_server, visit):
    page = visit(hostile_server.root)
    expect(page).to_have_title("测试区项目一张图")
    names = page.locator(".row-name").all_text_contents()
    for text in HOSTILE:
        assert text in names
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_feature_opens_as_text_in_list_and_panel(hostile_server, visit, number, language):
    page = visit(f"{hostile_server.root}?id=zy-x-hostile-{number}&lang={language}")
    popup = page.locator("#selected")
    expect(popup.locator("h2")).to_have_text(HOSTILE[number])
    expect(popup.locator(".detail-text")).to_have_text(HOSTILE[number])
    popup.locator("summary").click()
    page.locator(f"[data-id=zy-x-hostile-{number}] .symbol").first.hover(force=True)
    title = "测试区项目一张图" if language == "zh" else "Testland on one map"
    expect(page).to_have_title(title)
    assert page.locator("img").count() == 0


def test_a_template_in_a_name_is_neither_run_here_nor_on_the_server(hostile_server, visit):
    page = visit(hostile_server.root)
    expect(page.locator(".row-name", has_text="{{7*7}}")).to_have_count(1)
    assert "49" not in page.locator("body").inner_text()


def test_lines_and_shapes_are_drawn_and_can_be_opened(hostile_server, visit):
    page = visit(hostile_server.root)
    shapes = [f for f in FEATURES["works"] if f["geometry"] and f["geometry"]["type"] != "Point"]
    expect(page.locator(".leaflet-shapes-pane path.leaflet-interactive")).to_have_count(len(shapes))
    page.locator(".work-point[data-id=zy-campus]").click()
    expect(page.locator("#selected h2")).to_have_text("产业园")


def test_a_documented_area_is_tinted_and_not_hatched(hostile_server, visit):
    page = visit(hostile_server.root)
    looks = page.locator(".leaflet-areas-pane path").evaluate_all(
        "paths => paths.map(path => [path.getAttribute('fill'), path.getAttribute('fill-opacity')])"
    )
    assert sorted(fill.startswith("url(") for fill, _ in looks) == [False, True]
    assert [float(opacity) < 0.3 for fill, opacity in looks if not fill.startswith("url(")] == [
        True
    ]


@pytest.mark.parametrize(
    "text", ['"><img src=x onerror=alert(1)>', "{{7*7}}", "\0", "x" * 2000, "\u202e"]
)
def test_hostile_words_in_the_address_are_harmless(hostile_server, visit, text):
    names = ("area", "q", "id", "sort", "show", "hide", "lang", "at", "status", "kind", "due",
             "location_status", "target", "polygon", "as_of", "base", "view")  # fmt: skip
    page = visit(f"{hostile_server.root}?{urlencode(dict.fromkeys(names, text))}")
    assert page.locator("img").count() == 0
    expect(page.locator(".empty")).to_be_visible()
