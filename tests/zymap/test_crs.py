import numpy as np
import pytest
import shapely

from zymap.crs import CRS84, CRS84_URI, OFFERED, parse_crs, parse_crs_uri, project
from zymap.errors import UnknownName

# Zhengzhou's latitude, half a degree east of the zone's central meridian 114°E.
POINT = np.array([shapely.Point(113.613, 34.748), None, shapely.Point()])


@pytest.mark.parametrize("text", ["4547", "EPSG:4547", OFFERED[4547].uri])
def test_a_crs_is_named_by_code_or_uri(text):
    assert parse_crs(text).code == 4547


def test_crs84_is_the_crs_that_is_stored():
    assert parse_crs(CRS84_URI) is CRS84
    assert parse_crs("OGC:CRS84") is CRS84
    assert CRS84.code == 4326


@pytest.mark.parametrize("text", ["", "4527", "EPSG:", "epsg:4547", "file:///etc/passwd", "45470"])
def test_a_crs_that_is_not_on_offer_is_refused_with_the_ones_that_are(text):
    with pytest.raises(UnknownName, match="4547"):
        parse_crs(text)


@pytest.mark.parametrize("text", ["4547", "EPSG:4547", "OGC:CRS84", "urn:ogc:def:crs:EPSG::4547"])
def test_an_answer_goes_by_the_uri_of_its_crs_alone(text):
    with pytest.raises(UnknownName, match="bbox-crs"):
        parse_crs_uri("bbox-crs", text)
    assert parse_crs_uri("bbox-crs", OFFERED[4547].uri) is OFFERED[4547]


def test_the_zone_without_prefix_has_six_digit_eastings_and_the_one_with_prefix_eight():
    [plain, *_] = project(POINT, 4547)
    [prefixed, *_] = project(POINT, 4526)
    assert 464_000 < plain.x < 465_000
    assert prefixed.x == pytest.approx(plain.x + 38_000_000, abs=1e-6)
    assert plain.y == pytest.approx(prefixed.y, abs=1e-6)


def test_projecting_keeps_missing_and_empty_geometries():
    for code in OFFERED:
        _, missing, empty = project(POINT, code)
        assert missing is None
        assert empty.is_empty


def test_projecting_keeps_lon_before_lat_in_degrees():
    [point, *_] = project(POINT, 4490)
    assert (point.x, point.y) == pytest.approx((113.613, 34.748), abs=1e-6)
