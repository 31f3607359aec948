"""KML for 奥维 and Google Earth: a folder a layer, and one for what is not yet located.

Standard: OGC 12-007r2 (KML 2.3); coordinates are lon,lat in WGS 84 (clause 6.2).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

import shapely

from zymap.codelists import LOCATION_STATUS
from zymap.errors import ExportFailed
from zymap.export.cells import show_codes, show_titles
from zymap.export.job import Job, Part
from zymap.export.kml_style import add_styles, colour_of, style_id
from zymap.export.table import Table

FILE = "export.kml"
NAMESPACE = "http://www.opengis.net/kml/2.2"
_NAME_FIELD = "name_zh"
# What XML 1.0 has no way to write.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(job: Job) -> list[Part]:
    """Write one document; re-open it and compare ids and names."""
    root = ET.Element("kml", xmlns=NAMESPACE)
    document = ET.SubElement(root, "Document")
    _text(document, "name", job.catalog.dataset.title_zh)
    add_styles(document, _colours(job.tables))
    for table in job.tables:
        rows = table.located if table.layer.geometry else ~table.located
        _folder(job, document, table.layer.title_zh, [table.take(rows)])
    unlocated = [table.take(~table.located) for table in job.tables if table.layer.geometry]
    if any(len(table) for table in unlocated):
        _folder(job, document, LOCATION_STATUS["unlocated"].zh, unlocated)
    path = job.folder / FILE
    ET.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)
    _check(job)
    return [Part(FILE, table.layer.id, None, len(table)) for table in job.tables]


def _colours(tables: Iterable[Table]) -> set[str]:
    return {
        colour_of(table, row) for table in tables for row in range(len(table)) if table.located[row]
    }


def _folder(job: Job, parent: ET.Element, title: str, tables: Iterable[Table]) -> None:
    folder = ET.SubElement(parent, "Folder")
    _text(folder, "name", title)
    for table in tables:
        for row in range(len(table)):
            _placemark(job, folder, table, row)


def _placemark(job: Job, folder: ET.Element, table: Table, row: int) -> None:
    placemark = ET.SubElement(folder, "Placemark", id=_legal(table.ids[row]))
    _text(placemark, "name", _title(table, row))
    if table.located[row]:
        # The order of the elements is the schema's: styleUrl comes before the data.
        _text(placemark, "styleUrl", f"#{style_id(colour_of(table, row))}")
    extended = ET.SubElement(placemark, "ExtendedData")
    for field in table.fields:
        value = table.values(field.name)[row]
        if value is not None:
            data = ET.SubElement(extended, "Data", name=field.name)
            _text(data, "displayName", field.title_zh)
            _text(data, "value", str(show_codes(show_titles(job.catalog, field, value))))
    if table.located[row]:
        _shape(placemark, table.geometries[row])


def _title(table: Table, row: int) -> str:
    return table.columns.get(_NAME_FIELD, table.ids)[row] or table.ids[row]


def _shape(parent: ET.Element, shape: Any) -> None:
    if hasattr(shape, "geoms"):
        several = ET.SubElement(parent, "MultiGeometry")
        for part in shape.geoms:
            _shape(several, part)
        return
    element = ET.SubElement(parent, shape.geom_type)
    if shape.geom_type != "Polygon":
        _coordinates(element, shape)
        return
    for tag, ring in (
        ("outerBoundaryIs", shape.exterior),
        *(("innerBoundaryIs", hole) for hole in shape.interiors),
    ):
        _coordinates(ET.SubElement(ET.SubElement(element, tag), "LinearRing"), ring)


def _coordinates(element: ET.Element, shape: Any) -> None:
    pairs = shapely.get_coordinates(shape).tolist()
    ET.SubElement(element, "coordinates").text = " ".join(f"{lon!r},{lat!r}" for lon, lat in pairs)


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _legal(text)


def _legal(text: str) -> str:
    # XML readers make one line feed of every end of line.
    return re.sub("\r\n?", "\n", _ILLEGAL.sub("\ufffd", text))


def _check(job: Job) -> None:
    root = ET.parse(job.folder / FILE).getroot()  # noqa: S314 (our own file)
    found = [
        (placemark.get("id"), placemark.findtext(f"{{{NAMESPACE}}}name"))
        for placemark in root.iter(f"{{{NAMESPACE}}}Placemark")
    ]
    expected = [
        (_legal(table.ids[row]), _legal(_title(table, row)))
        for table in job.tables
        for row in range(len(table))
    ]
    if sorted(found, key=str) != sorted(expected, key=str):
        raise ExportFailed("the KML does not read back as it was written")
