"""The profile of docs/reference/export.md, held by readers that are not zymap's own."""

import json
import shutil
import struct
import subprocess
import zipfile

import fiona
import geopandas
import pyogrio
import pyproj
import pytest
import shapefile
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zymap import export
from zymap.catalog import Source
from zymap.errors import NotRepresentable
from zymap.export.shapefile_set import esri_wkt
from zymap.query import Condition, Query

# Characters that iconv's, Windows' and Python's tables of code page 936 could disagree on.
NAMES = [
    "华润燃气智慧信息科技中心",
    "“四个中心”—文化馆·北",
    "须水河综合治理(二期)㎡",
    "贾鲁河〇号院、㈱",
    "二砂文创园ＡＢＣabc",
]
SPELLING = {"UTF-8": "utf-8", "GBK": "gbk"}


def read_geopandas(path):
    return geopandas.read_file(path)["name_zh"].tolist()


def read_fiona(path):
    with fiona.open(path) as source:
        return [row["properties"]["name_zh"] for row in source]


def read_pyshp(path):
    # pyshp takes the encoding from the .cpg.
    with shapefile.Reader(path) as source:
        return [row["name_zh"] for row in source.records()]


def read_ogrinfo(path):
    tool = shutil.which("ogrinfo")
    if tool is None:
        pytest.skip("ogrinfo is not installed")
    done = subprocess.run([tool, "-al", path], capture_output=True, check=True, encoding="utf-8")
    assert "warning" not in (done.stdout + done.stderr).lower()
    marker = "name_zh (String) = "
    return [line.split(marker)[1] for line in done.stdout.splitlines() if marker in line]


@pytest.mark.parametrize("read", [read_geopandas, read_fiona, read_pyshp, read_ogrinfo])
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_every_reader_finds_the_names_of_the_source(encoding, read, shelf, feature, unpacked):
    store = shelf(works=[feature(i, name_zh=name) for i, name in enumerate(NAMES)])
    folder = unpacked(store, "shp", "works", encoding=encoding)
    assert read(folder / "works_point.shp") == NAMES


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_exported_is_what_is_read(encoding, data, shelf, feature, hand, tmp_path):
    alphabet = st.characters(codec=SPELLING[encoding])
    names = data.draw(st.lists(st.text(alphabet, max_size=400), min_size=1, max_size=8))
    store = shelf(works=[feature(i, name_zh=name) for i, name in enumerate(names)])
    target, _ = hand(store, "shp", "works", encoding=encoding)
    members = zipfile.ZipFile(target)
    members.extractall(tmp_path / "x")
    found = read_pyshp(tmp_path / "x" / "works_point.shp")
    # Blank and null are one in dBASE; whatever else differs stands whole in the sidecar.
    whole = {row["id"]: row["text"] for row in full_texts(members, tmp_path / "x") if row["id"]}
    for number, (name, read) in enumerate(zip(names, found, strict=True)):
        if name != (read or ""):
            assert whole[f"zy-{number:04d}"] == name


def full_texts(members, folder):
    from zymap.export.csv_file import read_rows

    if "full_text.csv" not in members.namelist():
        return []
    names = ("file", "id", "field", "text")
    return [dict(zip(names, row, strict=True)) for row in read_rows(folder / "full_text.csv")[1:]]


@pytest.mark.parametrize(("encoding", "driver"), [("UTF-8", 0x00), ("GBK", 0x4D)])
def test_the_encoding_is_told_by_language_driver_and_by_cpg(
    encoding, driver, shelf, feature, unpacked
):
    folder = unpacked(shelf(works=[feature()]), "shp", "works", encoding=encoding)
    assert (folder / "works_point.dbf").read_bytes()[29] == driver
    assert (folder / "works_point.cpg").read_text("ascii") == encoding


def test_utf_8_is_the_default(shelf, feature, unpacked):
    folder = unpacked(shelf(works=[feature()]), "shp", "works")
    assert (folder / "works_point.cpg").read_text("ascii") == "UTF-8"


