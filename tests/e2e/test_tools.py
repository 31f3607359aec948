"""The map's tools: measuring, coordinates, asking what is in there, locating, full screen."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pyproj
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

GEOD = pyproj.Geod(ellps="WGS84")
GRID = pyproj.Transformer.from_crs(4326, 4547, always_xy=True)
# Fetched when something is measured.
GEODESIC = "**/geographiclib-geodesic.min.js"


class Tools:
    """The tools on a page, as a reader's hand finds them."""

    def __init__(self, page):
        self.page = page
        self.card = page.locator(".tool-card")
        box = page.locator(".folium-map").bounding_box()
        self.left, self.top = box["x"], box["y"]

    def button(self, name):
        return self.page.locator(".tools").get_by_role("button", name=name, exact=True)

    def pressed(self, name):
        return self.button(name).get_attribute("aria-pressed") == "true"

    def use(self, name):
        """Press a tool's button; the tool is fetched before it is in use."""
        self.button(name).click()
        expect(self.button(name)).to_have_attribute("aria-pressed", "true")

    def click(self, x, y, **options):
        """Click where the map has the pixel."""
        self.page.mouse.click(self.left + x, self.top + y, **options)

    def lonlat(self, x, y):
        """Where Leaflet has a click on that pixel; mice have whole pixels of the window."""
        return self.page.evaluate(
            "([x, y]) => {const at = {clientX: Math.floor(x), clientY: Math.floor(y)};"
            "const {lng, lat} = zymap.map.mouseEventToLatLng(at); return [lng, lat]}",
            [self.left + x, self.top + y],
        )

    def under(self, x, y):
        """Where a point of the map's own pixels is, by Leaflet."""
        return self.page.evaluate(
            "([x, y]) => {const {lng, lat} = zymap.map.containerPointToLatLng([x, y]);"
            "return [lng, lat]}",
            [x, y],
        )

    def clipboard(self):
        return self.page.evaluate("navigator.clipboard.readText()")

    def said(self):
        """What the page says for a moment."""
        toast = self.page.locator("#toast")
        toast.wait_for()
        return toast.inner_text()

    def told(self, word):
        """What the card tells, once it has that word: the figures may still be on their way."""
        status = self.card.get_by_role("status")
        expect(status).to_contain_text(word)
        return status.inner_text()

    def polygon(self):
        """Return the polygon of the address, as pairs lon, lat."""
        numbers = parse_qs(urlsplit(self.page.url).query).get("polygon", [""])[0]
        values = [float(number) for number in numbers.split(",") if number]
        return [list(pair) for pair in zip(values[::2], values[1::2], strict=True)]


@pytest.fixture
def tools(server, visit):
    """Return a function that opens the bundled district with its tools."""

    def open_tools(query="", **options):
        granted = {"permissions": ["clipboard-read", "clipboard-write"], **options}
        return Tools(visit(f"{server.root}{query}", **granted))

    return open_tools


def metres(text, title):
    """Read a length or an area of a copied result, in m or m²."""
    number, unit = re.search(rf"{title} ([\d,.]+) ([^\s，]+)", text).groups()
    factor = {"米": 1, "千米": 1e3, "平方米": 1, "公顷": 1e4, "平方千米": 1e6}[unit]
    return float(number.replace(",", "")) * factor


CORNERS = [(300, 250), (620, 300), (560, 520)]


def test_a_measured_line_is_the_geodesic(tools):
    page = tools()
    page.use("测距和测面积")
    for corner in CORNERS[:-1]:
        page.click(*corner)
    page.click(*CORNERS[-1], click_count=2)
    assert not page.pressed("测距和测面积")
    page.card.get_by_role("button", name="复制").click()
    text = page.clipboard()
    lons, lats = zip(*(page.lonlat(*corner) for corner in CORNERS), strict=True)
    assert metres(text, "长度") == pytest.approx(GEOD.line_length(lons, lats), rel=1e-3)
    assert "面积" not in text
    assert len(text.splitlines()) == 1 + len(CORNERS)


