"""OGC API - Features, Part 2 (OGC 18-058r1): the abstract tests of annex A, and what they imply.

The oracle is pyproj with the authority's axis order, and shapely.
"""

import json
from functools import cache
from urllib.parse import quote

import numpy as np
import pyproj
import pytest
import shapely

from zymap.crs import BY_URI, CRS84_URI, OFFERED

PREFIX = "http://www.opengis.net/def/crs"
EPSG = f"{PREFIX}/EPSG/0"
URIS = [CRS84_URI, *(f"{EPSG}/{code}" for code in (4326, 4490, 4547, 4526, 3857))]
UNSUPPORTED = [
    f"{EPSG}/99999",
    f"{EPSG}/4527",
    f"{EPSG}/4547/",
    "https://www.opengis.net/def/crs/EPSG/0/4547",
    f"{PREFIX}/epsg/0/4547",
    "EPSG:4547",
    "4547",
    "[EPSG:4547]",
    "urn:ogc:def:crs:EPSG::4547",
    "OGC:CRS84",
    "#/crs",
    "http://www.example.com/no/such/crs",
    "file:///etc/passwd",
    "",
]
# Layers of the bundled data with points, lines, polygons, and features that nobody has located.
SPATIAL = ["projects", "roads", "parks", "areas", "district"]


@cache
def crs_of(uri):
    """Return the CRS of a URI with the authority's axis order."""
    authority, _, code = uri.removeprefix(PREFIX).strip("/").split("/")
    return pyproj.CRS.from_authority(authority, code)


@cache
def way(uri):
    """Return the way from CRS84 to a CRS, axes as the authority has them."""
    return pyproj.Transformer.from_crs(crs_of(CRS84_URI), crs_of(uri), always_xy=False)


def tolerance(uri):
    return 1e-12 if crs_of(uri).is_geographic else 0.0005001


def page(client, collection, **parameters):
    answer = client.get(
        f"/collections/{collection}/items",
        params={name.replace("_", "-"): value for name, value in parameters.items()},
    )
    assert answer.status_code == 200, answer.text
    return answer


def features(client, collection, **parameters):
    return page(client, collection, limit=1000, **parameters).json()["features"]


def ids(found):
    return [feature["id"] for feature in found]


