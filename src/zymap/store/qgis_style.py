"""QGIS's default styles for the layers of a GeoPackage, made from the symbology.

QGIS (3.22 and newer) reads them from the table ``layer_styles`` when it opens the file: one style
a table. QGIS shows a table that mixes geometry types as one layer a type, so such a style has
rules for each type and does not say which type it is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from zymap import symbology
from zymap.catalog import Catalog, Layer
from zymap.symbology import Marker, Path

MM_PER_PX = 25.4 / 96
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_TYPES = {"Point": ("Point", "0"), "LineString": ("Line", "1"), "Polygon": ("Polygon", "2")}
# The page's symbols hold a glyph of the kind; QGIS's do not and can be smaller.
_SIZE_WITHOUT_GLYPH = 0.7
_CLEAR = "0,0,0,0"


@dataclass(frozen=True, slots=True)
class QgisStyle:
    """A row of ``layer_styles``."""

    layer: str
    name: str
    qml: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """A symbol for the features that `filter` (a QGIS expression) matches; "" for all."""

    label: str
    filter: str
    geometry: str
    layers: tuple[tuple[str, Mapping[str, str]], ...]


def qgis_styles(catalog: Catalog) -> list[QgisStyle]:
    """Return the default styles of all layers that have shapes."""
    return [
        QgisStyle(layer.id, layer.title_zh, _qml(layer, _all_rules(catalog, layer)))
        for layer in catalog.layers
        if layer.geometry
    ]


def _all_rules(catalog: Catalog, layer: Layer) -> list[_Rule]:
    rules = [rule for geometry in layer.geometry for rule in _rules(catalog, layer, geometry)]
    if len(layer.geometry) == 1:
        return rules
    return [replace(rule, filter=_of_type(rule)) for rule in rules]


def _of_type(rule: _Rule) -> str:
    is_type = f"geometry_type($geometry) = '{_TYPES[rule.geometry][0]}'"
    return f"{is_type} AND ({rule.filter})" if rule.filter else is_type


def _rules(catalog: Catalog, layer: Layer, geometry: str) -> list[_Rule]:
    title = layer.title_zh
    if layer.role == "boundary":
        return [_Rule(title, "", geometry, _path(symbology.BOUNDARY, geometry))]
    if layer.role == "areas":
        schematic = "\"boundary_status\" = 'inferred'"
        return [
            _Rule("示意边界", schematic, geometry, _path(symbology.AREA_SCHEMATIC, geometry)),
            _Rule("有据边界", f"NOT ({schematic})", geometry, _path(symbology.AREA, geometry)),
        ]
    if layer.role == "candidates":
        return [_Rule(title, "", geometry, _marker(symbology.CANDIDATE))]
    if layer.role != "works":
        return [_Rule(title, "", geometry, _context(geometry))]
    chosen = _works_filter(layer)
    works = [_Rule(title, chosen, geometry, _work(geometry))]
    if geometry == "Point":
        works = [_by_status(catalog, code, marker) for code, marker in symbology.STATUS.items()]
        works.append(_Rule("无阶段", '"status" IS NULL', geometry, _marker(symbology.NO_STATUS)))
    if not layer.works:
        return works
    return [*works, _Rule("现状", f"NOT ({chosen})", geometry, _context(geometry))]


def _by_status(catalog: Catalog, code: str, marker: Marker) -> _Rule:
    label = catalog.code_list("status")[code].zh
    return _Rule(label, f"\"status\" = '{code}'", "Point", _marker(marker))


def _works_filter(layer: Layer) -> str:
    terms = [
        f'"{name}" IN ({", ".join(_literal(value) for value in values)})'
        for name, values in layer.works
    ]
    return " AND ".join(terms)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _work(geometry: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    style = symbology.WORK_LINE if geometry == "LineString" else symbology.WORK_POLYGON
    return _path(style, geometry)


def _context(geometry: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    look = symbology.DEFAULT_CONTEXT
    return _marker(look.marker) if geometry == "Point" else _path(look.path, geometry)


def _marker(marker: Marker) -> tuple[tuple[str, Mapping[str, str]], ...]:
    properties = {
        "name": "cross_fill" if marker.shape == "cross" else marker.shape,
        "color": _colour(marker.fill) if marker.fill else _CLEAR,
        "outline_color": _colour(marker.stroke),
        "outline_width": f"{marker.width_px * MM_PER_PX:.2f}",
        "outline_style": "dash" if marker.dash else "solid",
        "size": f"{marker.size_px * _SIZE_WITHOUT_GLYPH * MM_PER_PX:.2f}",
    }
    return (("SimpleMarker", properties),)


def _path(style: Path, geometry: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    line = {
        "line_color": _colour(style.stroke),
        "line_width": f"{style.width_px * MM_PER_PX:.2f}",
        "line_style": "dash" if style.dash else "solid",
        "capstyle": "round",
    }
    if geometry == "LineString":
        return (("SimpleLine", line),)
    fill = {
        "color": _colour(style.fill, style.fill_opacity) if style.fill else _CLEAR,
        "style": "solid" if style.fill else "no",
        "outline_color": line["line_color"],
        "outline_width": line["line_width"],
        "outline_style": line["line_style"],
    }
    if not style.hatch:
        return (("SimpleFill", fill),)
    hatch = {
        "angle": "45",
        "distance": "2.5",
        "color": _colour(style.stroke, 0.5),
        "line_width": "0.26",
    }
    return (("SimpleFill", fill), ("LinePatternFill", hatch))


def _colour(text: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(text[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _qml(layer: Layer, rules: Sequence[_Rule]) -> str:
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0")
    group = ET.SubElement(renderer, "rules", key="{root}")
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        attributes = {"key": f"{{rule-{number}}}", "symbol": str(number), "label": rule.label}
        if rule.filter:
            attributes["filter"] = rule.filter
        ET.SubElement(group, "rule", attributes)
        _add_symbol(symbols, str(number), rule)
    aliases = ET.SubElement(root, "aliases")
    for item in layer.fields:
        ET.SubElement(aliases, "alias", field=item.name, name=item.title_zh)
    if len(layer.geometry) == 1:
        ET.SubElement(root, "layerGeometryType").text = _TYPES[layer.geometry[0]][1]
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _add_symbol(parent: ET.Element, name: str, rule: _Rule) -> None:
    kind = {"Point": "marker", "LineString": "line", "Polygon": "fill"}[rule.geometry]
    symbol = ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1")
    for class_name, properties in rule.layers:
        part = ET.SubElement(symbol, "layer", {"class": class_name, "enabled": "1", "pass": "0"})
        options = ET.SubElement(part, "Option", type="Map")
        for key, value in properties.items():
            ET.SubElement(options, "Option", name=key, type="QString", value=value)
