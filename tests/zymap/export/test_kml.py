"""KML, read by GDAL's LIBKML and as XML."""

import xml.etree.ElementTree as ET

import pyogrio
import shapely

from zymap.symbology import STATUS

K = "{http://www.opengis.net/kml/2.2}"


def folders(path):
    document = ET.parse(path).getroot().find(f"{K}Document")
    return {folder.findtext(f"{K}name"): folder for folder in document.findall(f"{K}Folder")}


def names(folder):
    return [mark.findtext(f"{K}name") for mark in folder.findall(f"{K}Placemark")]


def test_a_folder_a_layer_and_one_for_what_is_not_located(store, hand):
    path, manifest = hand(store, "kml", "works", "lanes", "goals")
    found = folders(path)
    assert list(found) == ["工程", "道路", "目标", "待落图"]
    assert set(names(found["待落图"])) == {"城市书房ＡＢＣ", "新建学校", "新路三条"}
    assert not list(found["待落图"].iter(f"{K}coordinates"))
    assert sum(len(names(folder)) for folder in found.values()) == manifest.features


def test_gdal_finds_names_and_coordinates_in_lon_lat_order(shelf, feature, hand):
    store = shelf(works=[feature(name_zh="<b>甲</b>&乙", status="implementation")])
    path, _ = hand(store, "kml", "works", name="a.kml")
    frame = pyogrio.read_dataframe(path, layer="工程")
    assert frame["Name"].tolist() == ["<b>甲</b>&乙"]
    assert frame.geometry[0].equals(shapely.Point(113.6, 34.74))
    assert frame["status"].tolist() == ["在建"]


def test_polygons_keep_their_holes_and_multi_shapes_their_parts(shelf, feature, hand):
    ring = [[113, 34], [114, 34], [114, 35], [113, 35], [113, 34]]
    hole = [[113.2, 34.2], [113.2, 34.4], [113.4, 34.4], [113.2, 34.2]]
    shape = {"type": "MultiPolygon", "coordinates": [[ring, hole]]}
    path, _ = hand(shelf(works=[feature(0, shape)]), "kml", "works", name="a.kml")
    frame = pyogrio.read_dataframe(path, layer="工程")
    assert frame.geometry[0].equals(shapely.geometry.shape(shape))


def test_characters_that_xml_lacks_are_replaced(shelf, feature, hand):
    path, _ = hand(shelf(works=[feature(name_zh="甲\x00\x0b乙")]), "kml", "works")
    assert names(folders(path)["工程"]) == ["甲\ufffd\ufffd乙"]


def test_nothing_found_is_still_a_document(shelf, hand):
    path, _ = hand(shelf(), "kml", "works")
    assert names(folders(path)["工程"]) == []


def test_a_feature_has_the_colour_of_its_status_and_fills_let_the_image_through(store, hand):
    path, _ = hand(store, "kml", "works", "areas", name="a.kml")
    document = ET.parse(path).getroot().find(f"{K}Document")
    styles = {f"#{style.get('id')}": style for style in document.findall(f"{K}Style")}
    marks = {mark.get("id"): mark for mark in document.iter(f"{K}Placemark")}
    bridge = styles[marks["zy-bridge"].findtext(f"{K}styleUrl")]
    # aabbggrr of the colour that symbology gives to works in implementation.
    red, green, blue = (STATUS["implementation"].fill[i : i + 2] for i in (1, 3, 5))
    assert bridge.findtext(f"{K}LineStyle/{K}color") == f"ff{blue}{green}{red}"
    assert int(bridge.findtext(f"{K}PolyStyle/{K}color")[:2], 16) < 128
    assert {mark.findtext(f"{K}styleUrl") for mark in marks.values()} - {None} == set(styles)
    assert "href" not in path.read_text("utf-8")
