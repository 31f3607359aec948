"""A published folder, opened by a double click with the network cut, and served by any server."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openpyxl
import pyogrio
import pypdfium2 as pdfium
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.counts import api_counts, folder_counts, shown_counts
from tests.testland import HOSTILE, write_testland
from zymap.export.csv_file import unguard

DATE = "2021-12-01"
ENDS_SCRIPT = "</script><script>document.title='2'</script><!--\\u003c'"


def publish(folder, data, *words):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ZYMAP_")}
    command = [sys.executable, "-c", "from zymap.cli import run; run()", "publish", folder]
    done = subprocess.run(
        [*map(str, command), "--date", DATE, "--data", str(data), *map(str, words)],
        env=clean, capture_output=True, text=True, encoding="utf-8", timeout=300, check=True,
    )  # fmt: skip
    return folder, done.stdout


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """The bundled district as a folder."""
    place = tmp_path_factory.mktemp("published")
    return publish(place / "区 一张图", place / "data")[0]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The made-up district as a folder; one name would end a script, were it written into one."""
    place = tmp_path_factory.mktemp("published")
    land = write_testland(place / "land")
    works = land / "works.geojson"
    document = json.loads(works.read_text("utf-8"))
    next(f for f in document["features"] if f["id"] == "zy-hall")["properties"]["name_zh"] = (
        ENDS_SCRIPT
    )
    works.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    folder, said = publish(place / "made", place / "data", "--geodata", land)
    return folder, land, said


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def address_of():
    """Return a function that tells a folder's address, by double click or from a plain server."""
    servers = []

    def tell(folder, way):
        if way == "file":
            return f"{folder.as_uri()}/index.html"
        handler = functools.partial(Quiet, directory=folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield tell
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def read(new_context, address_of):
    """Return a function that opens a folder; it may ask for nothing that lies elsewhere."""
    complaints = []

    def open_folder(folder, query="", *, way="file", size=DESKTOP, **options):
        root = address_of(folder, way)
        inside = root.removesuffix("index.html")
        phone = size["width"] < 700
        context = new_context(
            viewport=size, offline=way == "file", has_touch=phone, is_mobile=phone, **options
        )
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((inside, "data:", "blob:"))
                else complaints.append(f"asked for {r.url}")
            ),
        )
        page.goto(f"{root}{query}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_folder
    assert complaints == []


def downloaded(page, press):
    with page.expect_download() as started:
        press()
    return started.value.path().read_bytes()


def listed(page):
    return page.locator("#list > li[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )


@pytest.mark.parametrize("way", ["file", "http"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_folder_shows_what_the_server_shows(district, server, read, way, size):
    page = read(district, way=way, size=size)
    matched, located = api_counts(server)
    assert shown_counts(page) == (located, matched - located, matched)
    page.goto(f"{page.url.split('?')[0]}?area=ersha&status=implementation")
    page.wait_for_selector("body[data-ready]")
    matched, located = api_counts(server, area="ersha", status="implementation")
    assert shown_counts(page) == (located, matched - located, matched)
    assert matched > 0


def test_pinyin_is_searched_as_on_the_server(district, server, read):
    page = read(district, "?q=gy")
    found = server.ask("works?q=gy&limit=1000&f=json")["features"]
    assert sorted(listed(page)) == sorted(work["id"] for work in found) != []


def test_the_address_keeps_the_state_through_reload_and_back(district, read):
    page = read(district)
    page.locator("#area-switch button", has_text="二砂").click()
    expect(page).to_have_url(re.compile(r"index\.html\?area=ersha"))
    page.locator("#list > li[data-id] button").first.click()
    expect(page.locator("#selected h2")).to_be_visible()
    name = page.locator("#selected h2").inner_text()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#selected h2")).to_have_text(name)
    page.go_back()
    expect(page.locator("#selected")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(re.compile(r"index\.html(\?at=[^&]*)?$"))
    assert shown_counts(page)[2] > 50


@pytest.mark.parametrize("way", ["file", "http"])
def test_boards_language_and_theme_need_no_server(district, server, read, way):
    page = read(district, f"?as_of={DATE}", way=way)
    page.click("#view-targets")
    targets = server.ask("targets?limit=1000&f=json")
    shown = page.locator("#board-targets .promise[data-id]")
    expect(shown).to_have_count(len(targets["targets"]) + len(targets["counted_works"]))
    page.click("#view-compare")
    expect(page.locator(".compare-table thead th[scope=col]")).to_have_count(7)
    page.click("#language")
    title = server.ask("catalog?f=json")["dataset"]["title_en"]
    expect(page).to_have_title(title)
    before = page.locator("html").get_attribute("data-theme")
    page.click("#theme")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page).to_have_title(title)
    assert page.locator("html").get_attribute("data-theme") != before


def test_the_tools_bring_their_libraries_along(district, read):
    page = read(district)
    page.locator(".tools").get_by_role("button", name="取坐标", exact=True).click()
    page.locator(".folium-map").click(position={"x": 400, "y": 300})
    expect(page.locator(".tool-card")).to_contain_text("CGCS2000")
    expect(page.get_by_role("button", name="复制 CGCS2000 114°E 坐标")).to_be_visible()
    page.locator(".tools").get_by_role("button", name="测距和测面积", exact=True).click()
    page.locator(".folium-map").click(position={"x": 300, "y": 300})
    page.locator(".folium-map").dblclick(position={"x": 500, "y": 350})
    expect(page.locator(".tool-card")).to_contain_text(re.compile(r"长度 [\d.,]+ 千?米"))


@pytest.mark.parametrize("area", [None, "ersha"])
def test_the_finished_files_hold_all_works_of_their_area(district, server, read, tmp_path, area):
    # A filter narrows the list, and is said not to narrow the files.
    page = read(district, f"?status=maintenance{f'&area={area}' if area else ''}")
    page.click("#export-button")
    menu = page.locator("#export-menu")
    expect(menu.locator(".note")).to_contain_text("不随上面的筛选变化")
    matched, located = api_counts(server, **({"area": area} if area else {}))
    links = menu.locator("[data-format]").evaluate_all(
        "all => all.map(one => [one.dataset.format, one.getAttribute('href'), one.innerText])"
    )
    assert [kind for kind, _, _ in links] == ["shp", "shp", "gpkg", "geojson", "csv", "xlsx", "kml"]
    for kind, href, _ in links:
        # GDAL leaves notes beside what it reads.
        copy = shutil.copy(district / href, tmp_path)
        assert works_in(Path(copy), kind) == matched, href
    by_text = {text.split()[1]: district / href for kind, href, text in links if kind == "shp"}
    assert {"UTF-8", "GBK"} == set(by_text)
    with zipfile.ZipFile(by_text["GBK"]) as archive:
        projections = [name for name in archive.namelist() if name.endswith(".prj")]
        assert all(b"CM_114E" in archive.read(name) for name in projections)
    for link in menu.locator("[data-print]").all():
        with pdfium.PdfDocument(district / link.get_attribute("href")) as document:
            width, height = document[0].get_size()
            text = document[0].get_textpage().get_text_bounded()
        assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == (420, 297)
        assert DATE in text
        if link.get_attribute("data-print") == "zh":
            assert f"共 {matched}" in " ".join(text.split())
    assert located <= matched


def works_in(path, kind):
    """Return how many works a file holds, wherever it keeps those without a place."""
    if kind == "shp":
        return shapefile_works(path)
    if kind == "csv":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            tables = [n for n in archive.namelist() if n.endswith(".csv") and n != "fields.csv"]
            return sum(len(rows_of(archive.read(name))) - 1 for name in tables)
    if kind == "geojson":
        return len(json.loads(path.read_text("utf-8"))["features"])
    if kind == "xlsx":
        sheets = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True).worksheets
        return sum(
            str(row[0]).startswith("zy-")
            for sheet in sheets
            for row in sheet.iter_rows(values_only=True)
            if row
        )
    layers = [name for name, _ in pyogrio.list_layers(path) if name != "fields"]
    return sum(pyogrio.read_info(path, layer=name)["features"] for name in layers)


def shapefile_works(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        tables = [name for name in names if name.endswith(".dbf")]
    assert manifest["located"] + manifest["unlocated"] == manifest["features"]
    with_shape = sum(
        pyogrio.read_info(f"/vsizip/{path}/{name.removesuffix('.dbf')}.shp")["features"]
        for name in tables
        if f"{name.removesuffix('.dbf')}.shp" in names
    )
    assert with_shape == manifest["located"]
    return manifest["features"]


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("way", ["file", "http"])
def test_the_browser_makes_files_of_exactly_the_list(district, server, read, way):
    page = read(district, "?status=implementation&kind=park,road", way=way)
    ids = listed(page)
    page.click("#export-button")
    expect(page.locator("#export-menu h2")).to_have_text(f"导出当前显示的 {len(ids)} 项")
    table = rows_of(downloaded(page, lambda: page.click("[data-made=csv]")))
    assert [row[0] for row in table[1:]] == ids != []
    made = json.loads(downloaded(page, lambda: page.click("[data-made=geojson]")))
    by_id = {
        work["id"]: work
        for work in server.ask("works?status=implementation&limit=1000&f=json")["features"]
    }
    assert [work["id"] for work in made["features"]] == ids
    for work in made["features"]:
        assert (work["geometry"], work["properties"]) == (
            by_id[work["id"]]["geometry"],
            by_id[work["id"]]["properties"],
        )


def test_one_feature_is_made_by_the_browser_and_no_link_leads_to_an_api(district, server, read):
    page = read(district, "?id=zy-project-sanchang-first-zone")
    links = page.locator("#selected .detail-links")
    content = downloaded(page, links.get_by_role("button", name="GeoJSON").click)
    (made,) = json.loads(content)["features"]
    served = server.ask("collections/projects/items/zy-project-sanchang-first-zone?f=json")
    assert (made["id"], made["properties"]) == (served["id"], served["properties"])
    page.click("#export-button")
    hrefs = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert hrefs
    for href in hrefs:
        # What a link leads to is in the page or in the folder.
        assert href.startswith("#") or (district / href).is_file(), href


def test_hostile_names_are_text(hostile, read):
    folder, land, said = hostile
    page = read(folder)
    matched, located = folder_counts(land)
    assert shown_counts(page) == (located, matched - located, matched)
    names = page.locator(".row-name").all_text_contents()
    for text in (*HOSTILE, ENDS_SCRIPT):
        assert text in names
    assert page.locator("img").count() == 0
    expect(page).to_have_title("测试区项目一张图")
    page.click("#export-button")
    content = downloaded(page, lambda: page.click("[data-made=csv]"))
    heading, *rows = rows_of(content)
    name = heading.index("name_zh的标题(name_zh)")
    assert {unguard(row[name]) for row in rows} == set(names)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+"))]
    # GBK has no such letter: the file is left out, and that is said.
    assert "left out files/testland-4547-gbk.shp.zip: GBK lacks" in said
    assert not (folder / "files" / "testland-4547-gbk.shp.zip").exists()
    assert "testland-4547-gbk.shp.zip: GBK" in (folder / "README.txt").read_text("utf-8-sig")
    shapefiles = page.locator("[data-format=shp]").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    assert shapefiles == ["files/testland.shp.zip"]


def test_the_folder_tells_what_it_is_and_can_be_checked(district, server):
    manifest = json.loads((district / "publication.json").read_text("utf-8"))
    there = {p.relative_to(district).as_posix() for p in district.rglob("*") if p.is_file()}
    assert {item["path"] for item in manifest["files"]} == there - {"publication.json"}
    for item in manifest["files"]:
        content = (district / item["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            item["bytes"],
            item["sha256"],
        )
    revision = server.ask("readyz")["revision"]
    assert (manifest["revision"], manifest["date"]) == (revision, DATE)
    readme = (district / "README.txt").read_text("utf-8-sig")
    dataset = server.ask("catalog?f=json")["dataset"]
    for text in (revision, DATE, dataset["report_zh"], dataset["attribution_en"]):
        assert text in readme
    licences = (district / "LICENCES.txt").read_text("utf-8")
    for name in ("MIT License", "leaflet 1.", "proj4 2.", "geographiclib-geodesic 2."):
        assert name in licences
    assert not [name for name in there if "swagger" in name or "vector-tile" in name]
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in district.rglob("*"))


def test_nothing_in_the_folder_names_the_server_it_was_made_from(district):
    for name in ("index.html", "data.js", "app.js"):
        assert "localhost" not in (district / name).read_text("utf-8")
    assert '"links"' not in (district / "data.js").read_text("utf-8")
