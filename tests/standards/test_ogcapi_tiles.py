"""OGC 20-057 (OGC API - Tiles, Part 1: Core), annex A, and OGC 17-083r4's definitions.

Each test names the abstract tests that it holds. What a tile holds is compared with /items, its
positions with pyproj's.
"""

from __future__ import annotations

import re

import mapbox_vector_tile
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from zymap_api.tilesets import CONFORMS_TO

SPEC = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
MVT = "application/vnd.mapbox-vector-tile"
VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
REGISTER = "http://www.opengis.net/def/tilematrixset/OGC/1.0"
SETS = ("WebMercatorQuad", "CGCS2000Quad", "WorldCRS84Quad")
EXTENT = 4096
# A matrix whose tiles are some kilometres wide, by matrix set: each has its own numbers.
CLOSE = {"WebMercatorQuad": 12, "CGCS2000Quad": 12, "WorldCRS84Quad": 11}


def path_of(href):
    return href.removeprefix("http://127.0.0.1:8000")


def links_of(document, rel):
    return [item for item in document["links"] if item["rel"] == rel]


def tiled(bundled):
    """Return the collections that link tiles."""
    collections = bundled.get("/collections").json()["collections"]
    return [item for item in collections if links_of(item, VECTOR)]


@pytest.fixture(scope="module")
def places(bundled):
    """Where tiles are: for the dataset and each collection the path of the tilesets' list."""
    paths = {item["id"]: path_of(links_of(item, VECTOR)[0]["href"]) for item in tiled(bundled)}
    landing = bundled.get("/?f=json").json()
    return {"": path_of(links_of(landing, VECTOR)[0]["href"]), **paths}


def located(bundled, collection):
    features = bundled.get(f"/collections/{collection}/items?limit=10000").json()["features"]
    return {f["id"]: shape(f["geometry"]) for f in features if f["geometry"] is not None}


def matrix_of(bundled, name, matrix):
    """Return a matrix as the served definition has it."""
    definition = bundled.get(f"/tileMatrixSets/{name}").json()
    found = next(m for m in definition["tileMatrices"] if m["id"] == str(matrix))
    return definition, found


def to_tile(bundled, name, matrix):
    """Return a function from lon, lat to column and row with fractions, by the definition alone."""
    definition, found = matrix_of(bundled, name, matrix)
    to_crs = pyproj.Transformer.from_crs("OGC:CRS84", definition["crs"])
    north_first = definition["orderedAxes"][0] == "Lat"
    origin = found["pointOfOrigin"][::-1] if north_first else found["pointOfOrigin"]
    size = found["cellSize"] * found["tileWidth"]

    def place(lon, lat):
        east, north = to_crs.transform(lon, lat)[:: -1 if north_first else 1]
        return (east - origin[0]) / size, (origin[1] - north) / size

    return place


def on_tile(geometry, place, column, row):
    """Return a geometry in the units of a tile."""

    def turn(xy):
        at = (place(*position) for position in xy)
        return [[(x - column) * EXTENT, (y - row) * EXTENT] for x, y in at]

    return shapely.transform(geometry, turn)


def layers(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MVT
    decoded = mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in decoded.items()}


def test_conformance(bundled):
    """/conf/core/conformance-success and that of every other class."""
    declared = bundled.get("/conformance").json()["conformsTo"]
    assert set(CONFORMS_TO) <= set(declared)
    classes = {"core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets"}
    classes |= {"collections-selection", "mvt", "oas30"}
    assert {f"{SPEC}/{name}" for name in classes} <= set(declared)


def test_the_landing_page_leads_to_the_datasets_tilesets(bundled, places):
    """/conf/dataset-tilesets/landingpage, /conf/dataset-tilesets/operation."""
    assert places[""] == "/tiles"
    assert len(bundled.get(places[""]).json()["tilesets"]) == len(SETS)


def test_every_collection_with_places_leads_to_its_tilesets(bundled, places):
    """/conf/geodata-tilesets/desc-links, /conf/geodata-tilesets/operation."""
    collections = bundled.get("/collections").json()["collections"]
    assert set(places) - {""} == {c["id"] for c in collections if c["itemLocatedCount"]}
    for path in places.values():
        assert bundled.get(path).status_code == 200


def test_the_list_of_tilesets(bundled, places):
    """/conf/tilesets-list/tileset-links."""
    for path in places.values():
        tilesets = bundled.get(path, headers={"Accept": "application/json"}).json()["tilesets"]
        for item in tilesets:
            assert item["dataType"] == "vector"
            (scheme,) = links_of(item, SCHEME)
            name = scheme["href"].rsplit("/", 1)[1]
            assert [path_of(link["href"]) for link in links_of(item, "self")] == [f"{path}/{name}"]
            definition = bundled.get(path_of(scheme["href"])).json()
            assert item["crs"] == definition["crs"]
            # Named only where it is registered.
            assert item.get("tileMatrixSetURI") == definition.get("uri")


