"""The geometry file against GDAL as reader."""

import datetime as dt
from contextlib import closing

import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zymap.errors import NotRepresentable
from zymap.export import shp
from zymap.export.dbf import DbfTable
from zymap.export.shp import Shape, ShpWriter
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
    ids = [str(number) for number in range(len(shapes))]
    middle = data.draw(st.integers(0, len(shapes)))
    writer = ShpWriter(stem, shape)
    with closing(DbfTable([ID], "UTF-8", stem.parent)) as table:
        for some in (slice(None, middle), slice(middle, None)):
            writer.add(shapes[some])
            table.add(ids[some], [ids[some]])
        writer.finish()
        table.write(stem.with_suffix(".dbf"), dt.date(2026, 11, 24), pytest.fail)
    bounds = pyogrio.read_info(stem.with_suffix(".shp"), force_total_bounds=True)["total_bounds"]
    assert not len(shapes) or bounds == pytest.approx(shapely.total_bounds(shapes), abs=0)
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


def test_a_file_beyond_2_gib_is_refused(shelf, feature, hand, tmp_path, monkeypatch):
    monkeypatch.setattr(shp, "_MOST_BYTES", 180)
    works = [feature(1), feature(2)]
    hand(shelf(works=works), "shp", "works", name="two.zip")
    monkeypatch.setattr(shp, "_MOST_BYTES", 155)
    with pytest.raises(NotRepresentable, match="2 GiB"):
        hand(shelf(works=works), "shp", "works")
    assert [path.name for path in tmp_path.iterdir()] == ["two.zip"]
