"""How features look in KML: one colour each, so that nothing covers the image beneath.

KML knows no shapes of symbols without pictures from elsewhere, so the viewer's own pin is tinted.

Standard: OGC 12-007r2 (KML 2.3), 13.1 (Style) and the type colorType (aabbggrr).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from zymap import symbology
from zymap.export.table import Table

_LINE_PX = 3
_FILL_OPACITY = 0.2


def colour_of(table: Table, row: int) -> str:
    """Return the colour (``#rrggbb``) of a feature, the one that it has on the map."""
    role = table.layer.role
    if role == "works":
        return _visible(symbology.marker_of(_value(table, "status", row)))
    if role == "candidates":
        return symbology.CANDIDATE.stroke
    if role in ("areas", "boundary"):
        return (symbology.AREA if role == "areas" else symbology.BOUNDARY).stroke
    return _visible(symbology.context_of(_value(table, "kind", row)).marker)


def style_id(colour: str) -> str:
    """Return the id of the style of a colour."""
    return f"c{colour.removeprefix('#')}"


def add_styles(document: ET.Element, colours: Iterable[str]) -> None:
    """Add a style for each colour to the document."""
    for colour in sorted(set(colours)):
        style = ET.SubElement(document, "Style", id=style_id(colour))
        ET.SubElement(ET.SubElement(style, "IconStyle"), "color").text = _kml_colour(colour, 1)
        line = ET.SubElement(style, "LineStyle")
        ET.SubElement(line, "color").text = _kml_colour(colour, 1)
        ET.SubElement(line, "width").text = str(_LINE_PX)
        polygon = ET.SubElement(style, "PolyStyle")
        ET.SubElement(polygon, "color").text = _kml_colour(colour, _FILL_OPACITY)


def _visible(marker: symbology.Marker) -> str:
    return marker.stroke if marker.fill == symbology.WHITE else marker.fill


def _value(table: Table, name: str, row: int) -> str | None:
    return table.columns[name][row] if name in table.columns else None


def _kml_colour(colour: str, opacity: float) -> str:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(255 * opacity):02x}{blue}{green}{red}"