def test_who_copies_before_the_length_is_there_gets_it(tools):
    page = tools()
    held = []
    page.page.route(GEODESIC, lambda route: held.append(route))
    with page.page.expect_request(GEODESIC):
        page.use("测距和测面积")
    page.click(*CORNERS[0])
    page.click(*CORNERS[1], click_count=2)
    page.card.get_by_role("button", name="复制").click()
    expect(page.page.locator("#toast")).to_be_hidden()
    held.pop().continue_()
    assert page.said() == "已复制"
    assert "长度" in page.clipboard()


def test_a_line_back_to_its_start_has_the_area_of_the_ellipsoid(tools):
    page = tools()
    page.use("测距和测面积")
    for corner in (*CORNERS, CORNERS[0]):
        page.click(*corner)
    text = page.told("周长")
    lons, lats = zip(*(page.lonlat(*corner) for corner in CORNERS), strict=True)
    area_m2, perimeter_m = GEOD.polygon_area_perimeter(lons, lats)
    assert metres(text, "周长") == pytest.approx(perimeter_m, rel=1e-3)
    assert metres(text, "面积") == pytest.approx(abs(area_m2), rel=1e-3)


def test_a_ring_that_crosses_itself_gets_no_area(tools):
    page = tools()
    page.use("测距和测面积")
    for corner in ((300, 250), (620, 520), (620, 250), (300, 520)):
        page.click(*corner)
    page.card.get_by_role("button", name="闭合算面积").click()
    page.told("边线相交")


def test_the_line_grows_with_the_pointer_and_a_point_comes_off_again(tools):
    page = tools()
    page.use("测距和测面积")
    page.click(300, 250)
    page.click(500, 250)
    shown = page.card.locator(".tool-result")
    page.page.mouse.move(page.left + 700, page.top + 250)
    expect(shown).to_contain_text("长度")
    assert metres(shown.inner_text(), "长度") == pytest.approx(line_m(page, 300, 700), rel=1e-3)
    page.page.keyboard.press("Backspace")
    page.page.mouse.move(page.left + 600, page.top + 250)
    assert metres(shown.inner_text(), "长度") == pytest.approx(line_m(page, 300, 600), rel=1e-3)


def line_m(page, x1, x2):
    (lon1, lat1), (lon2, lat2) = page.lonlat(x1, 250), page.lonlat(x2, 250)
    return GEOD.line_length([lon1, lon2], [lat1, lat2])


def test_measuring_needs_no_mouse(tools):
    page = tools()
    keyboard = page.page.keyboard
    size = page.page.evaluate("zymap.map.getSize()")
    page.button("测距和测面积").focus()
    keyboard.press("Enter")
    expect(page.page.locator(".crosshair")).to_be_visible()
    keyboard.press("Enter")
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown"):
        keyboard.press(key)
    keyboard.press("Enter")
    keyboard.press("Enter")
    text = page.told("长度")
    x, y = size["x"] / 2, size["y"] / 2
    lons, lats = zip(page.under(x, y), page.under(x + 120, y + 10), strict=True)
    assert metres(text, "长度") == pytest.approx(GEOD.line_length(lons, lats), rel=1e-3)
    keyboard.press("Enter")
    assert metres(page.clipboard(), "长度") == metres(text, "长度")


def test_the_cross_hair_takes_the_map_along_at_its_edge(tools):
    page = tools()
    before = page.page.evaluate("zymap.map.getCenter().lat")
    page.button("取坐标").focus()
    page.page.keyboard.press("Enter")
    for _ in range(12):
        page.page.keyboard.press("Shift+ArrowUp")
    assert page.page.evaluate("zymap.map.getCenter().lat") > before
    assert page.page.locator(".crosshair").bounding_box()["y"] >= page.top


@pytest.mark.parametrize(
    "name", ["测距和测面积", "取坐标", "框选：这里有什么", "多边形选：这里有什么"]
)
def test_escape_ends_a_tool_and_what_it_began(tools, name):
    page = tools()
    page.use(name)
    if name != "取坐标":
        page.click(300, 250)
    page.page.keyboard.press("Escape")
    assert not page.pressed(name)
    assert page.card.is_hidden()
    assert page.page.locator(".leaflet-tools-pane path").count() == 0
    assert page.page.evaluate("zymap.map.dragging.enabled()")