@pytest.mark.parametrize(
    ("crs", "west", "east"),
    [(4547, 400_000, 500_000), (4526, 38_400_000, 38_500_000), (3857, 12.6e6, 12.7e6),
     (4326, 113, 114), (4490, 113, 114)],
)  # fmt: skip
def test_x_is_the_easting_with_the_zone_where_the_code_has_one(
    crs, west, east, shelf, feature, unpacked
):
    folder = unpacked(shelf(works=[feature()]), "shp", "works", crs=crs)
    frame = geopandas.read_file(folder / "works_point.shp")
    assert west < frame.geometry.x[0] < east
    assert frame.crs.to_epsg() == crs
    assert frame.to_crs(4326).geometry[0].distance(shapely.Point(113.6, 34.74)) < 1e-8


def test_the_prj_is_esri_wkt(shelf, feature, unpacked):
    folder = unpacked(shelf(works=[feature()]), "shp", "works", crs=4547)
    text = (folder / "works_point.prj").read_text("ascii")
    assert text == esri_wkt(4547)
    assert text.startswith('PROJCS["CGCS2000_3_Degree_GK_CM_114E"')
    assert 'DATUM["D_China_2000"' in text


def test_85_characters_are_cut_to_84_and_stand_whole_beside(shelf, feature, unpacked, csv_cells):
    text = "中" * 84 + "原"
    folder = unpacked(shelf(works=[feature(section=text)]), "shp", "works")
    with fiona.open(folder / "works_point.shp") as source:
        assert next(iter(source))["properties"]["section"] == "中" * 84
    assert csv_cells(folder / "full_text.csv") == [
        {"file": "works_point.shp", "id": "zy-0000", "field": "section", "text": text}
    ]


def test_gbk_holds_127_characters_and_mixed_text_is_cut_between_characters(
    shelf, feature, unpacked
):
    text = "a" + "中" * 127
    folder = unpacked(shelf(works=[feature(section=text)]), "shp", "works", encoding="GBK")
    with shapefile.Reader(folder / "works_point.shp") as source:
        assert source.record(0)["section"] == "a" + "中" * 126


def test_no_sidecar_of_full_texts_where_every_text_fits(shelf, feature, unpacked):
    folder = unpacked(shelf(works=[feature(section="中" * 84)]), "shp", "works")
    assert not (folder / "full_text.csv").exists()


def test_a_character_that_gbk_lacks_is_refused_by_name(shelf, feature, hand, tmp_path):
    store = shelf(works=[feature(1), feature(2, name_zh="𬒈泥路")])
    with pytest.raises(NotRepresentable) as caught:
        hand(store, "shp", "works", encoding="GBK")
    for word in ("𬒈", "U+2C488", "zy-0002", "name_zh", "UTF-8"):
        assert word in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_utf_8_keeps_the_character_that_gbk_lacks(shelf, feature, unpacked):
    folder = unpacked(shelf(works=[feature(name_zh="𬒈泥路")]), "shp", "works")
    assert read_pyshp(folder / "works_point.shp") == ["𬒈泥路"]


def test_whole_numbers_stay_whole_where_some_are_null(shelf, feature, unpacked):
    values = [0, None, 120, -7, 2**40]
    folder = unpacked(
        shelf(works=[feature(i, spaces=v) for i, v in enumerate(values)]), "shp", "works"
    )
    info = pyogrio.read_info(folder / "works_point.shp")
    assert info["dtypes"][list(info["fields"]).index("spaces")] == "int64"
    with fiona.open(folder / "works_point.shp") as source:
        assert [row["properties"]["spaces"] for row in source] == values
    with shapefile.Reader(folder / "works_point.shp") as source:
        assert [row["spaces"] for row in source.records()] == values


def test_small_whole_numbers_are_32_bit_for_readers(shelf, feature, unpacked):
    folder = unpacked(shelf(works=[feature(spaces=999_999_999)]), "shp", "works")
    info = pyogrio.read_info(folder / "works_point.shp")
    assert info["dtypes"][list(info["fields"]).index("spaces")] == "int32"


def test_dates_are_dbf_dates(shelf, feature, unpacked):
    store = shelf(works=[feature(0, deadline="2021-07-01"), feature(1, deadline=None)])
    folder = unpacked(store, "shp", "works")
    with fiona.open(folder / "works_point.shp") as source:
        assert source.schema["properties"]["deadline"] == "date"
        assert [row["properties"]["deadline"] for row in source] == ["2021-07-01", None]
    assert b"deadline\0\0\0D" in (folder / "works_point.dbf").read_bytes()


