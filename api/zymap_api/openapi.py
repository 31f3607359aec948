"""The API definition, made from the catalogue: it lists what this dataset can be asked.

Standard: OpenAPI 3.0.3; OGC 17-069r4, clause 9 (requirements class oas30).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from zymap import __version__
from zymap.catalog import Catalog, Field, Layer, Source
from zymap.cql import LANGUAGES
from zymap.crs import BY_URI, CRS84_URI
from zymap.export import FORMATS
from zymap.lateness import DUE_CLASSES
from zymap.tilematrix import TILE_MATRIX_SETS
from zymap.tiles import MEDIA_TYPE as MVT
from zymap_api import schemas
from zymap_api.links import root_of
from zymap_api.media import GEOJSON, HTML, JSON, OGC_CATALOG, OPENAPI, PDF, PNG, SCHEMA
from zymap_api.params import (
    LIMIT_DEFAULT,
    LIMIT_MAXIMUM,
    NONE,
    NOT_OF_SHEETS,
    NOT_OF_TARGETS,
    NOT_OF_TILES,
    SELECTION,
    item_parameters,
)
from zymap_api.problems import MEDIA_TYPE as PROBLEM
from zymap_api.searches import FORM
from zymap_api.state import catalog_of

Json = dict[str, Any]


def api_definition(request: Request) -> Json:
    """Return the OpenAPI document of this server."""
    catalog = catalog_of(request)
    dataset = catalog.dataset
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{dataset.title_zh} / {dataset.title_en}",
            "description": f"{dataset.description_zh}\n\n{dataset.description_en}",
            "version": __version__,
            "contact": {"name": "zymap"},
            "license": {"name": dataset.licence},
        },
        "servers": [{"url": root_of(request)}],
        "tags": [
            {"name": "OGC", "description": "OGC API - Features, Part 1: Core"},
            {"name": "片区 areas", "description": "按片区查询与导出 / ask and export by area"},
            {"name": "服务 service", "description": "目录与运行状态 / catalogue and health"},
        ],
        "paths": {
            **_service_paths(),
            **{
                path: item
                for layer in catalog.layers
                for path, item in _layer_paths(layer, catalog)
            },
            **{
                path: item
                for layer in catalog.layers
                if layer.geometry
                for path, item in _tile_paths(layer, catalog)
            },
            **_dataset_tile_paths(catalog),
            **_area_paths(catalog),
            **_work_paths(catalog),
            **_search_paths(catalog),
            **_sheet_paths(catalog),
            **_target_paths(catalog),
            **_project_paths(catalog),
        },
        "components": {
            "schemas": schemas.SCHEMAS,
            "responses": {
                name: {
                    "description": text,
                    "content": {PROBLEM: {"schema": schemas.ref("Problem")}},
                    **({"headers": _RETRY_AFTER} if name in ("TooMany", "Unavailable") else {}),
                }
                for name, text in _PROBLEMS.items()
            },
        },
    }


_PROBLEMS = {
    "BadRequest": "未知或无效的参数 / an unknown or invalid parameter",
    "NotFound": "没有这个资源 / no such resource",
    "NotAcceptable": "没有可接受的表示 / no acceptable representation",
    "TooLarge": "请求体过长 / the body is too long",
    "UrlTooLong": "网址过长 / the address is too long",
    "TooMany": "同时导出的太多,稍后再试 / too many files are being made; ask again later",
    "Unavailable": "暂时不能回答,稍后再试 / no answer just now; ask again later",
    "UnsupportedType": "请求体类型不支持 / the body is of a type that is not read here",
    "Failure": "服务器出错 / the server failed",
}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "多少秒后再试 / seconds after which to ask again",
        "schema": {"type": "integer"},
    }
}
_F = {
    "name": "f",
    "in": "query",
    "description": "表示形式 / representation",
    "required": False,
}


def _service_paths() -> Json:
    def document(summary: str, name: str, schema: str, tag: str = "OGC") -> Json:
        return _get(
            summary, name, tag, {JSON: schemas.ref(schema), HTML: schemas.TEXT}, [_f_documents()]
        )

    def plain(summary: str, name: str, media_type: str, parameters: list[Json]) -> Json:
        content = {media_type: {"type": "object"}}
        return _get(summary, name, "服务 service", content, parameters)

    return {
        "/": document("首页 / Landing page", "landingPage", "LandingPage"),
        "/conformance": document("符合性 / Conformance", "conformance", "Conformance"),
        "/collections": document("图层 / Collections", "collections", "Collections"),
        "/tileMatrixSets": document(
            "瓦片矩阵集 / Tile matrix sets", "getTileMatrixSetsList", "Document"
        ),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "瓦片矩阵集 / Tile matrix set",
            "getTileMatrixSet",
            "OGC",
            {JSON: schemas.ref("Document"), HTML: schemas.TEXT},
            [_in_path("tileMatrixSetId", list(TILE_MATRIX_SETS)), _f_documents()],
        ),
        "/api": plain("接口定义 / API definition", "apiDefinition", OPENAPI, [_f("json")]),
        "/search-texts": document(
            "检索文本 / Search texts", "searchTexts", "Document", "服务 service"
        ),
        "/records": _get(
            "元数据目录 / Catalogue of metadata",
            "records",
            "OGC",
            {OGC_CATALOG: schemas.ref("Document"), HTML: schemas.TEXT},
            [_f_documents()],
        ),
        "/catalog": document("目录 / Catalogue", "catalog", "Document", "服务 service"),
        "/healthz": plain("进程存活 / The process lives", "healthz", JSON, []),
        "/readyz": plain("可以服务 / The store can be read", "readyz", JSON, []),
    }


_SCHEMAS = {
    "schema": "字段 / Schema",
    "geojson-schema": "GeoJSON 字段 / Schema as GeoJSON",
    "queryables": "可查字段 / Queryables",
    "sortables": "可排序字段 / Sortables",
}


def _layer_paths(layer: Layer, catalog: Catalog) -> Iterable[tuple[str, Json]]:
    path, title = f"/collections/{layer.id}", f"{layer.title_zh} / {layer.title_en}"
    documents = {JSON: schemas.ref("Collection"), HTML: schemas.TEXT}
    yield path, _get(title, f"collection_{layer.id}", "OGC", documents, [_f_documents()])
    yield (
        f"{path}/items",
        _items(title, f"items_{layer.id}", "OGC", _item_parameters(catalog, (Source(layer.id),))),
    )
    for name, text in _SCHEMAS.items():
        operation = f"{name.replace('-', '_')}_{layer.id}"
        content = {SCHEMA: {"type": "object"}}
        yield f"{path}/{name}", _get(f"{title}:{text}", operation, "OGC", content, [_f("json")])
    feature = {GEOJSON: schemas.ref("Feature"), HTML: schemas.TEXT}
    yield (
        f"/records/{layer.id}",
        _get(f"{title}:元数据 / metadata", f"record_{layer.id}", "OGC", feature, [_f_documents()]),
    )
    yield (
        f"{path}/items/{{featureId}}",
        _in_crs(
            _get(
                title,
                f"feature_{layer.id}",
                "OGC",
                feature,
                [_in_path("featureId"), _KNOWN["crs"], _f_documents()],
            )
        ),
    )


def _tile_paths(layer: Layer, catalog: Catalog) -> Iterable[tuple[str, Json]]:
    title = f"{layer.title_zh} / {layer.title_en}"
    parameters = _item_parameters(catalog, (Source(layer.id),))
    filters = _without(parameters, NOT_OF_TILES, _f("mvt"))
    name = f"{layer.id}.collection.vector"
    yield from _tiles(f"/collections/{layer.id}/tiles", title, name, [], filters)


def _dataset_tile_paths(catalog: Catalog) -> Json:
    codes = [layer.id for layer in catalog.layers if layer.geometry]
    if not codes:
        return {}
    title = f"{catalog.dataset.title_zh} / {catalog.dataset.title_en}"
    chosen = _parameter(
        "collections",
        "瓦片里的图层,先下后上 / the layers of the tiles, bottom first",
        _list_of({"type": "string", "enum": codes}),
    )
    return dict(_tiles("/tiles", title, "dataset.vector", [chosen], [chosen, _f("mvt")]))


def _tiles(
    path: str, title: str, name: str, chosen: Sequence[Json], filters: Sequence[Json]
) -> Iterable[tuple[str, Json]]:
    """Yield the doors to tiles; the ends of the names are those of OGC 20-057, clause 16."""
    documents = {JSON: schemas.ref("Document"), HTML: schemas.TEXT}
    item = _in_path("tileMatrixSetId", list(TILE_MATRIX_SETS))
    place = [item, *(_in_path(name) for name in ("tileMatrix", "tileRow", "tileCol"))]
    listed = [*chosen, _f_documents()]
    yield path, _get(title, f"{name}.getTileSetsList", "OGC", documents, listed)
    path = f"{path}/{{tileMatrixSetId}}"
    described = [item, *chosen, _f("json", "html", "tilejson")]
    either = {"oneOf": [schemas.ref("Document"), schemas.ref("TileJson")]}
    yield path, _get(title, f"{name}.getTileSet", "OGC", {**documents, JSON: either}, described)
    tile = _get(title, f"{name}.getTile", "OGC", {MVT: schemas.BINARY}, [*place, *filters])
    tile["get"]["responses"]["204"] = {"description": "瓦片内没有要素 / no feature in the tile"}
    yield f"{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", tile


def _area_paths(catalog: Catalog) -> Json:
    if not catalog.by_role("areas"):
        return {}
    tag, area = "片区 areas", _in_path("areaId", _area_codes(catalog))
    documents = {JSON: schemas.ref("Document"), HTML: schemas.TEXT}
    works = _item_parameters(catalog, catalog.works())
    # A file is named by f alone, and shp is what f means when it is not there.
    files = _without(works, (), _f(*FORMATS))
    return {
        "/areas": _get("重点片区 / Key areas", "areas", tag, documents, [_f_documents()]),
        "/areas/{areaId}": _get(
            "一个片区 / One area", "area", tag, documents, [area, _f_documents()]
        ),
        "/areas/{areaId}/projects": _items(
            "片区的项目 / Works of an area", "areaProjects", tag, [area, *works]
        ),
        "/areas/{areaId}/summary": _get(
            "片区小结 / Summary of an area", "areaSummary", tag, documents, [area, _f_documents()]
        ),
        "/areas/{areaId}/export": _get(
            "导出片区全部图层 / All layers of an area",
            "areaExport",
            tag,
            _file_content(),
            [area, *files],
        ),
        "/export": _get("导出项目 / Works as a file", "export", tag, _file_content(), files),
    }


def _work_paths(catalog: Catalog) -> Json:
    tag, works = "片区 areas", _item_parameters(catalog, catalog.works())
    documents = {JSON: schemas.ref("Document"), HTML: schemas.TEXT}
    counted = _without(works, SELECTION, _f_documents())
    return {
        "/works": _items("项目 / Works of all areas", "works", tag, works),
        "/works/facets": _get(
            "项目分面计数 / Facets of the works", "workFacets", tag, documents, counted
        ),
        "/works/deadlines": _get(
            "项目期限 / Deadlines of the works", "workDeadlines", tag, documents, counted
        ),
    }


def _sheet_paths(catalog: Catalog) -> Json:
    tag, area = "片区 areas", _in_path("areaId", _area_codes(catalog))
    asked = [*_without(_item_parameters(catalog, catalog.works()), NOT_OF_SHEETS), *_SHEET]
    pdf, png = {PDF: schemas.BINARY}, {PNG: schemas.BINARY}
    paths = {
        "/sheet.pdf": _get("项目简报图 / Briefing sheet of the works", "sheet", tag, pdf, asked),
        "/sheet.png": _get("简报图首页图片 / Its first page", "sheetPicture", tag, png, asked),
    }
    if catalog.by_role("areas"):
        paths["/areas/{areaId}/sheet.pdf"] = _get(
            "片区简报图 / Briefing sheet of an area", "areaSheet", tag, pdf, [area, *asked]
        )
    return paths


def _target_paths(catalog: Catalog) -> Json:
    layers = catalog.by_role("targets")
    if not layers:
        return {}
    whole = _item_parameters(catalog, (Source(layers[0].id),))
    parameters = _without(whole, NOT_OF_TARGETS, _f_documents())
    documents = {JSON: schemas.ref("Document"), HTML: schemas.TEXT}
    title = f"{layers[0].title_zh} / {layers[0].title_en}"
    return {"/targets": _get(title, "targets", "片区 areas", documents, parameters)}


def _project_paths(catalog: Catalog) -> Json:
    if catalog.projects is None:
        return {}
    title = "OC4IDS 项目包 / OC4IDS project package"
    content = {JSON: schemas.ref("ProjectPackage")}
    return {"/oc4ids": _get(title, "oc4ids", "片区 areas", content, [_f("json")])}


def _area_codes(catalog: Catalog) -> list[str]:
    return list(catalog.areas)


def _get(
    summary: str, name: str, tag: str, content: Mapping[str, Json], parameters: Sequence[Json]
) -> Json:
    responses: Json = {
        "200": {
            "description": summary,
            "content": {media_type: {"schema": schema} for media_type, schema in content.items()},
        },
        "304": {"description": "未变化 / not modified"},
        "400": {"$ref": "#/components/responses/BadRequest"},
        "404": {"$ref": "#/components/responses/NotFound"},
        "406": {"$ref": "#/components/responses/NotAcceptable"},
        "414": {"$ref": "#/components/responses/UrlTooLong"},
        "503": {"$ref": "#/components/responses/Unavailable"},
        "default": {"$ref": "#/components/responses/Failure"},
    }
    if any(media_type in content for media_type in (*_file_content(), PDF, PNG)):
        responses["429"] = {"$ref": "#/components/responses/TooMany"}
    operation = {
        "operationId": name,
        "summary": summary,
        "description": summary,
        "tags": [tag],
        "parameters": list(parameters),
        "responses": responses,
    }
    return {"get": operation}


def _items(summary: str, name: str, tag: str, parameters: Sequence[Json]) -> Json:
    content = {GEOJSON: schemas.ref("FeatureCollection"), HTML: schemas.TEXT, **_file_content()}
    return _in_crs(_get(summary, name, tag, content, parameters))


def _in_crs(operation: Json) -> Json:
    """Add the header that says which CRS the coordinates are in."""
    operation["get"]["responses"]["200"]["headers"] = {
        "Content-Crs": {
            "description": "坐标系 / CRS of the coordinates: <URI>",
            "required": True,
            "schema": {"type": "string"},
        }
    }
    return operation


def _search_paths(catalog: Catalog) -> Json:
    """Return the posted searches: what the GET of the same features does, asked in a body."""
    doors = {"/search": ("search", "项目 / Works of all areas", catalog.works())} | {
        f"/collections/{layer.id}/search": (
            f"search_{layer.id}",
            f"{layer.title_zh} / {layer.title_en}",
            (Source(layer.id),),
        )
        for layer in catalog.layers
    }
    return {
        path: {"post": _post(title, name, _item_parameters(catalog, sources))}
        for path, (name, title, sources) in doors.items()
    }


def _post(summary: str, name: str, parameters: Sequence[Json]) -> Json:
    operation = _items(summary, name, "OGC", ())["get"]
    operation["responses"] |= {
        "413": {"$ref": "#/components/responses/TooLarge"},
        "415": {"$ref": "#/components/responses/UnsupportedType"},
    }
    del operation["responses"]["304"], operation["responses"]["200"]["content"][HTML]
    properties = {item["name"]: item["schema"] for item in parameters}
    form = {"type": "object", "properties": properties, "additionalProperties": False}
    either = {"oneOf": [{"type": "string", "minLength": 1}, {"type": "object"}]}
    json = {**form, "properties": {**properties, "filter": either}}
    operation["requestBody"] = {
        "required": True,
        "content": {JSON: {"schema": json}, FORM: {"schema": form}},
    }
    return operation


def _file_content() -> dict[str, Json]:
    types = {item.media_type_for(layers) for item in FORMATS.values() for layers in (1, 2)}
    return dict.fromkeys(sorted(types - {GEOJSON}), schemas.BINARY)


def _in_path(name: str, codes: Sequence[str] = ()) -> Json:
    schema: Json = {"type": "string"}
    if codes:
        schema["enum"] = list(codes)
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _f(*names: str) -> Json:
    return {**_F, "schema": {"type": "string", "enum": list(names)}}


def _f_documents() -> Json:
    return _f("json", "html")


def _item_parameters(catalog: Catalog, sources: tuple[Source, ...]) -> list[Json]:
    known = {**_KNOWN, "f": _f("json", "html", *FORMATS), "area": _area_parameter(catalog)}
    return [
        _filter(item, catalog) if item is not None else known[name]
        for name, item in item_parameters(catalog, sources).items()
    ]


def _without(
    parameters: Sequence[Json], left_out: Collection[str], f: Json | None = None
) -> list[Json]:
    """Return some parameters without others, and with another `f`."""
    return [
        f if f is not None and item["name"] == "f" else item
        for item in parameters
        if item["name"] not in left_out
    ]


def _parameter(name: str, description: str, schema: Json) -> Json:
    # One comma-separated value and not a repeated parameter: OGC 17-069r4, 7.15.
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def _list_of(item: Json) -> Json:
    return {"type": "array", "minItems": 1, "items": item}


def _filter(item: Field, catalog: Catalog) -> Json:
    types: dict[str, Json] = {
        "date": {"type": "string", "format": "date"},
        "integer": {"type": "integer", "format": "int64"},
        "list": {"type": "string", "minLength": 1},
        "string": {"type": "string", "minLength": 1},
    }
    schema = types.get(item.type, {"type": item.type})
    if item.enum is not None:
        schema = {"type": "string", "enum": [*catalog.code_list(item.enum), NONE]}
    return _parameter(item.name, f"{item.title_zh} / {item.title_en}", _list_of(schema))


def _area_parameter(catalog: Catalog) -> Json:
    codes = _list_of({"type": "string", "enum": list(catalog.areas)})
    return _parameter("area", "所属片区(报告或推断的归属) / membership in an area", codes)


_SHEET: tuple[Json, ...] = (
    _parameter("paper", "纸张,横放 / paper, landscape", {"type": "string", "enum": ["A3", "A4"]}),
    _parameter("lang", "语言 / language", {"type": "string", "enum": ["zh", "en"]}),
    _parameter(
        "view",
        "图幅要显示的范围:西,南,东,北 / what the map must show: west,south,east,north",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    ),
    _parameter("candidates", "图上画候选点 / candidates on the map", {"type": "boolean"}),
    _parameter("only", "只要地图 / the map alone", {"type": "string", "enum": ["map"]}),
    _parameter("title", "标题 / title", {"type": "string"}),
)
_DATE = {"type": "string", "format": "date"}
_CRS = {"type": "string", "format": "uri", "enum": list(BY_URI)}
_KNOWN: dict[str, Json] = {
    item["name"]: item
    for item in (
        _parameter(
            "limit",
            "每页条数 / features a page",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": LIMIT_MAXIMUM,
                "default": LIMIT_DEFAULT,
            },
        ),
        _parameter("after", "上一页最后一个 id / last id of the page before", {"type": "string"}),
        _parameter("sortby", "排序 / order, e.g. deadline,-name_zh", _list_of({"type": "string"})),
        _parameter(
            "bbox",
            "西,南,东,北(WGS 84 经纬度,或按 bbox-crs);未落图的也在内 / west,south,east,north "
            "in WGS 84, or in the order of bbox-crs; "
            "features without a geometry match too",
            {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        ),
        _parameter(
            "bbox-crs",
            "bbox 的坐标系,轴序按登记 / CRS of bbox, axes in the authority's order",
            {**_CRS, "default": CRS84_URI},
        ),
        _parameter("datetime", "RFC 3339 时刻或区间 / instant or interval", {"type": "string"}),
        _parameter("ids", "只要这些 id / only these ids", _list_of({"type": "string"})),
        _parameter(
            "q",
            "名称含有(中英文、拼音或首字母) / part of the name, its pinyin or initials",
            {"type": "string", "minLength": 1},
        ),
        _parameter(
            "within", "几何位于该片区内 / geometry inside this key area", {"type": "string"}
        ),
        _parameter(
            "polygon",
            "几何与该多边形相交:经,纬,经,纬…(WGS 84);未落图的不会匹配 / "
            "geometry touches this ring: lon,lat,lon,lat,…; never matches the unlocated",
            {"type": "array", "minItems": 6, "items": {"type": "number"}},
        ),
        _parameter(
            "due",
            "期限在 as_of 当日的情形 / how the deadline stands on the day as_of",
            _list_of({"type": "string", "enum": list(DUE_CLASSES)}),
        ),
        _parameter("as_of", "判断逾期的日期,默认今天(北京时间) / the day to judge on", _DATE),
        _parameter(
            "target", "计入该指标的项目 / works that count towards this target", {"type": "string"}
        ),
        _parameter("located", "是否已落图 / with or without a geometry", {"type": "boolean"}),
        _parameter(
            "filter",
            "CQL2 条件,字段见 queryables / a CQL2 condition on the queryables",
            {"type": "string", "minLength": 1},
        ),
        _parameter(
            "filter-lang",
            "filter 的写法(cql-text 同 cql2-text) / the filter's language; cql-text is read as "
            "cql2-text",
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
        ),
        _parameter(
            "filter-crs",
            "filter 中几何的坐标系,默认 CRS84 / CRS of the filter's geometries",
            {**_CRS, "default": CRS84_URI},
        ),
        _parameter(
            "properties",
            "只要这些属性(仅 GeoJSON 和 HTML) / only these properties; GeoJSON and HTML",
            _list_of({"type": "string"}),
        ),
        _parameter(
            "skipGeometry", "不要几何(仅 GeoJSON 和 HTML) / no geometries", {"type": "boolean"}
        ),
        _parameter("due_after", "期限不早于 / deadline on or after", _DATE),
        _parameter("due_before", "期限不晚于 / deadline on or before", _DATE),
        _parameter(
            "crs",
            "回答或文件的坐标系 / CRS of the answer or file",
            {**_CRS, "default": CRS84_URI},
        ),
        _parameter(
            "encoding",
            "字符编码(仅 Shapefile) / text encoding, Shapefile only",
            {"type": "string", "enum": ["UTF-8", "GBK"]},
        ),
    )
}
