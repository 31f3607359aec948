"""A layer drawn from vector tiles: what it shows, what it answers, what it costs those without."""

from __future__ import annotations

import pytest

# Works are in tiles here and not in symbols of the page, which would lie above.
VIEW = "?hide=works&at=50.1,10.2,12"
ADD = """async ([id, query]) => {
  const { createTileLayer } = await import("./static/js/tiles/vectortiles.js");
  const { themed } = await import("./static/js/map/theme.js");
  const { map } = await import("./static/js/map/leaflet.js");
  const catalog = await (await fetch("catalog?f=json")).json();
  const test = (globalThis.test = { query, selected: [], hovered: [], reports: [] });
  test.made = createTileLayer(catalog.layers.find((layer) => layer.id === id), {
    symbology: themed(catalog.symbology),
    query: () => test.query,
    select: (properties, lonlat) => test.selected.push([properties.id, ...lonlat]),
    hover: (properties) => test.hovered.push(properties?.id ?? null),
    report: (state) => test.reports.push(state),
  });
  test.made.layer.addTo(map);
}"""
# Whether something is drawn round a place, by the tiles' own pixels.
DRAWN = """([lon, lat]) => {
  const box = zymap.map.getContainer().getBoundingClientRect();
  const point = zymap.map.latLngToContainerPoint([lat, lon]);
  const [x, y] = [box.left + point.x, box.top + point.y];
  return [...document.querySelectorAll(".leaflet-overlay-pane canvas")].reduce((sum, canvas) => {
    const place = canvas.getBoundingClientRect();
    const scale = canvas.width / place.width;
    const [left, top] = [(x - place.left - 20) * scale, (y - place.top - 20) * scale];
    const { data } = canvas.getContext("2d").getImageData(left, top, 40 * scale, 40 * scale);
    return sum + data.filter((value, at) => at % 4 === 3 && value > 0).length;
  }, 0);
}"""


@pytest.fixture
def show(hostile_server, visit):
    """Return a function that opens the map of the made-up district with a layer in tiles."""

    def open_map(layer="works", query="", view=VIEW, **options):
        page = visit(hostile_server.root + view, **options)
        page.evaluate(ADD, [layer, query])
        loaded(page)
        return page

    return open_map


def loaded(page):
    page.wait_for_function(
        "() => test.reports.length && !test.made.layer.isLoading()"
        " && document.querySelector('.leaflet-overlay-pane canvas')"
    )


@pytest.fixture
def hall(hostile_server):
    """The place of a work."""
    return hostile_server.ask("collections/works/items/zy-hall")["geometry"]["coordinates"]


def on_screen(page, lonlat):
    """Return where a place is in the window."""
    script = """([lon, lat]) => {
      const box = zymap.map.getContainer().getBoundingClientRect();
      const point = zymap.map.latLngToContainerPoint([lat, lon]);
      return [box.left + point.x, box.top + point.y];
    }"""
    return page.evaluate(script, lonlat)


def test_a_page_without_large_layers_asks_for_none_of_it(hostile_server, visit):
    page = visit(hostile_server.root)
    asked = page.evaluate("() => performance.getEntriesByType('resource').map((r) => r.name)")
    assert any("/js/map/main.js" in name for name in asked)
    assert not [name for name in asked if "/js/tiles/" in name or "vector-tile" in name]


def test_a_work_is_drawn_where_it_is_and_nothing_where_nothing_is(show, hall):
    page = show()
    assert page.evaluate(DRAWN, hall) > 200
    assert page.evaluate(DRAWN, [hall[0], hall[1] + 0.2]) == 0


def test_the_pointer_finds_a_work_and_leaves_it(show, hall):
    page = show()
    page.mouse.move(*on_screen(page, hall))
    page.wait_for_function("() => test.hovered.at(-1) === 'zy-hall'")
    cursor = "() => getComputedStyle(zymap.map.getContainer()).cursor"
    assert page.evaluate(cursor) == "pointer"
    x, y = on_screen(page, hall)
    page.mouse.move(x, y - 120)
    page.wait_for_function("() => test.hovered.at(-1) !== 'zy-hall'")