def located(client, collection):
    """Return the shapes of a collection by id, CRS84, nulls left out."""
    return {
        feature["id"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in features(client, collection)
        if feature["geometry"]
    }


def numbers(geometry):
    return np.array(shapely.get_coordinates(shapely.from_geojson(json.dumps(geometry))))


def box_text(uri, west, south, east, north, heights=False):
    """Return the bounds of a box of CRS84 in another CRS, as ``bbox`` has them."""
    low_first, low_second, high_first, high_second = way(uri).transform_bounds(
        west, south, east, north
    )
    low, high = [low_first, low_second], [high_first, high_second]
    if heights:
        low, high = [*low, -100], [*high, 8000]
    return ",".join(repr(float(value)) for value in (*low, *high))


def in_box(shapes, uri, text):
    """Return the ids of what meets a box in its CRS: the outline goes to CRS84, the test is there."""
    first, second, third, fourth = map(float, text.split(","))
    outline = shapely.segmentize(shapely.box(first, second, third, fourth), (third - first) / 2000)
    outline = shapely.transform(
        outline, lambda xy: np.column_stack(way(uri).transform(*xy.T, direction="INVERSE"))
    )
    shapely.prepare(outline)
    return {key for key, shape in shapes.items() if shape.intersects(outline)}


# ------------------------------------------------------------------------------- discovery


def test_the_conformance_class_is_declared(bundled):
    declared = bundled.get("/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in declared


def test_every_crs_identifier_is_an_ogc_uri(bundled):
    """/conf/crs/crs-uri."""
    document = bundled.get("/collections").json()
    assert document["crs"] == URIS == list(BY_URI)
    for listed in document["collections"]:
        # The pointer stands for the list of the document around it, so it is good there alone.
        assert listed["crs"] == [CRS84_URI, "#/crs"]
        alone = bundled.get(f"/collections/{listed['id']}").json()
        assert alone["crs"] == URIS
    assert all(crs_of(uri).to_authority() for uri in URIS)


def test_the_default_crs_is_in_every_list_and_first(bundled):
    """/conf/crs/default-crs."""
    for listed in bundled.get("/collections").json()["collections"]:
        assert listed["crs"][0] == CRS84_URI
        assert bundled.get(f"/collections/{listed['id']}").json()["crs"][0] == CRS84_URI


def test_the_storage_crs_is_in_the_list(bundled):
    """/conf/crs/storageCrs."""
    for listed in bundled.get("/collections").json()["collections"]:
        alone = bundled.get(f"/collections/{listed['id']}").json()
        assert listed["storageCrs"] == alone["storageCrs"] == CRS84_URI
        assert alone["storageCrs"] in alone["crs"]


# ----------------------------------------------------------------------------------- crs


@pytest.mark.parametrize("uri", URIS)
@pytest.mark.parametrize("collection", SPATIAL)
def test_the_answer_says_its_crs(bundled, collection, uri):
    """/conf/crs/crs-parameter."""
    answer = page(bundled, collection, crs=uri, limit=1)
    assert answer.headers["content-crs"] == f"<{uri}>"
    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()["features"][0]
    path = f"/collections/{collection}/items/{feature['id']}"
    alone = bundled.get(path, params={"crs": uri})
    assert alone.headers["content-crs"] == f"<{uri}>"
    assert alone.json()["geometry"] == feature["geometry"]
    assert bundled.get(path, params={"crs": uri, "f": "html"}).headers["content-crs"] == f"<{uri}>"


@pytest.mark.parametrize("collection", SPATIAL)
def test_without_the_parameter_it_is_crs84_and_the_same_bytes(bundled, collection):
    """/conf/crs/crs-parameter-default."""
    plain, named = page(bundled, collection), page(bundled, collection, crs=CRS84_URI)
    assert plain.headers["content-crs"] == named.headers["content-crs"] == f"<{CRS84_URI}>"
    assert plain.json()["features"] == named.json()["features"]
    feature = plain.json()["features"][0]
    path = f"/collections/{collection}/items/{feature['id']}"
    assert bundled.get(path).headers["content-crs"] == f"<{CRS84_URI}>"


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_an_identifier_that_is_not_in_the_list_is_a_400(bundled, text):
    """/conf/crs/crs-parameter-invalid, /conf/crs/bbox-crs-parameter-invalid."""
    feature = features(bundled, "parks")[0]["id"]
    for path, name in (
        ("/collections/parks/items", "crs"),
        (f"/collections/parks/items/{feature}", "crs"),
        ("/works", "crs"),
        ("/collections/parks/items", "bbox-crs"),
        ("/works", "bbox-crs"),
    ):
        answer = bundled.get(path, params={name: text, **({} if feature in path else {"limit": 1})})
        assert answer.status_code == 400, (path, name)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["parameter"] == name


@pytest.mark.parametrize("uri", URIS)
@pytest.mark.parametrize("collection", SPATIAL)
def test_geometries_are_transformed_in_the_order_of_the_authority(bundled, collection, uri):
    """/conf/crs/crs-parameter-transform."""
    plain, turned = features(bundled, collection), features(bundled, collection, crs=uri)
    compared = 0
    for before, after in zip(plain, turned, strict=True):
        assert after | {"geometry": None} == before | {"geometry": None}
        if before["geometry"] is None:
            assert after["geometry"] is None
            continue
        assert after["geometry"]["type"] == before["geometry"]["type"]
        expected = np.column_stack(way(uri).transform(*numbers(before["geometry"]).T))
        np.testing.assert_allclose(
            numbers(after["geometry"]), expected, rtol=0, atol=tolerance(uri)
        )
        compared += len(expected)
    assert compared


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        # Zhongyuan district by the numbers that a surveyor knows: which axis is which is visible.
        (4326, (34.6, 34.9), (113.4, 113.7)),
        (4490, (34.6, 34.9), (113.4, 113.7)),
        (4547, (3.83e6, 3.87e6), (445_000, 475_000)),
        (4526, (3.83e6, 3.87e6), (38_445_000, 38_475_000)),
        (3857, (12.62e6, 12.66e6), (4.10e6, 4.15e6)),
    ],
)
def test_the_axes_stand_where_the_authority_puts_them(bundled, code, first, second):
    answer = bundled.get("/works", params={"crs": f"{EPSG}/{code}", "located": "true"})
    assert answer.headers["content-crs"] == f"<{EPSG}/{code}>"
    for feature in answer.json()["features"]:
        for one, other in numbers(feature["geometry"]):
            assert first[0] < one < first[1]
            assert second[0] < other < second[1]