def test_only_one_tool_is_in_use(tools):
    page = tools()
    page.use("测距和测面积")
    page.use("框选：这里有什么")
    assert page.pressed("框选：这里有什么")
    assert not page.pressed("测距和测面积")
    page.button("框选：这里有什么").click()
    assert not page.pressed("框选：这里有什么")


def test_works_do_not_answer_while_a_tool_is_in_use(tools):
    page = tools()
    work = page.page.locator(".work-point").first.bounding_box()
    page.use("测距和测面积")
    page.page.mouse.click(work["x"] + work["width"] / 2, work["y"] + work["height"] / 2)
    assert "id=" not in page.page.url
    page.told("1 个点")


def test_the_strip_tells_the_pointers_place_in_three_systems(tools):
    page = tools()
    strip = page.page.locator(".strip")
    page.page.mouse.move(page.left + 400, page.top + 300)
    lon, lat = page.lonlat(400, 300)
    assert strip.locator(".strip-value").inner_text() == f"{lon:.6f}, {lat:.6f}"
    page.page.keyboard.press("c")
    assert page.said() == f"已复制 {lon:.6f}, {lat:.6f}"
    assert page.clipboard() == f"{lon:.6f}, {lat:.6f}"

    def system():
        # By the keyboard, so that the pointer stays.
        strip.get_by_role("button").first.press("Enter")

    system()
    expect(strip.locator(".strip-value")).to_contain_text("E ")
    east, north = map(float, re.findall(r"[\d.]+", strip.locator(".strip-value").inner_text()))
    assert (east, north) == pytest.approx(GRID.transform(lon, lat), abs=0.01)
    system()
    assert "近似" in strip.inner_text()
    shifted = list(map(float, re.findall(r"[\d.]+", strip.locator(".strip-value").inner_text())))
    assert 400 < GEOD.inv(lon, lat, *shifted)[2] < 700


def test_a_pinned_place_is_listed_in_each_system_and_copied(tools):
    page = tools()
    page.use("取坐标")
    lon, lat = page.lonlat(400, 300)
    page.click(400, 300)
    page.card.get_by_role("button", name="复制 CGCS2000 114°E 坐标").click()
    expect(page.page.locator("#toast")).to_contain_text("已复制")
    east, north = map(float, page.clipboard().split(", "))
    assert (east, north) == pytest.approx(GRID.transform(lon, lat), abs=0.01)
    page.card.get_by_role("button", name="复制 WGS 84 坐标").click()
    expect(page.page.locator("#toast")).to_have_text(f"已复制 {lon:.6f}, {lat:.6f}")
    assert page.clipboard() == f"{lon:.6f}, {lat:.6f}"
    page.page.keyboard.press("Escape")
    page.card.get_by_role("button", name="清除").click()
    assert page.card.is_hidden()


def test_a_place_outside_the_zone_gets_no_grid_coordinates(tools):
    page = tools("?at=34.75,117.0,12")
    page.use("取坐标")
    page.click(400, 300)
    assert "不在 114°E" in page.card.inner_text()
    assert page.card.get_by_role("button", name="复制 CGCS2000 114°E 坐标").count() == 0


@pytest.mark.parametrize("place", [(112.6, 33.9), (113.612345, 34.748765), (115.4, 35.1)])
def test_the_grid_is_that_of_proj_to_a_millimetre(tools, place):
    made = tools().page.evaluate(
        "async (place) => (await import('/static/js/map/projection.js')).placeIn('cgcs2000', place)",
        place,
    )
    assert made == pytest.approx(GRID.transform(*place), abs=0.001)


def test_copying_works_without_a_clipboard_api(tools):
    page = tools()
    page.page.evaluate("() => {navigator.clipboard.writeText = () => Promise.reject(new Error())}")
    page.page.mouse.move(page.left + 400, page.top + 300)
    page.page.keyboard.press("c")
    lon, lat = page.lonlat(400, 300)
    assert page.said() == f"已复制 {lon:.6f}, {lat:.6f}"
    assert page.clipboard() == f"{lon:.6f}, {lat:.6f}"


