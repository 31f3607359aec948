"""The geometry file against GDAL as reader."""

import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zymap.export.dbf import make_columns, write_dbf
from zymap.export.shp import Shape, write_shp
from zymap.export.table import ID

NUMBER = st.floats(-1e7, 1e7, allow_nan=False).map(lambda x: round(x, 3))
POINT = st.tuples(NUMBER, NUMBER)


def star(corners, centre):
    """Return a valid ring: corners in order of angle round a centre."""
    import math

    x, y = centre
    return [
        (x + r * math.cos(2 * math.pi * n / len(corners)),
         y + r * math.sin(2 * math.pi * n / len(corners)))
        for n, r in enumerate(corners)
    ]  # fmt: skip


RING = st.builds(star, st.lists(st.floats(1, 50), min_size=3, max_size=9), POINT)
POLYGON = RING.map(shapely.Polygon)
HOLED = st.builds(
    lambda x, y, size: shapely.box(x, y, x + size, y + size).difference(
        shapely.box(x + size / 4, y + size / 4, x + size / 2, y + size / 2)
    ),
    NUMBER,
    NUMBER,
    st.floats(10, 99),
)
APART = st.tuples(POLYGON, POLYGON).filter(lambda pair: pair[0].disjoint(pair[1]))
LINE = st.lists(POINT, min_size=2, max_size=6, unique=True).map(shapely.LineString)
SHAPES = {
    Shape.POINT: POINT.map(shapely.Point),
    Shape.MULTIPOINT: st.lists(POINT, min_size=1, max_size=5, unique=True).map(shapely.MultiPoint),
    Shape.LINE: LINE | st.lists(LINE, min_size=1, max_size=3).map(shapely.MultiLineString),
    Shape.POLYGON: POLYGON | HOLED | APART.map(shapely.MultiPolygon),
}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=60)
@given(data=st.data())
def test_gdal_reads_the_shapes_that_were_written(shape, data, tmp_path_factory):
    import numpy as np

    shapes = np.array(data.draw(st.lists(SHAPES[shape], max_size=6)), dtype=object)
    stem = tmp_path_factory.mktemp("shp") / "x"
    write_shp(stem, shape, shapes)
    ids = [str(number) for number in range(len(shapes))]
    import datetime as dt

    columns = make_columns([ID], [ids], ids, "UTF-8")
    write_dbf(stem.with_suffix(".dbf"), columns, "UTF-8", dt.date(2026, 11, 24))
    found = shapely.from_wkb(pyogrio.raw.read(stem.with_suffix(".shp"))[2])
    assert len(found) == len(shapes)
    for read, meant in zip(found, shapes, strict=True):
        assert read.normalize().equals_exact(one_part(meant).normalize(), 0)
    rings = shapely.get_exterior_ring(found[shapely.get_type_id(found) == 3])
    assert not shapely.is_ccw(rings).any() or shape is not Shape.POLYGON


def one_part(shape):
    """Return a Multi of one part as that part: a Shapefile does not tell them apart."""
    parts = getattr(shape, "geoms", ())
    return parts[0] if len(parts) == 1 and shape.geom_type != "MultiPoint" else shape


def test_a_file_beyond_2_gib_is_refused(tmp_path, monkeypatch):
    import numpy as np

    from zymap.errors import NotRepresentable
    from zymap.export import shp

    monkeypatch.setattr(shp, "_MOST_BYTES", 120)
    with pytest.raises(NotRepresentable, match="2 GiB"):
        write_shp(tmp_path / "x", Shape.POINT, np.array([shapely.Point(1, 2)]))
    assert not list(tmp_path.iterdir())