def test_degrees_keep_every_digit_and_metres_a_millimetre(bundled):
    plain = page(bundled, "parks").text
    swapped = page(bundled, "parks", crs=f"{EPSG}/4490").text
    assert sorted(plain[plain.index('"features"') :]) == sorted(
        swapped[swapped.index('"features"') :]
    )
    metres = features(bundled, "roads", crs=f"{EPSG}/4547")
    values = np.concatenate(
        [numbers(item["geometry"]).ravel() for item in metres if item["geometry"]]
    )
    assert (values == values.round(3)).all()


def test_the_list_of_an_area_is_in_the_crs_asked(bundled):
    uri = f"{EPSG}/4547"
    seen = 0
    for area in bundled.get("/areas").json()["areas"]:
        answer = bundled.get(f"/areas/{area['id']}/projects", params={"crs": uri})
        assert answer.headers["content-crs"] == f"<{uri}>"
        found = [item["geometry"] for item in answer.json()["features"] if item["geometry"]]
        assert all(numbers(geometry).min() > 400_000 for geometry in found)
        seen += len(found)
    assert seen > 5


@pytest.mark.parametrize("uri", URIS)
def test_a_page_without_features_is_an_empty_page(bundled, uri):
    assert features(bundled, "parks", ids="zy-none", crs=uri) == []


@pytest.mark.parametrize("uri", URIS)
def test_links_keep_the_crs_of_answer_and_box(bundled, uri):
    parameters = {
        "crs": uri,
        "bbox-crs": uri,
        "bbox": box_text(uri, 113.4, 34.6, 113.7, 34.9),
        "limit": "4",
    }
    expected = ids(features(bundled, "roads", bbox="113.4,34.6,113.7,34.9"))
    answer = bundled.get("/collections/roads/items", params=parameters)
    found = []
    while True:
        assert answer.headers["content-crs"] == f"<{uri}>"
        document = answer.json()
        found += ids(document["features"])
        links = {item["rel"]: item["href"] for item in document["links"]}
        assert quote(uri, safe=":/") in links["self"]
        if "next" not in links:
            break
        assert links["next"].count("crs=") == 2
        answer = bundled.get(links["next"])
    assert found == expected
    assert len(found) > 8


def test_browsers_of_other_sites_may_read_the_header(bundled):
    """/req/crs/ogc-crs-header would be of no use to a page elsewhere otherwise."""
    answer = bundled.get("/collections/parks/items", headers={"Origin": "https://example.org"})
    assert "Content-Crs" in answer.headers["access-control-expose-headers"]


def test_another_crs_has_another_tag(bundled):
    tags = {page(bundled, "parks", crs=uri).headers["etag"] for uri in URIS}
    assert len(tags) == len(URIS)


