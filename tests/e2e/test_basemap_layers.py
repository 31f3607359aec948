"""The basemap modules on a map by themselves, with tiles that a server on the loopback draws."""

from __future__ import annotations

import base64
import math
import threading
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.tileserver import TileServer, png

HERE = (34.75, 113.6)
RADIUS_PX = 6
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>map</title>
<link rel="icon" href="static/icon.svg">
<link rel="stylesheet" href="static/vendor/leaflet/leaflet.css">
<link rel="stylesheet" href="static/css/tokens.css"><link rel="stylesheet" href="static/css/page.css">
<link rel="stylesheet" href="static/css/map.css"><link rel="stylesheet" href="static/css/basemaps.css">
<div id="map"></div><div id="chooser"></div>
<script src="static/vendor/leaflet/leaflet.js"></script>"""
START = """async ([basemap, centre]) => {
  const place = document.getElementById("map");
  Object.assign(place.style, {position: "fixed", inset: "0"});
  window.zymap = {map: L.map(place, {zoomAnimation: false, fadeAnimation: false, zoomControl: false}), groups: {}};
  zymap.map.setView(centre, 13);
  const {createBasemaps} = await import("./static/js/map/basemaps.js");
  const {speak} = await import("./static/js/map/i18n.js");
  await speak("zh");
  const data = {catalog: {basemaps: [basemap]}};
  window.changes = [];
  window.basemaps = createBasemaps(data, {change: (patch) => changes.push(patch)});
}"""
# Where the discs are in a picture of the map, as the middles of what is more magenta than grey.
MIDDLES = """async ([picture, places, reach]) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
  pen.drawImage(image, 0, 0);
  return places.map(([x0, y0]) => {
    const [left, top] = [Math.round(x0) - reach, Math.round(y0) - reach];
    const {data} = pen.getImageData(left, top, 2 * reach, 2 * reach);
    let [weight, x, y] = [0, 0, 0];
    for (let index = 0; index < 4 * reach * reach; index += 1) {
      const magenta = Math.max(0, Math.min(data[4 * index], data[4 * index + 2]) - data[4 * index + 1]);
      weight += magenta;
      x += magenta * (left + (index % (2 * reach)) + 0.5);
      y += magenta * (top + Math.floor(index / (2 * reach)) + 0.5);
    }
    return [x / weight, y / weight, weight / 255];
  });
}"""


def gcj02(lat, lon):
    """GCJ-02 as eviltransform has it, written down a second time to hold the page's to."""
    x, y = lon - 105, lat - 35
    both = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    for metres, turn in ((20, 1), (40, 1 / 3)):
        north += (metres * math.sin(y * math.pi * turn)) * 2 / 3
        east += (metres * math.sin(x * math.pi * turn)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    north, east = north + both * 2 / 3, east + both * 2 / 3
    magic = 1 - 0.00669342162296594323 * math.sin(math.radians(lat)) ** 2
    meridian = 6378245 * (1 - 0.00669342162296594323) / (magic * math.sqrt(magic))
    parallel = 6378245 / math.sqrt(magic) * math.cos(math.radians(lat))
    return lat + math.degrees(north / meridian), lon + math.degrees(east / parallel)


def pixel(lat, lon, zoom):
    """A place in the pixels of the Web Mercator grid."""
    size = 256 * 2**zoom
    return (lon + 180) / 360 * size, (
        1 - math.asinh(math.tan(math.radians(lat))) / math.pi
    ) / 2 * size


class Discs:
    """Draws grey tiles with a magenta disc at each of some places, in the datum of the tiles."""

    def __init__(self, shifted):
        self.shifted = shifted
        self.places = []

    def __call__(self, path):
        z, x, y = map(int, path.strip("/").split("/"))
        columns, rows = np.meshgrid(np.arange(256) + 0.5, np.arange(256) + 0.5)
        covered = np.zeros((256, 256))
        for place in self.places:
            at_x, at_y = pixel(*(gcj02(*place) if self.shifted else place), z)
            if max(abs(at_x - 256 * x - 128), abs(at_y - 256 * y - 128)) > 128 + 2 * RADIUS_PX:
                continue
            distance = np.hypot(columns + 256 * x - at_x, rows + 256 * y - at_y)
            covered = np.maximum(covered, np.clip(RADIUS_PX + 0.5 - distance, 0, 1))
        tile = np.full((256, 256, 4), 200.0)
        tile[..., 0] += 55 * covered
        tile[..., 1] -= 200 * covered
        tile[..., 2] += 55 * covered
        tile[..., 3] = 255
        return 200, {"Content-Type": "image/png"}, png(tile.round())


@pytest.fixture
def upstream():
    with TileServer() as started:
        yield started


@pytest.fixture
def alone(server, upstream, new_context):
    """Return a function that opens a map with one basemap, whose tiles come from `upstream`."""

    def guard(route):
        assert urlsplit(route.request.url).hostname == "127.0.0.1", route.request.url
        route.continue_()

    def open_map(**basemap):
        context = new_context(viewport={"width": 1300, "height": 800})
        context.route("**/*", guard)
        page = context.new_page()
        # Loaded from the server, so that the browser knows the page to be a local one; without
        # that it asks nothing of the loopback.
        page.goto(f"{server.root}healthz")
        page.set_content(PAGE)
        given = {
            "id": "drawn",
            "title_zh": "画的图",
            "title_en": "drawn",
            "attribution_zh": "© 画者",
            "attribution_en": "",
            "attribution_url": None,
            "datum": "wgs84",
            "max_zoom": 18,
            "tiles": [f"{upstream.root}/{{z}}/{{x}}/{{y}}"],
            "subdomains": [],
        }
        page.evaluate(START, [given | basemap, HERE])
        return page

    return open_map


def choose(page, base):
    page.evaluate("(base) => basemaps.update({base})", base)


def settled(page):
    """Wait until every tile is there."""
    page.wait_for_function(
        "() => {const tiles = [...document.querySelectorAll('img.leaflet-tile')];"
        "return tiles.length > 0 && tiles.every(tile => tile.complete && tile.naturalWidth > 0"
        " && tile.classList.contains('leaflet-tile-loaded'))}"
    )


def scatter(page, discs):
    """Put discs and markers on and well round the map."""
    discs.places = page.evaluate(
        "() => {const made = []; for (let x = -760; x < 2200; x += 190) for (let y = -540; y < 1400; y += 190)"
        " {const {lat, lng} = zymap.map.containerPointToLatLng([x, y]); made.push([lat, lng])} return made}"
    )
    page.evaluate(
        "places => {window.marks = places.map(place => L.marker(place, {icon: L.divIcon("
        "{className: 'mark', html: '', iconSize: [0, 0]})}).addTo(zymap.map))}",
        discs.places,
    )


def check(page):
    """Hold the discs in the pictures to the markers on the map, and to the exact places."""
    settled(page)
    markers, exact = page.evaluate(
        "() => {const seen = marks.filter(mark => {const {x, y} = zymap.map.latLngToContainerPoint(mark.getLatLng());"
        " return x > 30 && x < 1270 && y > 30 && y < 770}); return ["
        "seen.map(mark => {const {x, y} = mark.getElement().getBoundingClientRect(); return [x, y]}),"
        "seen.map(mark => {const {x, y} = zymap.map.project(mark.getLatLng())"
        ".subtract(zymap.map.getPixelBounds().min); return [x, y]})]}"
    )
    picture = base64.b64encode(page.screenshot()).decode()
    found = page.evaluate(MIDDLES, [picture, markers, 2 * RADIUS_PX])
    assert len(found) >= 4
    for (x, y, weight), marker, place in zip(found, markers, exact, strict=True):
        assert weight == pytest.approx(math.pi * RADIUS_PX**2, rel=0.1)
        assert abs(x - marker[0]) <= 1
        assert abs(y - marker[1]) <= 1
        assert math.hypot(x - place[0], y - place[1]) <= 1


@pytest.mark.parametrize("datum", ["gcj02", "wgs84"])
@pytest.mark.parametrize("zoom", range(12, 18))
def test_pictures_meet_the_data_after_pan_and_zoom(alone, upstream, datum, zoom):
    discs = upstream.answer = Discs(shifted=datum == "gcj02")
    page = alone(datum=datum)
    page.evaluate("zoom => zymap.map.setZoom(zoom)", zoom)
    scatter(page, discs)
    choose(page, "drawn")
    check(page)
    page.evaluate("() => zymap.map.panBy([397, -251], {animate: false})")
    check(page)
    page.evaluate("() => zymap.map.setZoomAround(L.point(200, 150), zymap.map.getZoom() + 1)")
    check(page)


def test_pictures_in_gcj02_cover_the_map_without_gaps(alone, upstream):
    upstream.answer = Discs(shifted=True)
    page = alone(datum="gcj02")
    page.evaluate(
        "() => {zymap.map.setZoom(17); document.querySelector('.leaflet-control-container').remove()}"
    )
    choose(page, "drawn")
    settled(page)
    page.evaluate("() => zymap.map.panBy([-333, 177], {animate: false})")
    settled(page)
    picture = base64.b64encode(page.screenshot()).decode()
    colours = page.evaluate(
        "async picture => {const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());"
        "const pen = new OffscreenCanvas(image.width, image.height).getContext('2d'); pen.drawImage(image, 0, 0);"
        "return [...new Set(new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer))]}",
        picture,
    )
    assert colours == [0xFFC8C8C8]


def test_pictures_are_enlarged_beyond_their_deepest_zoom(alone, upstream):
    upstream.answer = Discs(shifted=True)
    page = alone(datum="gcj02", max_zoom=14)
    page.evaluate("() => zymap.map.setZoom(16)")
    choose(page, "drawn")
    settled(page)
    assert {path.split("/")[1] for path, _ in upstream.asked} == {"14"}


def test_our_ground_makes_room_only_for_pictures_that_came(alone, upstream):
    released = threading.Event()
    draw = upstream.answer

    def hold(path):
        released.wait(30)
        return draw(path)

    upstream.answer = hold
    page = alone()
    base = page.locator("#map[data-base]")
    choose(page, "drawn")
    page.wait_for_selector("img.leaflet-tile", state="attached")
    assert base.count() == 0
    released.set()
    expect(base).to_have_count(1)
    choose(page, None)
    expect(base).to_have_count(0)
    assert page.locator("img.leaflet-tile").count() == 0


def test_a_basemap_that_fails_gives_way_to_the_offline_one_and_can_be_tried_again(alone, upstream):
    draw = upstream.answer
    upstream.answer = lambda _: (500, {}, b"")
    page = alone()
    notice = page.get_by_role("status")
    choose(page, "drawn")
    expect(notice).to_contain_text("“画的图”没有取到")
    assert page.locator("#map[data-base]").count() == 0
    assert page.locator("img.leaflet-tile").count() == 0
    page.get_by_role("button", name="用离线底图").click()
    assert page.evaluate("changes") == [{"base": None}]
    upstream.answer = draw
    page.get_by_role("button", name="重试").click()
    expect(page.locator("#map[data-base]")).to_have_count(1)
    expect(notice).to_be_hidden()


def test_a_basemap_that_never_answers_gives_way_too(alone, upstream):
    released = threading.Event()

    def hold(_):
        released.wait(60)
        return 500, {}, b""

    upstream.answer = hold
    page = alone()
    choose(page, "drawn")
    expect(page.get_by_role("status")).to_contain_text("没有取到", timeout=20_000)
    released.set()


def test_a_single_failure_is_no_reason_to_give_up(alone, upstream):
    draw = upstream.answer
    upstream.answer = lambda path: (404, {}, b"") if path.endswith("0") else draw(path)
    page = alone()
    choose(page, "drawn")
    expect(page.locator("#map[data-base]")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status")).to_be_hidden()


def test_tile_servers_learn_the_site_and_nothing_else(alone, upstream, server):
    page = alone()
    choose(page, "drawn")
    settled(page)
    for _, headers in upstream.asked:
        assert headers["Referer"] == server.root
        assert "Cookie" not in headers


def shifted(page, function, places):
    return page.evaluate(
        "async ([name, places]) => {const made = await import('./static/js/map/gcj02.js');"
        "return places.map(([lon, lat]) => made[name](lon, lat))}",
        [function, places],
    )


def test_gcj02_is_what_others_compute(alone):
    # From the tests of eviltransform: WGS 84, then GCJ-02.
    known = [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ]
    found = shifted(alone(), "wgs84ToGcj02", [place for place, _ in known])
    for place, (_, expected) in zip(found, known, strict=True):
        assert place == pytest.approx(expected, abs=1e-6)


def test_gcj02_is_about_569_m_south_east_of_here(alone):
    ((lon, lat),) = shifted(alone(), "wgs84ToGcj02", [[113.6, 34.75]])
    east_m = (lon - 113.6) * 111_320 * math.cos(math.radians(34.75))
    south_m = (34.75 - lat) * 110_940
    assert (east_m, south_m) == (pytest.approx(555, abs=5), pytest.approx(129, abs=5))


def test_the_way_back_from_gcj02_ends_where_it_began(alone):
    page = alone()
    places = [[lon, lat] for lon in np.arange(75, 135, 1.7) for lat in np.arange(18, 53, 1.3)]
    back = shifted(page, "gcj02ToWgs84", shifted(page, "wgs84ToGcj02", places))
    assert np.abs(np.array(back) - places).max() * 111_320 < 0.1


def test_outside_of_china_nothing_is_shifted(alone):
    places = [[2.35, 48.86], [-70.6, -33.4], [139.7, 35.7]]
    page = alone()
    for function in ("wgs84ToGcj02", "gcj02ToWgs84"):
        assert shifted(page, function, places) == places
