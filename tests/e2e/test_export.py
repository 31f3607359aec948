"""What is shown comes out as a file, Shapefile first."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pypdfium2 as pdfium
import pytest
from playwright.sync_api import expect

from tests.e2e.counts import shown_counts

# Fetched when the menu is first opened.
DOWNLOADS = "**/downloads.js"


def fetch(page, link):
    with page.expect_download() as started:
        link.click()
    return started.value.path()


def test_the_shapefile_of_an_area_is_a_sound_zip(server, visit):
    page = visit(f"{server.root}?area=ersha")
    page.click("#export-button")
    menu = page.locator("#export-menu")
    expect(menu.locator("a").first).to_contain_text("Shapefile")
    page.locator("#export-menu select").first.select_option("4547")
    page.locator("#export-menu select").last.select_option("GBK")
    link = menu.locator("[data-format=shp]")
    assert "crs=4547" in link.get_attribute("href")
    with zipfile.ZipFile(fetch(page, link)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        projection = next(name for name in names if name.endswith(".prj"))
        assert b"CM_114E" in archive.read(projection).replace(b" ", b"_")
        assert any(name.endswith(".cpg") for name in names)


def test_a_file_holds_exactly_what_is_listed(server, visit):
    page = visit(f"{server.root}?status=implementation&kind=park,road")
    listed = page.locator(".list > li[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )
    page.click("#export-button")
    path = fetch(page, page.locator("[data-format=geojson]"))
    text = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".geojson"))
            text = archive.read(name)
    assert sorted(feature["id"] for feature in json.loads(text)["features"]) == sorted(listed)


def test_the_menu_says_how_many_it_exports(server, visit):
    page = visit(f"{server.root}?show=tray")
    page.click("#export-button")
    _, tray, _ = shown_counts(page)
    expect(page.locator("#export-menu h2")).to_have_text(f"导出当前显示的 {tray} 项")
    path = fetch(page, page.locator("[data-format=xlsx]"))
    sheets = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True).worksheets
    ids = {
        row[0]
        for sheet in sheets
        for row in sheet.iter_rows(values_only=True)
        if row and str(row[0]).startswith("zy-")
    }
    assert len(ids) == tray


def test_works_without_a_status_are_exported_as_listed(server, visit):
    page = visit(f"{server.root}?status=none")
    listed = page.locator(".list > li[data-id]").count()
    page.click("#export-button")
    assert server.ask("works?status=none&f=json")["numberMatched"] == listed > 0
    path = fetch(page, page.locator("[data-format=xlsx]"))
    sheets = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True).worksheets
    assert sum(1 for sheet in sheets for row in sheet.iter_rows(values_only=True)
               if row and str(row[0]).startswith("zy-")) == listed  # fmt: skip


def test_escape_closes_the_menu_and_gives_the_focus_back(server, visit):
    page = visit(server.root)
    page.click("#export-button")
    page.keyboard.press("Escape")
    expect(page.locator("#export-menu")).to_be_hidden()
    expect(page.locator("#export-button")).to_be_focused()


@pytest.mark.parametrize(
    "turn_away",
    [
        lambda page: page.keyboard.press("Escape"),
        lambda page: page.click("#export-button"),
        lambda page: page.click("#list-heading"),
    ],
    ids=["escape", "the button again", "a click elsewhere"],
)
def test_a_menu_whose_parts_come_late_stays_away_from_who_turned_away(server, visit, turn_away):
    page = visit(server.root)
    held = []
    page.route(DOWNLOADS, lambda route: held.append(route))
    with page.expect_request(DOWNLOADS):
        page.click("#export-button")
    turn_away(page)
    held.pop().continue_()
    page.evaluate("import('/static/js/map/downloads.js')")
    expect(page.locator("#export-menu")).to_be_hidden()
    expect(page.locator("#export-button")).to_have_attribute("aria-expanded", "false")
    page.click("#export-button")
    expect(page.locator("#export-menu")).to_be_visible()


def test_a_menu_whose_parts_do_not_come_says_so_and_opens_once_they_do(server, new_context):
    page = new_context().new_page()
    page.route(DOWNLOADS, lambda route: route.abort())
    page.goto(server.root)
    page.wait_for_selector("body[data-ready]")
    page.click("#export-button")
    expect(page.locator("#toast")).to_contain_text("没有完成")
    expect(page.locator("#export-menu")).to_be_hidden()
    page.unroute(DOWNLOADS)
    page.click("#export-button")
    expect(page.locator("#export-menu")).to_be_visible()


def test_every_format_of_the_catalogue_is_offered(server, visit):
    page = visit(server.root)
    page.click("#export-button")
    expect(page.locator("#export-menu")).to_be_visible()
    offered = page.locator("#export-menu [data-format]").evaluate_all(
        "links => links.map(link => link.dataset.format)"
    )
    assert offered[0] == "shp"
    assert set(offered) == {item["id"] for item in server.ask("catalog?f=json")["formats"]}


def test_the_sheet_on_paper_holds_as_many_works_as_the_list(server, visit):
    page = visit(f"{server.root}?area=ersha&as_of=2021-07-02")
    page.click("#export-button")
    path = fetch(page, page.locator("[data-print=sheet_a3]"))
    with pdfium.PdfDocument(path) as document:
        width, height = document[0].get_size()
        text = document[0].get_textpage().get_text_bounded()
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == (420, 297)
    total = server.ask("areas/ersha/projects?limit=1&f=json")["numberMatched"]
    assert f"共 {total}" in " ".join(text.split())
    assert "截至 2021-07-02" in " ".join(text.split())


def test_the_picture_shows_the_map_as_it_is_framed(server, visit):
    page = visit(f"{server.root}?at=34.745,113.59,15")
    page.click("#export-button")
    link = page.locator("[data-print=picture]")
    west, south, east, north = map(
        float, parse_qs(urlsplit(link.get_attribute("href")).query)["view"][0].split(",")
    )
    assert west < 113.59 < east
    assert south < 34.745 < north
    assert fetch(page, link).read_bytes().startswith(b"\x89PNG")


def test_the_file_of_a_target_holds_the_works_that_count_towards_it(hostile_server, visit):
    page = visit(f"{hostile_server.root}?target=zy-goal-2")
    listed = page.locator("#list > li[data-id]").evaluate_all(
        "all => all.map(one => one.dataset.id)"
    )
    page.click("#export-button")
    held = json.loads(fetch(page, page.locator("[data-format=geojson]")).read_bytes())
    assert sorted(feature["id"] for feature in held["features"]) == sorted(listed)
    assert len(listed) == 8
