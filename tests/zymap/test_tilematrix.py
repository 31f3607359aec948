"""The tile matrix set, held against pyproj and the numbers of the standard."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.errors import NotFound
from zymap.tilematrix import LATITUDE_MAXIMUM, Tile, world_xy

# Half the width of the square in metres: OGC 17-083r4, annex D.1.
HALF_M = 20037508.3427892


def test_the_first_matrix_is_the_world_and_the_next_its_quarters():
    assert Tile(0, 0, 0).bbox().as_list() == pytest.approx(
        [-180, -LATITUDE_MAXIMUM, 180, LATITUDE_MAXIMUM]
    )
    assert Tile(1, 0, 1).bbox().as_list() == pytest.approx([0, 0, 180, LATITUDE_MAXIMUM])


def test_rows_count_from_the_north_and_columns_from_the_west():
    # The same tile as 10/834/406 of any web map, which writes x before y.
    box = Tile(10, 406, 834).bbox()
    assert box.west < 113.5 < box.east
    assert box.south < 34.7 < box.north


@pytest.mark.parametrize(
    "place", [(-1, 0, 0), (25, 0, 0), (0, 0, 1), (0, 1, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)]
)
def test_a_tile_beyond_the_matrix_is_not_found(place):
    with pytest.raises(NotFound):
        Tile(*place)


def test_a_buffer_widens_the_box_and_stops_at_the_edge_of_the_world():
    inner, wide = Tile(4, 6, 6).bbox(), Tile(4, 6, 6).bbox(0.5)
    assert wide.west == pytest.approx(inner.west - 11.25)
    assert wide.east == pytest.approx(inner.east + 11.25)
    assert wide.south < inner.south < inner.north < wide.north
    assert Tile(0, 0, 0).bbox(0.5) == Tile(0, 0, 0).bbox()


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_positions_are_those_of_web_mercator(lon, lat):
    to_metres = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True)
    x_m, y_m = to_metres.transform(lon, lat)
    ((x, y),) = world_xy(np.array([[lon, lat]]))
    assert (x - 0.5) * 2 * HALF_M == pytest.approx(x_m, abs=0.01)
    assert (0.5 - y) * 2 * HALF_M == pytest.approx(y_m, abs=0.01)


def test_the_poles_lie_on_the_edges():
    assert world_xy(np.array([[0.0, 90.0], [0.0, -90.0]]))[:, 1] == pytest.approx([0, 1])
