from functools import cache

import hypothesis.strategies as st
import numpy as np
import orjson
import pyproj
import pytest
from hypothesis import given

from zymap.crs import BY_URI, CRS84, OFFERED
from zymap.errors import InvalidRequest
from zymap.geojson import feature_text
from zymap.positions import in_crs

NUMBER = st.floats(-0.4, 0.4, allow_nan=False)
POSITION = st.tuples(NUMBER, NUMBER).map(lambda pair: [113.6 + pair[0], 34.8 + pair[1]])
LINE = st.lists(POSITION, min_size=2, max_size=5)
RINGS = st.lists(LINE, min_size=1, max_size=3)
GEOMETRY = st.one_of(
    st.none(),
    st.builds(lambda c: {"type": "Point", "coordinates": c}, POSITION),
    st.builds(lambda c: {"type": "LineString", "coordinates": c}, LINE),
    st.builds(lambda c: {"type": "Polygon", "coordinates": c}, RINGS),
    st.builds(
        lambda c: {"type": "MultiPolygon", "coordinates": c},
        st.lists(RINGS, min_size=1, max_size=2),
    ),
)
# Ids and values that look like the members between which the geometry is cut out.
HOSTILE = st.sampled_from(
    ['","geometry":{', ',"properties":', "[1,2],[3,4]", '\\","geometry":', "中\n原"]
)
FEATURE = st.builds(
    lambda key, geometry, value: feature_text(
        {
            "type": "Feature",
            "id": key,
            "geometry": geometry,
            "properties": {"name": value, "list": [[1.5, 2.5], value]},
        },
        "works",
        ("name", "list"),
    ),
    HOSTILE,
    GEOMETRY,
    HOSTILE,
)


@cache
def authority_way(name):
    return pyproj.Transformer.from_crs("OGC:CRS84", name, always_xy=False)


def flat(coordinates):
    """Return the numbers of a coordinates array, shape (n, 2), and how they are nested."""
    if isinstance(coordinates[0], float):
        return [coordinates], len(coordinates)
    parts = [flat(item) for item in coordinates]
    return [position for found, _ in parts for position in found], [nested for _, nested in parts]


@pytest.mark.parametrize("crs", BY_URI.values(), ids=lambda crs: crs.uri)
@given(features=st.lists(FEATURE, max_size=5))
def test_only_the_positions_change_and_as_pyproj_turns_them(crs, features):
    way = authority_way("OGC:CRS84" if crs == CRS84 else f"EPSG:{crs.code}")
    for before, after in zip(features, in_crs(features, crs), strict=True):
        old, new = orjson.loads(before), orjson.loads(after)
        if old["geometry"] is not None:
            source, nested = flat(old["geometry"].pop("coordinates"))
            found, also_nested = flat(new["geometry"].pop("coordinates"))
            expected = np.column_stack(way.transform(*np.array(source).T))
            assert np.abs(found - expected).max() <= (0.0005001 if crs.projected else 0)
            assert nested == also_nested
        assert new == old


def test_in_crs84_the_texts_stay_the_bytes_that_they_are():
    texts = [b'{"type":"Feature","id":"a","collection":"c","geometry":null,"properties":{}}']
    assert in_crs(texts, CRS84)[0] is texts[0]


def test_a_height_stays_where_it_is():
    text = (
        b'{"type":"Feature","id":"a","collection":"c",'
        b'"geometry":{"type":"Point","coordinates":[113.5,34.7,112.25]},"properties":{}}'
    )
    [turned] = in_crs([text], OFFERED[4526])
    assert orjson.loads(turned)["geometry"]["coordinates"][2] == 112.25
    assert b"[34.7,113.5,112.25]" in in_crs([text], OFFERED[4490])[0]


def test_where_a_crs_has_no_coordinates_none_are_made_up():
    text = (
        b'{"type":"Feature","id":"a","collection":"c",'
        b'"geometry":{"type":"Point","coordinates":[24.0,0.0]},"properties":{}}'
    )
    with pytest.raises(InvalidRequest, match="4547 has no coordinates for lon 24"):
        in_crs([text], OFFERED[4547])


def test_further_members_of_a_geometry_do_not_stay_behind():
    geometry = {"type": "Point", "coordinates": [113.5, 34.7], "bbox": [113.5, 34.7, 113.5, 34.7]}
    feature = {"type": "Feature", "id": "a", "geometry": geometry, "properties": {}}
    [turned] = in_crs([feature_text(feature, "works", ())], OFFERED[4490])
    assert orjson.loads(turned)["geometry"] == {"type": "Point", "coordinates": [34.7, 113.5]}