def corners(page):
    (west, north), (east, south) = page.lonlat(300, 250), page.lonlat(620, 520)
    return [[west, south], [east, south], [east, north], [west, north]]


def assert_asked(page, expected):
    page.page.wait_for_url("**polygon=**")
    asked = page.polygon()
    assert len(asked) == len(expected)
    for made, wanted in zip(asked, expected, strict=True):
        assert made == pytest.approx(wanted, abs=1e-6)


def test_a_dragged_box_asks_for_its_four_corners(tools):
    page = tools()
    centre = page.page.evaluate("zymap.map.getCenter()")
    page.use("框选：这里有什么")
    mouse = page.page.mouse
    mouse.move(page.left + 300, page.top + 250)
    mouse.down()
    mouse.move(page.left + 500, page.top + 400, steps=4)
    mouse.move(page.left + 620, page.top + 520, steps=4)
    mouse.up()
    assert_asked(page, corners(page))
    assert page.page.evaluate("zymap.map.getCenter()") == centre
    assert not page.pressed("框选：这里有什么")


def test_two_clicks_make_a_box_too(tools):
    page = tools()
    page.use("框选：这里有什么")
    page.click(620, 520)
    page.click(300, 250)
    assert_asked(page, corners(page))


def test_a_box_needs_no_mouse(tools):
    page = tools()
    size = page.page.evaluate("zymap.map.getSize()")
    keyboard = page.page.keyboard
    page.button("框选：这里有什么").focus()
    keyboard.press("Enter")
    expect(page.page.locator(".crosshair")).to_be_visible()
    for key in ("Enter", "Shift+ArrowLeft", "Shift+ArrowDown", "Enter"):
        keyboard.press(key)
    x, y = size["x"] / 2, size["y"] / 2
    (east, north), (west, south) = page.under(x, y), page.under(x - 60, y + 60)
    assert_asked(page, [[west, south], [east, south], [east, north], [west, north]])


def test_a_polygon_asks_for_its_points(tools):
    page = tools()
    page.use("多边形选：这里有什么")
    for corner in CORNERS:
        page.click(*corner)
    page.card.get_by_role("button", name="完成").click()
    assert_asked(page, [page.lonlat(*corner) for corner in CORNERS])


def test_a_polygon_that_crosses_itself_is_not_asked_for(tools):
    page = tools()
    page.use("多边形选：这里有什么")
    for corner in ((300, 250), (620, 520), (620, 250)):
        page.click(*corner)
    page.click(300, 520, click_count=2)
    assert "边线相交" in page.said()
    assert page.polygon() == []
    assert page.pressed("多边形选：这里有什么")


def test_a_polygon_has_at_most_sixty_points(tools):
    page = tools()
    page.use("多边形选：这里有什么")
    for x in range(300, 300 + 31 * 12, 12):
        page.click(x, 250)
    for x in range(300 + 29 * 12, 299, -12):
        page.click(x, 400)
    assert "60 个" in page.said()
    page.card.get_by_role("button", name="完成").click()
    page.page.wait_for_url("**polygon=**")
    assert len(page.polygon()) == 60


def test_what_was_asked_stays_drawn_with_its_answer(server, tools):
    page = tools()
    page.use("框选：这里有什么")
    page.click(620, 520)
    page.click(300, 250)
    label = page.page.get_by_role("group", name="框选结果")
    label.wait_for()
    page.page.reload()
    page.page.wait_for_selector("body[data-ready]")
    ring = ",".join(str(number) for pair in page.polygon() for number in pair)
    found = server.ask(f"works?polygon={ring}&limit=1")["numberMatched"]
    assert found > 0
    expect(label).to_contain_text(f"范围内 {found} 项")
    label.get_by_role("button", name="导出").click()
    expect(page.page.get_by_role("dialog", name="导出")).to_be_visible()
    page.page.keyboard.press("Escape")
    label.get_by_role("button", name="取消框选").click()
    expect(page.page.locator(".leaflet-tools-pane path")).to_have_count(0)
    assert page.polygon() == []