def test_booleans_are_logical_and_lists_are_joined(shelf, feature, unpacked):
    store = shelf(works=[feature(i, open=v, fact_ids=["F1", "F2"]) for i, v in enumerate(
        (True, False, None))])  # fmt: skip
    folder = unpacked(store, "shp", "works")
    with shapefile.Reader(folder / "works_point.shp") as source:
        assert [row["open"] for row in source.records()] == [True, False, None]
        assert source.record(0)["fact_ids"] == "F1; F2"
        assert {field[0]: field[1] for field in source.fields}["open"] == "L"


def test_numbers_keep_their_digits(shelf, feature, unpacked):
    values = [1.5, -0.000123, 1234567.25, None, 3]
    folder = unpacked(
        shelf(works=[feature(i, budget=v) for i, v in enumerate(values)]), "shp", "works"
    )
    with fiona.open(folder / "works_point.shp") as source:
        assert [row["properties"]["budget"] for row in source] == values
    info = pyogrio.read_info(folder / "works_point.shp")
    assert info["dtypes"][list(info["fields"]).index("budget")] == "float64"


def test_mixed_geometry_becomes_one_file_a_type(shelf, feature, unpacked):
    shapes = {
        "point": {"type": "Point", "coordinates": [113.6, 34.7]},
        "multipoint": {"type": "MultiPoint", "coordinates": [[113.6, 34.7], [113.7, 34.8]]},
        "line": {"type": "LineString", "coordinates": [[113.6, 34.7], [113.7, 34.8]]},
        "polygon": {
            "type": "Polygon",
            "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 34]]],
        },
    }
    store = shelf(works=[feature(i, s, name_zh=n) for i, (n, s) in enumerate(shapes.items())])
    folder = unpacked(store, "shp", "works")
    for name, shape in shapes.items():
        frame = geopandas.read_file(folder / f"works_{name}.shp")
        assert frame["name_zh"].tolist() == [name]
        assert frame.geometry[0].equals(shapely.geometry.shape(shape))


def test_single_and_multi_lines_and_polygons_share_a_file(shelf, feature, unpacked):
    square = [[[113, 34], [114, 34], [114, 35], [113, 35], [113, 34]]]
    hole = [[113.2, 34.2], [113.2, 34.4], [113.4, 34.4], [113.2, 34.2]]
    far = [[[120, 30], [121, 30], [121, 31], [120, 30]]]
    shapes = [
        {"type": "Polygon", "coordinates": [*square, hole]},
        {"type": "MultiPolygon", "coordinates": [square, far]},
    ]
    store = shelf(works=[feature(i, shape) for i, shape in enumerate(shapes)])
    frame = geopandas.read_file(unpacked(store, "shp", "works") / "works_polygon.shp")
    for found, shape in zip(frame.geometry, shapes, strict=True):
        assert found.equals(shapely.geometry.shape(shape))


def test_areas_in_4547_are_within_a_hundredth_of_a_percent(shelf, feature, unpacked):
    square = shapely.box(113.58, 34.73, 113.602, 34.75)
    store = shelf(works=[feature(0, json.loads(shapely.to_geojson(square)))])
    frame = geopandas.read_file(unpacked(store, "shp", "works", crs=4547) / "works_polygon.shp")
    geodesic = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(square)[0])
    assert frame.area[0] == pytest.approx(geodesic, rel=1e-4)


def test_the_unlocated_are_listed_and_counted(store, hand, tmp_path, csv_cells):
    target, manifest = hand(store, "shp", "works", "lanes")
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "x")
        inside = json.loads(archive.read("manifest.json"))
    rows = csv_cells(tmp_path / "x" / "unlocated.csv")
    assert {row["id"] for row in rows} == {"zy-library", "zy-school", "zy-lane-new"}
    assert rows[0]["name_zh"] == "城市书房ＡＢＣ"
    assert {"collection", "deadline", "role", "spaces"} <= set(rows[0])
    assert (manifest.unlocated, manifest.located) == (3, manifest.features - 3)
    assert inside["unlocated"] == 3
    assert "3" in (tmp_path / "x" / "README.txt").read_text("utf-8-sig")


