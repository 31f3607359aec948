import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from zymap.bbox import BBox
from zymap.crs import BY_URI, CRS84, OFFERED, transformer
from zymap.errors import InvalidRequest
from zymap.planebox import Outline, PlaneBox, offered_for, outline, parse_box

DISTRICT = BBox(113.4, 34.6, 113.7, 34.9)
PROJECTED = [code for code, crs in OFFERED.items() if crs.projected]
WHOLE = st.floats(0, 1)


def points_of(extent, number=300):
    numbers = np.random.default_rng(4547).uniform(size=(number, 2))
    low, high = np.array(extent.as_list()[:2]), np.array(extent.as_list()[2:])
    return low + numbers * (high - low)


def box_of(code, extent, west, south, east, north):
    """Return a box by shares of the extent's bounds in a CRS."""
    x, y = transformer(code).transform(*points_of(extent, 50).T)
    (left, bottom), (width, height) = (x.min(), y.min()), (np.ptp(x), np.ptp(y))
    return PlaneBox(
        code,
        left + west * width,
        bottom + south * height,
        left + east * width,
        bottom + north * height,
    )


def held(shape, points):
    polygon = shapely.from_wkb(shape.wkb)
    shapely.prepare(polygon)
    return shapely.intersects(polygon, shapely.points(points))


@pytest.mark.parametrize("code", PROJECTED)
@pytest.mark.parametrize(
    "extent",
    [DISTRICT, BBox(9.9, 49.9, 10.2, 50.2), BBox(100, 20, 130, 50), BBox(177, -19, 180, -15)],
)
@given(edges=st.tuples(WHOLE, WHOLE, WHOLE, WHOLE))
@settings(max_examples=10)
def test_a_point_is_in_the_outline_exactly_if_it_is_in_the_box(code, extent, edges):
    """Points nearer to an edge than its corners bend it are left out: 1 mm, 15 m at a continent."""
    west, east = sorted(edges[::2])
    south, north = sorted(edges[1::2])
    box = box_of(code, extent, west, south, east, north)
    shape, points = outline(box, extent), points_of(extent)
    x, y = transformer(code).transform(*points.T)
    sides = (x - box.low_x_m, box.high_x_m - x, y - box.low_y_m, box.high_y_m - y)
    depth = np.min(sides, axis=0)
    clear = np.abs(depth) > (0.001 if extent.east - extent.west < 1 else 15)
    assert (held(shape, points) == (depth > 0))[clear].all()


@pytest.mark.parametrize("code", PROJECTED)
def test_what_lies_in_the_inner_box_lies_in_the_outline(code):
    shape = outline(box_of(code, DISTRICT, 0.2, 0.3, 0.8, 0.6), DISTRICT)
    assert shape.inner is not None
    inner, whole = shapely.box(*shape.inner.as_list()), shapely.from_wkb(shape.wkb)
    assert whole.covers(inner)
    assert inner.area > 0.97 * whole.area


@pytest.mark.parametrize("code", PROJECTED)
def test_a_box_larger_than_the_world_holds_all_and_one_elsewhere_nothing(code):
    huge = outline(PlaneBox(code, -1e15, -1e15, 1e15, 1e15), DISTRICT)
    assert held(huge, points_of(DISTRICT)).all()
    for nothing in (
        outline(PlaneBox(code, -3000, -3000, -2000, -2000), DISTRICT),
        outline(PlaneBox(code, -1e15, -1e15, 1e15, 1e15), None),
    ):
        assert isinstance(nothing, Outline)
        assert not held(nothing, [*points_of(DISTRICT), (180, 90)]).any()


@pytest.mark.parametrize("code", PROJECTED)
def test_a_box_without_area_is_a_line_or_a_point(code):
    x, y = transformer(code).transform(113.5, 34.7)
    for box, kind in (
        (PlaneBox(code, x, y, x, y), "Point"),
        (PlaneBox(code, x, y - 1e3, x, y + 1e3), "LineString"),
        (PlaneBox(code, x - 1e3, y, x + 1e3, y), "LineString"),
    ):
        shape = shapely.from_wkb(outline(box, DISTRICT).wkb)
        assert shape.geom_type == kind
        assert shape.distance(shapely.Point(113.5, 34.7)) < 1e-8


def test_a_web_map_may_show_the_whole_world_and_more():
    world = BBox(-180, -84, 180, 84)
    shape = outline(PlaneBox(3857, -9e7, -9e7, 9e7, 9e7), world)
    assert held(shape, [*points_of(world), (-180, -84), (180, 84)]).all()


def test_a_projected_crs_is_on_offer_where_it_is_a_map():
    def codes(extent):
        return {crs.code for crs in offered_for(extent) if crs.projected}

    everything = {4547, 4526, 3857}
    assert codes(None) == codes(DISTRICT) == codes(BBox(9.9, 49.9, 10.2, 50.2)) == everything
    # 24°E on the equator is a pole of the projection; 85° is the edge of Web Mercator.
    assert codes(BBox(10, -10, 30, 10)) == {3857}
    assert codes(BBox(-180, -84, 180, 84)) == {3857}
    assert codes(BBox(-180, -90, 180, 90)) == set()
    degrees = [crs for crs in BY_URI.values() if not crs.projected]
    assert list(offered_for(BBox(-180, -90, 180, 90))) == degrees


def test_a_box_where_the_crs_is_no_map_is_refused():
    with pytest.raises(InvalidRequest, match="does not reach"):
        outline(PlaneBox(4547, 0, 0, 1, 1), BBox(10, -10, 30, 10))


@pytest.mark.parametrize(
    ("code", "text", "box"),
    [
        (4547, "1,2,3,4", PlaneBox(4547, 2, 1, 4, 3)),
        (4526, "1,2,-9,3,4,9", PlaneBox(4526, 2, 1, 4, 3)),
        (3857, "1,2,3,4", PlaneBox(3857, 1, 2, 3, 4)),
        (4326, "1,2,3,4", BBox(2, 1, 4, 3)),
        (4490, "1,170,3,-170", BBox(170, 1, -170, 3)),
    ],
)
def test_a_box_has_the_axes_of_the_authority(code, text, box):
    assert parse_box(text, OFFERED[code]) == box


def test_in_crs84_longitude_comes_first():
    assert parse_box("1,2,3,4", CRS84) == BBox(1, 2, 3, 4)


@pytest.mark.parametrize("text", ["3,2,1,4", "1,4,3,2", "1,2,3", "1,2,3,nan", "1,2,3,4,5", ""])
@pytest.mark.parametrize("code", [4547, 3857])
def test_what_is_no_box_in_metres_is_refused(code, text):
    with pytest.raises(InvalidRequest, match="bbox"):
        parse_box(text, OFFERED[code])
