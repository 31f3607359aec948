"""Web maps of another origin in a real browser: MapLibre, OpenLayers and Leaflet, as they come."""

from __future__ import annotations

import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pyproj
import pytest
import shapely
from shapely.geometry import shape
from tests.clients.test_tile_readers import READERS, located

import zymap_web

WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
LEAFLET = Path(zymap_web.__file__).parent / "static" / "vendor" / "leaflet"
LIBRARIES = READERS / "node_modules"
SIZE = {"width": 1000, "height": 800}
# The district is 20 km wide, and as wide as this page at this zoom.
ZOOM = 11
PAGE = """<!doctype html><meta charset="utf-8">
<style>html, body, #map { height: 100%; margin: 0 }</style><div id="map"></div>"""

MAPLIBRE = """async ([root, lon, lat, zoom]) => {
  const { Map, setWorkerUrl } = await import("/maplibre-gl/dist/maplibre-gl.mjs");
  setWorkerUrl(new URL("/maplibre-gl/dist/maplibre-gl-worker.mjs", location).href);
  const address = `${root}/tiles/WebMercatorQuad?f=tilejson`;
  const { vector_layers } = await (await fetch(address)).json();
  const map = new Map({
    container: "map", center: [lon, lat], zoom, fadeDuration: 0,
    style: { version: 8, sources: { zymap: { type: "vector", url: address } }, layers: vector_layers
      .flatMap(({ id }) => [["fill", "Polygon"], ["line", "LineString"], ["circle", "Point"]]
        .map(([type, kind]) => ({ id: `${id}-${type}`, type, source: "zymap", "source-layer": id,
          filter: ["==", ["geometry-type"], kind] }))) },
  });
  await new Promise((done, failed) => {
    map.on("idle", done);
    map.on("error", ({ error }) => failed(new Error(error.message)));
  });
  return Object.fromEntries(vector_layers.map(({ id }) => [id,
    map.querySourceFeatures("zymap", { sourceLayer: id }).map((found) => found.properties.id)]));
}"""

OPENLAYERS_TILES = """async ([root, lon, lat, zoom]) => {
  const source = new ol.source.OGCVectorTile({
    url: `${root}/tiles/WebMercatorQuad`, format: new ol.format.MVT() });
  const layer = new ol.layer.VectorTile({ source });
  await new Promise((done) => {
    const look = () => source.getState() === "ready" && done();
    source.on("change", look);
    look();
  });
  const map = new ol.Map({ target: "map", layers: [layer],
    view: new ol.View({ center: ol.proj.fromLonLat([lon, lat]), zoom }) });
  await new Promise((done) => map.once("rendercomplete", done));
  const found = {};
  for (const feature of layer.getFeaturesInExtent(map.getView().calculateExtent()))
    (found[feature.get("layer")] ??= []).push(feature.get("id"));
  return found;
}"""

OPENLAYERS_ITEMS = """async ([root, collection, crs]) => {
  const uri = encodeURIComponent(crs);
  const address = `${root}/collections/${collection}/items?limit=1000&located=true&crs=${uri}`;
  const answer = await (await fetch(address)).json();
  const format = new ol.format.GeoJSON({ dataProjection: "EPSG:3857" });
  return Object.fromEntries(format.readFeatures(answer).map((feature) =>
    [feature.getId(), feature.getGeometry().getExtent()]));
}"""

LEAFLET_ITEMS = """async ([root, collection, query]) => {
  const map = L.map("map").setView([34.75, 113.6], 11);
  const layer = L.geoJSON().addTo(map), found = {};
  let address = `${root}/collections/${collection}/items?limit=7&${query}`, pages = 0;
  for (; address; pages += 1) {
    const page = await (await fetch(address)).json();
    for (const feature of page.features) found[feature.id] = feature.geometry !== null;
    layer.addData(page);
    address = page.links.find(({ rel }) => rel === "next")?.href;
  }
  return [found, layer.getLayers().length, pages];
}"""


class Files(SimpleHTTPRequestHandler):
    """The page and the libraries, on another port than the features."""

    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
    }

    def do_GET(self):
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def translate_path(self, path):
        name = path.lstrip("/")
        return str(LEAFLET.parent / name if name.startswith("leaflet/") else LIBRARIES / name)

    def log_message(self, *told):
        pass


@pytest.fixture(scope="module")
def origin():
    """Return the address of a site that has web maps."""
    if not LIBRARIES.is_dir():
        pytest.skip("the readers are not installed (`make test-clients` does: npm ci)")
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


@pytest.fixture
def web_map(page, origin):
    """Return a function that runs a script on a page of that site, with a library."""
    faults = []
    page.set_viewport_size(SIZE)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(origin)

    def run(script, arguments, library=None):
        if library is not None:
            page.add_script_tag(url=library)
        return page.evaluate(script, arguments)

    yield run
    assert faults == []


def centre(source):
    bounds = [shape(item["geometry"]).bounds for item in source["district"].values()]
    west, south, east, north = shapely.total_bounds([shapely.box(*each) for each in bounds])
    return (west + east) / 2, (south + north) / 2


def ids_of(found):
    return {layer: set(ids) for layer, ids in found.items() if ids}


def test_maplibre_draws_every_located_feature_from_the_tilejson(web_map, root, source):
    found = web_map(MAPLIBRE, [root, *centre(source), ZOOM])
    assert ids_of(found) == {layer: set(shapes) for layer, shapes in located(source).items()}


def test_openlayers_draws_every_located_feature_from_the_tileset(web_map, root, source):
    found = web_map(OPENLAYERS_TILES, [root, *centre(source), ZOOM], "/ol/dist/ol.js")
    assert ids_of(found) == {layer: set(shapes) for layer, shapes in located(source).items()}


def test_openlayers_reads_the_features_in_its_own_plane(web_map, root, source):
    found = web_map(OPENLAYERS_ITEMS, [root, "roads", WEB_MERCATOR], "/ol/dist/ol.js")
    turn = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform
    expected = {
        road: shapely.transform(geometry, turn, interleaved=False).bounds
        for road, geometry in located(source)["roads"].items()
    }
    assert set(found) == set(expected)
    for road, extent in found.items():
        assert extent == pytest.approx(expected[road], abs=0.01)


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ("", lambda _: True),
        ("filter=kind%3D%27project%27", lambda item: item["properties"]["kind"] == "project"),
    ],
)
def test_leaflet_pages_to_the_end(web_map, root, source, query, keeps):
    expected = {k: v["geometry"] is not None for k, v in source["projects"].items() if keeps(v)}
    found, drawn, pages = web_map(LEAFLET_ITEMS, [root, "projects", query], "/leaflet/leaflet.js")
    assert found == expected
    assert drawn == sum(expected.values())
    assert pages == -(-len(expected) // 7)