def test_layers_without_shapes_come_along_as_tables(store, unpacked, csv_cells):
    folder = unpacked(store, "shp", "works", "goals")
    rows = csv_cells(folder / "goals.csv")
    assert [row["id"] for row in rows] == ["zy-goal-1", "zy-goal-2", "zy-goal-3"]
    assert rows[0]["quantity"] == "35"
    assert not list(folder.glob("goals_*.shp"))


def test_fields_csv_has_a_row_for_every_field_of_every_file(store, unpacked, csv_cells):
    folder = unpacked(store, "shp", "works", "goals")
    assert (folder / "fields.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = csv_cells(folder / "fields.csv")
    for path in folder.glob("*.shp"):
        listed = [row["shp"] for row in rows if row["file"] == path.name]
        assert listed == list(pyogrio.read_info(path)["fields"])
        assert all(len(name) <= 10 and name.isascii() for name in listed)
    status = next(row for row in rows if row["field"] == "status")
    assert status["title_zh"] == "status的标题"
    assert "implementation=在建" in status["codes"]


def test_names_in_the_zip_are_ascii_and_lower_case_or_readme(store, hand):
    target, _ = hand(store, "shp", "works", "lanes", "areas", "goals")
    for name in zipfile.ZipFile(target).namelist():
        assert name.isascii()
        assert name == name.lower() or name == "README.txt"


def test_the_texts_for_people_have_a_bom(store, unpacked):
    folder = unpacked(store, "shp", "works", encoding="UTF-8")
    for name in ("README.txt", "fields.csv", "unlocated.csv", "full_text.csv"):
        assert (folder / name).read_bytes().startswith(b"\xef\xbb\xbf"), name


def test_nothing_found_is_still_a_shapefile_that_opens(store, unpacked):
    query = Query((Source("works"),), conditions=(Condition("status", ("cancelled",)),))
    folder = unpacked(store, "shp", query=query)
    frame = geopandas.read_file(folder / "works_point.shp")
    assert len(frame) == 0
    assert "name_zh" in frame.columns
    with shapefile.Reader(folder / "works_point.shp") as source:
        assert len(source) == 0


def test_the_same_data_give_the_same_bytes(store, hand):
    first, _ = hand(store, "shp", "works", "goals", name="a.zip")
    second, _ = hand(store, "shp", "works", "goals", name="b.zip")
    assert first.read_bytes() == second.read_bytes()


def test_a_record_never_grows_beyond_4000_bytes(shelf, feature, unpacked, csv_cells):
    texts = [
        field.name
        for field in shelf().catalog().layer("works").fields
        if field.type == "string" and field.enum is None
    ]
    layer = shelf().catalog().layer("works")
    long = {name: name + "长" * 400 for name in texts}
    long |= {f.name: "码" * 300 for f in layer.fields if f.enum is not None}
    folder = unpacked(shelf(works=[feature(**long, id="i" * 254)]), "shp", "works")
    header = (folder / "works_point.dbf").read_bytes()[:32]
    assert struct.unpack("<H", header[10:12])[0] <= 4000
    whole = {row["field"]: row["text"] for row in csv_cells(folder / "full_text.csv")}
    assert {name: whole[name] for name in texts} == {name: long[name] for name in texts}


def test_hostile_names_are_plain_text(store, unpacked):
    names = read_fiona(unpacked(store, "shp", "works") / "works_point.shp")
    assert '<img src=x onerror="document.title=1">' in names
    assert '=HYPERLINK("http://example.invalid")' in names


def test_a_shape_that_a_shapefile_lacks_is_refused_with_its_id(shelf, feature, hand):
    shape = {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": [113.6, 34.7]}],
    }
    with pytest.raises(NotRepresentable, match="zy-0009"):
        hand(shelf(works=[feature(9, shape)]), "shp", "works")


def test_the_suffix_tells_that_it_is_a_zip():
    assert export.FORMATS["shp"].suffix_for(1) == ".shp.zip"