@pytest.mark.parametrize("name", SETS)
def test_the_description_of_a_tileset(bundled, places, name):
    """/conf/tileset/description."""
    for collection, path in places.items():
        document = bundled.get(f"{path}/{name}", headers={"Accept": "application/json"}).json()
        registered = None if name == "CGCS2000Quad" else f"{REGISTER}/{name}"
        assert document.get("tileMatrixSetURI") == registered
        (scheme,) = links_of(document, SCHEME)
        assert bundled.get(path_of(scheme["href"])).json()["tileMatrices"]
        (item,) = links_of(document, "item")
        assert item["templated"] is True
        assert item["type"] == MVT
        assert all(part in item["href"] for part in ("{tileMatrix}", "{tileRow}", "{tileCol}"))
        ids = [layer["id"] for layer in document["layers"]]
        assert ids == ([collection] if collection else list(places)[1:])


@pytest.mark.parametrize("name", SETS)
def test_a_tile_holds_what_lies_in_it_where_it_lies(bundled, places, name):
    """/conf/core/tc-op, /conf/core/tc-success, /conf/mvt/content and the definitions of

    /conf/core/tc-tilematrix-definition, tc-tilerow-definition, tc-tilecol-definition.
    """
    matrix = CLOSE[name]
    place = to_tile(bundled, name, matrix)
    for collection, path in list(places.items())[1:]:
        shapes = located(bundled, collection)
        first = next(iter(shapes.values())).representative_point()
        column, row = (int(part) for part in place(first.x, first.y))
        answer = bundled.get(f"{path}/{name}/{matrix}/{row}/{column}", headers={"Accept": MVT})
        ((layer, features),) = layers(answer).items()
        assert layer == collection
        found = {f["properties"]["id"]: shape(f["geometry"]) for f in features}
        assert len(found) == len(features)
        on_grid = {i: on_tile(geometry, place, column, row) for i, geometry in shapes.items()}
        inside = shapely.box(1, 1, EXTENT - 1, EXTENT - 1)
        assert {i for i, geometry in on_grid.items() if geometry.intersects(inside)} <= set(found)
        for i, geometry in found.items():
            whole, cut = on_grid[i], on_grid[i].intersection(inside)
            assert whole.distance(geometry) <= 1
            if not cut.is_empty:
                assert cut.hausdorff_distance(geometry.buffer(0.7).intersection(inside)) < 5


@pytest.mark.parametrize("name", SETS)
def test_what_is_outside_is_refused_and_what_is_empty_is_not(bundled, places, name):
    """/conf/core/tc-error."""
    for path in places.values():
        document = bundled.get(f"{path}/{name}").json()
        for limit in (document["tileMatrixSetLimits"][0], document["tileMatrixSetLimits"][5]):
            matrix, row, column = limit["tileMatrix"], limit["maxTileRow"], limit["maxTileCol"]
            assert bundled.get(f"{path}/{name}/{matrix}/{row}/{column}").status_code in (200, 204)
            for at in ((row + 1, column), (row, column + 1), (-1, 0), ("a", 0), ("0.5", 0)):
                assert bundled.get(f"{path}/{name}/{matrix}/{at[0]}/{at[1]}").status_code == 404
        last = document["tileMatrixSetLimits"][-1]["tileMatrix"]
        empty = bundled.get(f"{path}/{name}/{last}/0/0")
        assert (empty.status_code, empty.content) == (204, b"")
        assert bundled.get(f"{path}/{name}/{int(last) + 1}/0/0").status_code == 404
    assert bundled.get(f"/tiles/{name}x/1/0/0").status_code == 404


def test_the_dataset_has_a_layer_for_each_collection(bundled, places):
    """/conf/dataset-tilesets/operation: the same features as the collections' own tiles."""
    one = layers(bundled.get("/tiles/WebMercatorQuad/8/101/208"))
    assert list(one) == [name for name in places if name]
    for collection, features in one.items():
        alone = bundled.get(f"/collections/{collection}/tiles/WebMercatorQuad/8/101/208")
        assert layers(alone) == {collection: features}
        assert {f["properties"]["id"] for f in features} == set(located(bundled, collection))