@pytest.mark.parametrize("code", OFFERED)
def test_a_file_has_a_crs_by_any_of_its_names_and_says_so(bundled, code, tmp_path):
    pyogrio = pytest.importorskip("pyogrio")
    content = []
    for name in (f"{EPSG}/{code}", f"EPSG:{code}", str(code)):
        answer = bundled.get("/collections/parks/items", params={"f": "gpkg", "crs": name})
        assert answer.status_code == 200
        uri = CRS84_URI if code == 4326 else f"{EPSG}/{code}"
        assert answer.headers["content-crs"] == f"<{uri}>"
        path = tmp_path / f"{len(content)}.gpkg"
        path.write_bytes(answer.content)
        content.append(pyogrio.read_info(path, layer="parks")["crs"])
    assert content == [f"EPSG:{code}"] * 3


def test_a_client_gets_back_what_the_store_holds(bundled):
    """A round trip by GDAL's own GeoJSON reader and projection."""
    geopandas = pytest.importorskip("geopandas")
    uri = f"{EPSG}/4547"
    plain = geopandas.read_file(page(bundled, "parks", located="true").text).set_index("id")
    turned = geopandas.read_file(page(bundled, "parks", located="true", crs=uri).text)
    flipped = shapely.transform(turned.geometry.array, lambda points: points[:, ::-1])
    frame = geopandas.GeoDataFrame({"id": turned["id"]}, geometry=flipped, crs=4547)
    back = frame.to_crs(4326).set_index("id")
    metres = plain.to_crs(4547).distance(back.to_crs(4547))
    assert len(metres) > 1
    assert metres.max() < 0.001


# -------------------------------------------------------------------------------- bbox-crs


@pytest.mark.parametrize("collection", SPATIAL)
@pytest.mark.parametrize("uri", URIS)
def test_a_box_finds_what_it_finds_in_the_default_crs(bundled, collection, uri):
    """/conf/crs/bbox-crs-parameter: exact for what pyproj and shapely say of that very box."""
    shapes = located(bundled, collection)
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    nulls = {item["id"] for item in features(bundled, collection) if item["geometry"] is None}
    sizes = set()
    for low, high in ((-0.013, 1.017), (0.3, 0.7), (0.45, 0.5), (0.2, 0.9)):
        text = box_text(
            uri,
            west + (east - west) * low,
            south + (north - south) * low,
            west + (east - west) * high,
            south + (north - south) * high,
        )
        found = set(ids(features(bundled, collection, bbox=text, bbox_crs=uri)))
        assert found == in_box(shapes, uri, text) | nulls
        sizes.add(len(found))
    if len(shapes) > 5:
        assert len(sizes) > 1


def test_without_the_parameter_a_box_is_in_crs84(bundled):
    """/conf/crs/bbox-crs-parameter-default."""
    text = "113.5,34.72,113.6,34.8"
    plain = features(bundled, "roads", bbox=text)
    assert ids(plain) == ids(features(bundled, "roads", bbox=text, bbox_crs=CRS84_URI))
    assert 0 < len(plain) < len(features(bundled, "roads"))
    # The parameter of the answer is not that of the box.
    assert ids(plain) == ids(features(bundled, "roads", bbox=text, crs=f"{EPSG}/4547"))


@pytest.mark.parametrize("uri", URIS)
def test_heights_are_passed_over(bundled, uri):
    corners = (113.5, 34.72, 113.6, 34.8)
    flat = features(bundled, "roads", bbox=box_text(uri, *corners), bbox_crs=uri)
    high = features(bundled, "roads", bbox=box_text(uri, *corners, heights=True), bbox_crs=uri)
    assert ids(flat) == ids(high)
    assert 0 < len(flat) < len(features(bundled, "roads"))


