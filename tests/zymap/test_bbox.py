import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.bbox import BBox, parse_bbox
from zymap.errors import InvalidRequest

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


@given(LON, LAT, LON, LAT)
def test_a_printed_box_is_parsed_to_the_same_box(west, south, east, north):
    south, north = sorted((south, north))
    box = BBox(west, south, east, north)
    assert parse_bbox(",".join(repr(value) for value in box.as_list())) == box


def test_heights_are_passed_over():
    assert parse_bbox("1,2,-100,3,4,100") == BBox(1, 2, 3, 4)


def test_a_box_across_the_antimeridian_is_two_boxes():
    assert BBox(170, -10, -170, 10).parts() == (BBox(170, -10, 180, 10), BBox(-180, -10, -170, 10))
    assert BBox(1, 2, 3, 4).parts() == (BBox(1, 2, 3, 4),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "1,2,3,4,5,6,7",
        "a,b,c,d",
        "1,2,3,",
        "NaN,0,1,1",
        "inf,0,1,1",
        "1e309,0,1,1",
        "0x1,0,1,1",
        "1_0,0,20,1",
        "١,٢,٣,٤",
        "0,50,10,40",
        "0,0,181,1",
        "0,-91,1,1",
        " 1,2,3,4",
    ],
)
def test_what_is_no_box_is_refused_by_the_name_of_the_parameter(text):
    with pytest.raises(InvalidRequest) as caught:
        parse_bbox(text)
    assert caught.value.parameter == "bbox"