def test_the_collections_of_a_tile_can_be_chosen(bundled, places):
    """/conf/collections-selection/query-collections, /conf/…/collections-response."""
    asked = "roads,projects"
    document = bundled.get(f"/tiles/WebMercatorQuad?collections={asked}").json()
    assert [layer["id"] for layer in document["layers"]] == asked.split(",")
    (item,) = links_of(document, "item")
    template = path_of(item["href"])
    for name, value in (("tileMatrix", 8), ("tileRow", 101), ("tileCol", 208)):
        template = template.replace(f"{{{name}}}", str(value))
    assert list(layers(bundled.get(template))) == asked.split(",")
    for bad in ("nowhere", "", "roads,roads", "targets"):
        for path in ("/tiles", "/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/8/101/208"):
            refused = bundled.get(f"{path}?collections={bad}")
            assert refused.status_code == 400
            assert refused.json()["parameter"] == "collections"


def test_the_definition_of_the_api_names_the_operations(bundled, places):
    """/conf/oas30/completeness, /conf/oas30/operation-id."""
    paths = bundled.get("/api").json()["paths"]
    names = {path: item["get"]["operationId"] for path, item in paths.items() if "get" in item}
    for collection, path in places.items():
        kind = "collection" if collection else "dataset"
        rest = "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"
        assert names[path].endswith(f"{kind}.vector.getTileSetsList")
        assert names[f"{path}/{{tileMatrixSetId}}"].endswith(f"{kind}.vector.getTileSet")
        assert names[path + rest].endswith(f"{kind}.vector.getTile")
    assert names["/tileMatrixSets"].endswith("getTileMatrixSetsList")
    assert names["/tileMatrixSets/{tileMatrixSetId}"].endswith("getTileMatrixSet")
    assert len(set(names.values())) == len(names)


# Identifier, scale denominator, cell size and origin of the first and the last matrix: for the
# registered sets from the OGC's register; for CGCS2000Quad cell and origin from the capabilities
# of 天地图's WMTS (matrix set c), the scale for a pixel of 0.28 mm.
DEFINED = {
    "WebMercatorQuad": (
        ("0", 559082264.028717, 156543.033928041, [-20037508.3427892, 20037508.3427892], 1, 1),
        (
            "24",
            33.3238997476528,
            0.0093306919293428,
            [-20037508.3427892, 20037508.3427892],
            2**24,
            2**24,
        ),
    ),
    "WorldCRS84Quad": (
        ("0", 279541132.014358, 0.703125, [-180, 90], 2, 1),
        ("23", 33.3238997476528, 0.00000008381903171539, [-180, 90], 2**24, 2**23),
    ),
    "CGCS2000Quad": (
        ("1", 279541132.014358, 0.703125, [90, -180], 2, 1),
        ("18", 2132.72958384978, 0.00000536441802978515, [90, -180], 2**18, 2**17),
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_a_matrix_set_is_as_it_is_registered(bundled, name):
    """OGC 17-083r4, /conf/tilematrixset and /conf/json-tilematrixset."""
    for row in DEFINED[name]:
        definition, found = matrix_of(bundled, name, row[0])
        _, scale, cell, origin, width, height = row
        assert found["scaleDenominator"] == pytest.approx(scale, rel=1e-12)
        assert found["cellSize"] == pytest.approx(cell, rel=1e-12)
        assert found["pointOfOrigin"] == pytest.approx(origin, rel=1e-14)
        assert (found["matrixWidth"], found["matrixHeight"]) == (width, height)
        assert (found["tileWidth"], found["tileHeight"]) == (256, 256)
    axes = [axis.abbrev.lower()[:3] for axis in pyproj.CRS(definition["crs"]).axis_info]
    assert axes == [axis.lower() for axis in definition["orderedAxes"]]
    listed = {item["id"]: item for item in bundled.get("/tileMatrixSets").json()["tileMatrixSets"]}
    assert list(listed) == list(SETS)
    (link,) = links_of(listed[name], "self")
    assert path_of(link["href"]) == f"/tileMatrixSets/{name}"


def test_the_tilejson_names_every_layer_and_field(bundled, places):
    """TileJSON 3.0, clause 3."""
    for path in places.values():
        document = bundled.get(f"{path}/WebMercatorQuad?f=tilejson").json()
        assert document["tilejson"] == "3.0.0"
        assert re.fullmatch(r".*/WebMercatorQuad/\{z\}/\{y\}/\{x\}\?f=mvt", document["tiles"][0])
        west, south, east, north = document["bounds"]
        assert west < document["center"][0] < east
        assert south < document["center"][1] < north
        tile = path_of(document["tiles"][0])
        tile = tile.replace("{z}", "8").replace("{y}", "101").replace("{x}", "208")
        fields = {layer["id"]: set(layer["fields"]) for layer in document["vector_layers"]}
        for name, features in layers(bundled.get(tile)).items():
            assert set().union(*(f["properties"] for f in features)) <= fields[name]
        assert bundled.get(f"{path}/CGCS2000Quad?f=tilejson").status_code == 400