def test_a_click_selects_the_work_and_not_the_area_round_it(show, hall):
    page = show()
    before = page.url
    page.mouse.click(*on_screen(page, hall))
    ((found, lon, lat),) = page.evaluate("() => test.selected")
    assert found == "zy-hall"
    assert (lon, lat) == pytest.approx(tuple(hall), abs=1e-4)
    assert "area=" not in page.url.replace(before, "")


def test_a_drag_selects_nothing(show, hall):
    page = show()
    x, y = on_screen(page, hall)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=5)
    page.mouse.up()
    assert page.evaluate("() => test.selected") == []


def test_a_tool_that_aims_has_the_clicks_for_itself(show, hall):
    page = show()
    page.evaluate("() => zymap.map.getContainer().classList.add('is-aiming')")
    page.mouse.click(*on_screen(page, hall))
    assert page.evaluate("() => test.selected") == []


def test_a_new_question_changes_what_is_drawn(show, hall):
    page = show()
    page.evaluate("() => { test.query = 'ids=zy-bridge'; test.made.refresh(); }")
    page.wait_for_function(f"() => ({DRAWN})({list(hall)}) === 0")
    page.evaluate(
        "() => { test.query = new URLSearchParams({ ids: 'zy-hall' }); test.made.refresh(); }"
    )
    page.wait_for_function(f"() => ({DRAWN})({list(hall)}) > 200")


def test_what_is_selected_stands_out_until_it_is_not(show, hall):
    page = show()
    plain = page.evaluate(DRAWN, hall)
    page.evaluate("() => test.made.setSelected('zy-hall')")
    marked = page.evaluate(DRAWN, hall)
    page.evaluate("() => test.made.setSelected(null)")
    assert marked > plain == page.evaluate(DRAWN, hall)


def test_a_shape_is_pointed_at_by_its_inside_and_a_line_by_its_course(show, hostile_server):
    page = show()
    campus = hostile_server.ask("collections/works/items/zy-campus")["geometry"]["coordinates"]
    west, south = campus[0][0]
    east, north = campus[0][2]
    corner = on_screen(page, [west + 0.9 * (east - west), south + 0.9 * (north - south)])
    page.mouse.move(*corner)
    page.wait_for_function("() => test.hovered.at(-1) === 'zy-campus'")


def test_the_colours_follow_the_theme(show):
    page = show()
    pictures = "[...document.querySelectorAll('.leaflet-overlay-pane canvas')].map((c) => c.toDataURL()).join()"
    page.evaluate(f"() => {{ test.light = {pictures}; }}")
    page.click("#theme")
    page.wait_for_function(f"() => {pictures} !== test.light")


def test_a_tile_that_cannot_be_had_is_reported_and_asked_for_again(show, hall):
    page = show()
    page.evaluate(
        "() => { test.fetch = fetch; globalThis.fetch = () => Promise.reject(new Error('down'));"
        " test.made.refresh(); }"
    )
    page.wait_for_function("() => test.reports.at(-1).failed")
    # What was there stays.
    assert page.evaluate(DRAWN, hall) > 200
    page.evaluate("() => { globalThis.fetch = test.fetch; test.made.refresh(); }")
    page.wait_for_function("() => !test.reports.at(-1).failed")


def test_tiles_that_left_the_view_are_not_waited_for(hostile_server, visit):
    page = visit(hostile_server.root + VIEW)
    held, failed = [], []
    page.route("**/tiles/WebMercatorQuad/**", lambda route: held.append(route))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.evaluate(ADD, ["works", ""])
    page.wait_for_timeout(300)
    assert len(held) > 4
    page.evaluate("() => zymap.map.setView([0, 0], 12, { animate: false })")
    page.wait_for_timeout(300)
    assert {route.request.url for route in held[:4]} <= set(failed)
