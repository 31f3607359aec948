"""A small made-up district for tests: two areas, points, lines, polygons, a table, hostile names.

It is written as a folder that `zymap load` takes. Nothing in it stands for a real place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zymap.catalog import read_catalog
from zymap.geojson import Feature, write_features

HOSTILE = (
    '<img src=x onerror="document.title=1">',
    "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "'; DROP TABLE works; --",
    '=HYPERLINK("http://example.invalid")',
    "](javascript:alert(1))\u202e",
)

_COMMON = (
    "name_zh", "name_en", "kind", "area_id", "area_source", "status", "deadline",
    "deadline_text", "description_zh", "description_en", "section", "fact_ids",
    "location_status", "coordinateUncertaintyInMeters", "georeferenceSources",
    "georeferenceProtocol",
)  # fmt: skip
_LAYERS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("boundary", "boundary", "边界", ("Polygon",), ()),
    ("areas", "areas", "片区", ("Polygon",), ("boundary_status",)),
    ("works", "works", "工程", ("Point", "LineString", "Polygon"), ("spaces", "open", "budget")),
    ("lanes", "works", "道路", ("LineString",), ("role",)),
    ("spots", "candidates", "候选", ("Point",), ()),
    ("goals", "targets", "目标", (), ("quantity", "counted_from", "overlaps_with")),
)
_TYPES = {
    "deadline": "date",
    "fact_ids": "list",
    "coordinateUncertaintyInMeters": "integer",
    "spaces": "integer",
    "open": "boolean",
    "budget": "number",
    "quantity": "number",
    "counted_from": "list",
    "overlaps_with": "list",
}
_ENUMS = {
    "kind": "kinds",
    "area_id": "areas",
    "area_source": "area_source",
    "status": "status",
    "location_status": "location_status",
    "boundary_status": "boundary_status",
    "role": "road_role",
}
_SHP = {
    "coordinateUncertaintyInMeters": "uncert_m",
    "georeferenceSources": "geo_src",
    "georeferenceProtocol": "geo_proto",
    "description_zh": "descr_zh",
    "description_en": "descr_en",
    "location_status": "loc_status",
    "boundary_status": "bnd_status",
    "deadline_text": "due_text",
    "counted_from": "count_from",
    "overlaps_with": "overlaps",
    "area_source": "area_src",
}
_REQUIRED = ("name_zh", "kind", "area_id", "area_source", "location_status", "boundary_status")


def write_testland(folder: Path) -> Path:
    """Write the district into a folder that does not exist yet; return the folder."""
    folder.mkdir(parents=True)
    (folder / "catalog.toml").write_text(catalog_text(), encoding="utf-8")
    catalog = read_catalog(folder)
    for layer in catalog.layers:
        names = [item.name for item in layer.fields]
        write_features(folder / layer.file, layer.id, FEATURES[layer.id], names)
    return folder


def catalog_text() -> str:
    """Return the catalogue of the district."""
    used = dict.fromkeys([*_COMMON, *(name for *_, extra in _LAYERS for name in extra)])
    fields = "\n".join(_field(name) for name in used)
    layers = "\n".join(_layer(*row) for row in _LAYERS)
    return f"{_HEAD}\n{fields}\n{layers}"


_HEAD = """\
format = 1
[dataset]
id = "testland"
title_zh = "测试区项目一张图"
title_en = "Testland on one map"
place_zh = "测试区"
place_en = "Testland"
description_zh = "只用于测试。"
description_en = "For tests only."
report_zh = "测试报告"
report_en = "Test report"
licence = "CC0-1.0"
attribution_zh = "测试数据"
attribution_en = "Test data"
date = "2021"
year = 2021
id_prefix = "zy-"
publisher = "Testland <b>office</b>"
licence_url = "https://creativecommons.org/publicdomain/zero/1.0/"
updated = 2021-03-01
[kinds]
project = { zh = "项目", en = "Project" }
road = { zh = "道路", en = "Road" }
parking = { zh = "停车场", en = "Car park" }
area = { zh = "片区", en = "Area" }
target = { zh = "目标", en = "Target" }
[areas]
east = { zh = "东片区", en = "East area", short_zh = "东", short_en = "East" }
west = { zh = "西片区", en = "West area", short_zh = "西", short_en = "West" }
other = { zh = "其他", en = "Elsewhere", short_zh = "其他", short_en = "Other" }
[oc4ids]
kinds = ["project", "parking"]
prefix = "oc4ids-test00"
type_field = "area_source"
types = { stated = "construction" }
[fields]"""


def _field(name: str) -> str:
    parts = [
        f'title_zh = "{name}的标题"',
        f'title_en = "title of {name}"',
        f'type = "{_TYPES.get(name, "string")}"',
        f'shp = "{_SHP.get(name, name)}"',
    ]
    if name in _ENUMS:
        parts.append(f'enum = "{_ENUMS[name]}"')
    if name in _REQUIRED:
        parts.append("required = true")
    if name.startswith(("description", "georeference")):
        parts.append("hidden = true")
    return f"{name} = {{ {', '.join(parts)} }}"


def _layer(
    layer_id: str, role: str, title: str, geometry: tuple[str, ...], extra: tuple[str, ...]
) -> str:
    fields = [name for name in _COMMON if geometry or name not in _PLACED]
    lines = [
        "[[layers]]",
        f'id = "{layer_id}"',
        f'file = "{layer_id}.geojson"',
        f'role = "{role}"',
        f"geometry = {list(geometry)}",
        f'title_zh = "{title}"',
        f'title_en = "{layer_id}"',
        'description_zh = "测试"',
        'description_en = "test"',
        'source = "made up"',
        'licence = "CC0-1.0"',
        'date = "2021"',
        'lineage = "made up"',
        f"fields = {[*fields, *extra]}",
    ]
    if role in ("works", "targets"):
        lines.append('temporal = "deadline"')
    if layer_id == "lanes":
        lines.append('works = { role = ["planned"] }')
    return "\n".join(lines)


_PLACED = (
    "location_status",
    "coordinateUncertaintyInMeters",
    "georeferenceSources",
    "georeferenceProtocol",
    "status",
)


def _feature(feature_id: str, geometry: Any, name: str, **values: Any) -> Feature:
    located = geometry is not None
    properties: dict[str, Any] = {
        "name_zh": name,
        "name_en": values.pop("name_en", f"{feature_id} in English"),
        "kind": "project",
        "area_id": "other",
        "area_source": "stated",
        "fact_ids": [],
        "location_status": "located" if located else "unlocated",
        "coordinateUncertaintyInMeters": 50 if located else None,
        "georeferenceSources": "made up" if located else None,
        "georeferenceProtocol": "made up" if located else None,
    }
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": geometry,
        "properties": {**properties, **values},
    }


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def _line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def _rectangle(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


FEATURES: dict[str, list[Feature]] = {
    "boundary": [_feature("zy-boundary", _rectangle(10.0, 50.0, 10.4, 50.2), "测试区", kind="area")],
    "areas": [
        _feature("zy-area-east", _rectangle(10.2, 50.0, 10.4, 50.2), "东片区", kind="area",
                 area_id="east", boundary_status="documented"),
        _feature("zy-area-west", _rectangle(10.0, 50.0, 10.2, 50.2), "西片区", kind="area",
                 area_id="west", boundary_status="inferred", location_status="approximate"),
    ],
    "works": [
        _feature("zy-bridge", _line((10.05, 50.1), (10.25, 50.1)), "跨河大桥", name_en="Bridge",
                 area_id="west", status="implementation", deadline="2021-06-30",
                 deadline_text="6月底", spaces=0, open=False, budget=1.5, fact_ids=["F1", "F2"]),
        _feature("zy-campus", _rectangle(10.3, 50.05, 10.32, 50.07), "产业园", name_en="Campus",
                 area_id="east", status="preparation", spaces=120, open=True, fact_ids=["F2"]),
        _feature("zy-hall", _point(10.31, 50.06), "服务大厅", name_en="Hall", area_id="east",
                 status="maintenance", deadline="2021-12-31", deadline_text="年底"),
        _feature("zy-library", None, "城市书房ＡＢＣ", name_en="Library", area_id="east",
                 status="implementation", deadline_text="尽快"),
        _feature("zy-long", _point(10.11, 50.11), "很长的名称" * 30, area_id="west"),
        _feature("zy-school", None, "新建学校", name_en="School", area_id="west",
                 status="identification", deadline="2021-07-01", deadline_text="7月1日"),
        *(
            _feature(f"zy-x-hostile-{number}", _point(10.12 + number / 100, 50.15), name,
                     name_en=name, description_zh=name, description_en=name, section=name,
                     deadline_text=name, status="implementation")
            for number, name in enumerate(HOSTILE)
        ),
    ],
    "lanes": [
        _feature("zy-lane-new", None, "新路三条", kind="road", area_id="east", role="planned",
                 status="implementation"),
        _feature("zy-lane-old", _line((10.0, 50.12), (10.4, 50.12)), "老路", kind="road",
                 area_source="inferred", role="existing"),
    ],
    "spots": [
        _feature("zy-spot-1", _point(10.33, 50.08), "候选点01(算法建议)", kind="parking",
                 area_id="east", area_source="inferred", location_status="candidate"),
    ],
    "goals": [
        _feature("zy-goal-1", None, "停车场35处", kind="target", quantity=35,
                 counted_from=["spots"], overlaps_with=[], deadline="2021-12-31",
                 deadline_text="年底"),
        _feature("zy-goal-2", None, "工程", kind="target", quantity=3, overlaps_with=["zy-goal-3"],
                 counted_from=["works?status=implementation,maintenance"]),
        _feature("zy-goal-3", None, "道路", kind="target", quantity=3, counted_from=[],
                 overlaps_with=["zy-goal-2"]),
    ],
}  # fmt: skip
