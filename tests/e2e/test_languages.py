"""Chinese first, English one click away, down to the names on the map."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_one_click_switches_everything_and_the_address(server, visit):
    page = visit(server.root)
    dataset = server.ask("catalog?f=json")["dataset"]
    expect(page.locator("h1")).to_have_text(dataset["title_zh"])
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text(dataset["title_en"])
    expect(page).to_have_title(dataset["title_en"])
    assert "lang=en" in page.url
    expect(page.locator(".leaflet-control-attribution")).to_have_text(dataset["attribution_en"])
    page.click("#language")
    expect(page.locator("h1")).to_have_text(dataset["title_zh"])
    assert "lang=" not in page.url


def test_no_chinese_is_left_in_the_interface_in_english(server, visit):
    page = visit(f"{server.root}?lang=en")
    page.click("#layers-toggle")
    page.click("#export-button")
    page.locator("#fold").click()
    assert chinese(page) == []


def test_the_boards_and_the_panel_quote_the_report_in_english_too(server, visit):
    for query in ("view=targets", "view=compare", "id=zy-project-sanchang-first-zone"):
        page = visit(f"{server.root}?lang=en&{query}")
        page.wait_for_load_state("networkidle")
        expect(page.locator(".board h2:visible, .detail h2")).to_have_count(1)
        assert chinese(page) == []


def chinese(page):
    """Return the Chinese words of a page, but for those that are marked as Chinese."""
    text = page.evaluate(
        "() => {document.querySelectorAll('#language, [lang=zh], [lang=zh-CN]')"
        ".forEach(one => one !== document.documentElement && one.remove());"
        " return document.body.innerText}"
    )
    return re.findall(r"[\u3400-\u9fff]+", text)


def test_attributes_are_switched_too(server, visit):
    page = visit(f"{server.root}?lang=en")
    attributes = page.evaluate(
        "() => [...document.querySelectorAll('*')].flatMap(one => ['title', 'aria-label',"
        " 'placeholder', 'alt'].map(name => one.getAttribute(name)).filter(Boolean))"
    )
    chinese = [text for text in attributes if re.search(r"[\u3400-\u9fff]", text)]
    assert [text for text in chinese if text != "切换到中文"] == []


def test_the_tray_opened_in_english_survives_a_reload(server, visit):
    page = visit(f"{server.root}?lang=en&show=tray")
    expect(page.locator("#tray-note")).to_contain_text("The report promises these")