HERE = {"latitude": 34.7487, "longitude": 113.6123, "accuracy": 40}
FAR = {"latitude": 31.23, "longitude": 121.47, "accuracy": 30}


def located(tools, geolocation, **options):
    page = tools(
        geolocation=geolocation,
        permissions=["geolocation", "clipboard-read", "clipboard-write"],
        **options,
    )
    page.button("我的位置").click()
    return page


def test_the_readers_place_is_shown_with_its_accuracy(tools):
    page = located(tools, HERE)
    assert page.said() == "已定位，误差约 40 米。"
    assert page.pressed("我的位置")
    centre = page.page.evaluate("zymap.map.getCenter()")
    assert GEOD.inv(centre["lng"], centre["lat"], HERE["longitude"], HERE["latitude"])[2] < 20
    assert page.page.locator(".leaflet-tools-pane path").count() == 2
    page.button("我的位置").click()
    assert page.page.locator(".leaflet-tools-pane path").count() == 0


def test_a_reader_outside_the_district_is_told_so(tools):
    page = located(tools, FAR)
    assert "本区范围之外" in page.said()
    assert page.page.evaluate("zymap.map.getCenter().lat") > 34


def test_a_reader_near_the_rough_boundary_is_not_told_a_side(tools):
    page = located(tools, HERE | {"accuracy": 20_000})
    assert "分不清" in page.said()


def test_a_refused_location_is_said(tools):
    page = tools()
    page.button("我的位置").click()
    assert "没有允许定位" in page.said()
    assert not page.pressed("我的位置")


def test_the_page_goes_full_screen_and_back(tools):
    page = tools()
    page.button("全屏").click()
    expect(page.button("全屏")).to_have_attribute("aria-pressed", "true")
    assert page.page.evaluate("Boolean(document.fullscreenElement)")
    page.button("全屏").click()
    expect(page.button("全屏")).to_have_attribute("aria-pressed", "false")


def test_no_full_screen_button_where_there_is_none(server, visit):
    page = visit(server.root)
    page.add_init_script("Object.defineProperty(document, 'fullscreenEnabled', {value: false})")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert Tools(page).button("全屏").is_hidden()


def test_on_a_phone_the_tools_are_a_menu_of_large_buttons(tools):
    page = tools(size=PHONE)
    opener = page.page.get_by_role("button", name="地图工具")
    assert page.page.locator(".tools-menu").is_hidden()
    assert min(opener.bounding_box()[side] for side in ("width", "height")) >= 44
    opener.tap()
    for button in page.page.locator(".tools-menu button:visible").all():
        assert button.bounding_box()["height"] >= 44
    page.button("测距和测面积").tap()
    expect(page.card).to_be_visible()
    assert page.page.locator(".tools-menu").is_hidden()
    for n, (x, y) in enumerate(((80, 250), (300, 250), (300, 320)), start=1):
        page.page.touchscreen.tap(page.left + x, page.top + y)
        expect(page.card).to_contain_text(f"{n} 个点")
        # Two taps within 200 ms are a double tap to Leaflet, wherever they are.
        page.page.wait_for_timeout(300)
    for button in page.card.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44
    page.card.get_by_role("button", name="闭合算面积").tap()
    page.told("面积")


def test_a_long_press_on_a_phone_pins_the_place(tools):
    page = tools(size=PHONE)
    assert page.page.locator(".strip").is_hidden()
    # Before the press: a pin that its own card would hide moves the map.
    lon, lat = page.lonlat(100, 200)
    # What a browser makes of a long press.
    page.page.evaluate(
        "([clientX, clientY]) => zymap.map.getContainer().dispatchEvent("
        "new MouseEvent('contextmenu', {clientX, clientY, bubbles: true, cancelable: true}))",
        [page.left + 100, page.top + 200],
    )
    expect(page.card).to_contain_text(f"{lon:.6f}, {lat:.6f}")


def test_the_tools_speak_the_language_of_the_page(tools):
    page = tools("?lang=en")
    page.use("Measure length and area")
    page.told("Click points, double-click")