@pytest.mark.parametrize("code", [4326, 4490])
def test_a_box_in_degrees_may_cross_the_antimeridian(bundled, code):
    """Lat, lon: the district lies west of 113.5 and east of 113.6 round the globe's other side."""
    text = "34,113.6,35,113.5"
    plain = features(bundled, "roads", bbox="113.6,34,113.5,35")
    assert ids(features(bundled, "roads", bbox=text, bbox_crs=f"{EPSG}/{code}")) == ids(plain)
    assert 0 < len(plain) < len(features(bundled, "roads"))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (4547, "3860000,450000,3840000,470000"),
        (4547, "3840000,470000,3860000,450000"),
        (3857, "12660000,4100000,12620000,4150000"),
        (4326, "113.5,34.7,113.6,34.8"),
        (4326, "35,113,34,114"),
        (4547, "3840000,450000,3860000"),
        (4547, "3840000,450000,nan,470000"),
        (4547, "3840000,450000,1e999,470000"),
    ],
)
def test_a_box_that_is_none_in_its_crs_is_a_400(bundled, code, text):
    answer = bundled.get(
        "/collections/roads/items", params={"bbox": text, "bbox-crs": f"{EPSG}/{code}"}
    )
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "bbox"


@pytest.mark.parametrize("code", [4547, 4526, 3857])
def test_no_box_is_too_large(bundled, code):
    text = "-1e12,-1e12,1e12,1e12"
    found = features(bundled, "roads", bbox=text, bbox_crs=f"{EPSG}/{code}")
    assert ids(found) == ids(features(bundled, "roads"))


@pytest.mark.parametrize("code", [4547, 4526, 3857])
def test_a_box_elsewhere_finds_only_what_nobody_has_located(bundled, code):
    found = features(bundled, "roads", bbox="-2000,-2000,-1000,-1000", bbox_crs=f"{EPSG}/{code}")
    assert ids(found) == ids(features(bundled, "roads", located="false"))
    assert found


def test_a_box_asks_files_counts_sheets_and_tiles_as_well(bundled):
    uri = f"{EPSG}/4547"
    asked = {"bbox": box_text(uri, 113.5, 34.72, 113.6, 34.8), "bbox-crs": uri}
    count = bundled.get("/works", params=asked).json()["numberMatched"]
    assert bundled.get("/works/facets", params=asked).json()["numberMatched"] == count
    file = bundled.get("/export", params={**asked, "f": "geojson"})
    assert file.headers["x-zymap-features"] == str(count)
    assert bundled.get("/works").json()["numberMatched"] > count
    tile = "/collections/parks/tiles/WebMercatorQuad/10/406/834"
    whole, part = bundled.get(tile), bundled.get(tile, params=asked)
    assert {whole.status_code, part.status_code} <= {200, 204}
    assert whole.content != part.content


# ------------------------------------------------------------------ far from the zone (testland)


def test_a_district_far_from_the_zone_is_answered_as_pyproj_projects_it(client):
    """The made-up district lies at 10°E, over the pole from 114°E."""
    uri = f"{EPSG}/4547"
    plain = features(client, "works", located="true")
    for before, after in zip(
        plain, features(client, "works", located="true", crs=uri), strict=True
    ):
        expected = np.column_stack(way(uri).transform(*numbers(before["geometry"]).T))
        np.testing.assert_allclose(numbers(after["geometry"]), expected, rtol=0, atol=0.0005001)


@pytest.mark.parametrize("code", [4547, 4526, 3857, 4326])
def test_a_box_far_from_the_zone_is_exact(client, code):
    uri = f"{EPSG}/{code}"
    shapes = located(client, "works")
    nulls = {item["id"] for item in features(client, "works") if item["geometry"] is None}
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    middle = (west + east) / 2
    text = box_text(uri, west, south, middle, north)
    found = set(ids(features(client, "works", bbox=text, bbox_crs=uri)))
    assert found == in_box(shapes, uri, text) | nulls
    assert nulls < found < nulls | set(shapes)


def test_hostile_names_do_not_mislead_the_search_for_the_geometry(client):
    plain = features(client, "works")
    turned = features(client, "works", crs=f"{EPSG}/3857")
    assert [item["properties"] for item in turned] == [item["properties"] for item in plain]
