"""Five people and what they came for; each at the size and in the language that is theirs."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import geopandas
import pypdf
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

FIRST_ZONE = "三厂特色历史文化街区首开区"


def test_the_dispatcher_sees_what_is_late_in_her_area_and_why(server, visit):
    page = visit(f"{server.root}?as_of=2021-06-15", color_scheme="dark")
    page.locator(".area-card", has_text="二砂").click()
    row = page.locator(".list > li", has_text=FIRST_ZONE)
    expect(row).to_contain_text("2021-07-01 · 还有 16 天")
    # She moves the day to the one after the deadline, as at Monday's meeting.
    page.locator(".time-mark", has_text="7月1日").click()
    expect(page.locator("#as-of-date")).to_have_text("2021-07-02")
    late = row.locator(".due")
    expect(late).to_have_text("2021-07-01 · 过期 1 天，无完成记录")
    colour = "one => getComputedStyle(one).color"
    token = "getComputedStyle(document.documentElement).getPropertyValue('--late')"
    assert late.evaluate(colour) == "rgb(255, 143, 134)"
    assert page.evaluate(token).strip() == "#ff8f86"
    expect(page.locator(".figure-overdue b")).to_have_text("1")
    page.locator("#view-compare").click()
    columns = page.locator(".compare-column")
    for area in server.ask("areas?f=json")["areas"]:
        column = columns.filter(has=page.get_by_role("heading", name=area["title_zh"]))
        expect(column).to_have_count(1)
        expect(column).to_contain_text("已落图")
    expect(columns.filter(has_text="二砂")).to_contain_text("1 项，写明日期的共 1 项")


def test_the_surveyor_takes_an_area_in_his_grid_and_encoding(server, visit, tmp_path):
    page = visit(f"{server.root}?area=ersha")
    page.locator("#export-button").click()
    menu = page.locator("#export-menu")
    menu.get_by_label("坐标系").select_option("4526")
    menu.get_by_label("文字编码").select_option("GBK")
    with page.expect_download() as taken:
        menu.locator("[data-format=shp]").click()
    path = tmp_path / "ersha.zip"
    taken.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
        assert {name.rsplit(".", 1)[-1] for name in names} >= {"shp", "shx", "dbf", "prj", "cpg"}
    for dbf in tmp_path.rglob("*.dbf"):
        assert dbf.read_bytes()[29] == 0x4D
    located = [geopandas.read_file(shape) for shape in tmp_path.rglob("*.shp")]
    named = {name for frame in located for name in frame.filter(regex="(?i)^name_zh").iloc[:, 0]}
    wanted = server.ask("works?area=ersha&located=true&f=json&limit=1000")["features"]
    assert named == {one["properties"]["name_zh"] for one in wanted}
    for frame in located:
        west, _, east, _ = frame.total_bounds
        assert 38_400_000 < west <= east < 38_600_000


def test_the_heads_office_gets_its_sheet_and_the_phone_the_same_map(server, visit, tmp_path):
    page = visit(f"{server.root}?as_of=2021-07-02")
    page.locator(".area-card", has_text="二砂").click()
    page.locator("#export-button").click()
    with page.expect_download() as taken:
        page.locator("[data-print=sheet_a3]").click()
    path = tmp_path / "sheet.pdf"
    taken.value.save_as(path)
    sheet = pypdf.PdfReader(path)
    _, _, width, height = map(float, sheet.pages[0].mediabox)
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)
    text = "".join(one.extract_text() for one in sheet.pages)
    assert "2021-07-02" in text
    matched = server.ask("works?area=ersha&f=json&limit=1000")["features"]
    flat = re.sub(r"\s", "", text)
    assert matched
    for work in matched:
        assert re.sub(r"\s", "", work["properties"]["name_zh"]) in flat
    phone = visit(page.url, size=PHONE)
    for selector in ("#tally", ".figure-overdue"):
        assert phone.locator(selector).inner_text() == page.locator(selector).inner_text()
    shown = ".work-point[data-id]"
    ids = "all => all.map(one => one.dataset.id).sort()"
    assert phone.locator(shown).evaluate_all(ids) == page.locator(shown).evaluate_all(ids)


def test_the_analyst_gets_as_a_table_what_the_page_counts(server, visit, tmp_path):
    page = visit(f"{server.root}?area=ersha&status=implementation&lang=en")
    shown = page.locator(".list > li[data-id]").evaluate_all(
        "all => all.map(one => one.dataset.id)"
    )
    answer = server.ask("works?area=ersha&status=implementation&f=json&limit=1000")
    assert sorted(shown) == sorted(one["id"] for one in answer["features"])
    page.locator("#export-button").click()
    with page.expect_download() as taken:
        page.locator("[data-format=csv]").click()
    path = tmp_path / "works.zip"
    taken.value.save_as(path)
    ids = []
    with zipfile.ZipFile(path) as archive:
        for name in {f"{one['collection']}.csv" for one in answer["features"]}:
            content = archive.read(name)
            # Excel takes a CSV for UTF-8 by its mark alone.
            assert content.startswith(b"\xef\xbb\xbf")
            table = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
            ids += [next(iter(row.values())) for row in table]
    assert sorted(ids) == sorted(shown)
    page.keyboard.press("Escape")
    page.locator("#view-targets").click()
    page.locator("#area-switch button").first.click()
    expect(page.locator("#board-targets h2")).to_contain_text("40 targets")
    overlapping = page.locator(".promise-overlap").first
    expect(overlapping).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_resident_finds_the_promised_car_parks_on_the_phone(server, visit, scheme):
    page = visit(server.root, size=PHONE, color_scheme=scheme)
    page.locator("#grip").tap()
    page.locator("#search").fill("停车场")
    also = page.locator("#also")
    sites = also.locator("button", has_text="35处")
    expect(sites).to_contain_text("新建公共停车场")
    expect(sites).to_contain_text("已列 0，已落图 0")
    expect(sites).to_contain_text("2021·让城市形象全面提升")
    expect(also.locator("button", has_text="新增停车位")).to_contain_text("7\u202f500个")
    expect(also).to_contain_text("35 个候选点：算法建议，不是报告所列，不计入")
    sites.scroll_into_view_if_needed()
    expect(sites).to_be_in_viewport()
    sites.tap()
    board = page.locator("#board-targets")
    row = board.locator("[data-id=zy-target-car-parks]")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("没有列出名称和地点")
    expect(board.locator("[data-id=zy-target-parking-spaces]")).to_contain_text("7\u202f500")
    page.locator("#language").tap()
    expect(row).to_contain_text("New public car parks")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "lang=en" in page.url


def test_a_resident_finds_a_street_and_sees_where_it_is(server, visit):
    page = visit(server.root, size=PHONE)
    page.locator("#grip").tap()
    page.locator("#search").fill("常庄水库")
    place = page.locator("#also .also-place").first
    expect(place).to_contain_text("常庄水库")
    place.tap()
    expect(page.locator("#selected h2")).to_contain_text("常庄水库")


def test_a_name_that_looks_like_code_is_found_as_text(hostile_server, visit):
    page = visit(hostile_server.root)
    page.locator("#search").fill("<")
    page.wait_for_timeout(400)
    assert page.locator("#also img, #also script, #list img").count() == 0
