"""The descriptions of a collection's tiles.

Standard: OGC 20-057 (OGC API - Tiles, Part 1), clauses 8 and 9; OGC 17-083r4, clause 7 (tileset
metadata).
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from zymap.catalog import Layer
from zymap.crs import CRS84_URI
from zymap.errors import NotFound
from zymap.store.base import tile_attributes
from zymap.tiles import MEDIA_TYPE
from zymap_api.links import Link, link, url
from zymap_api.media import JSON
from zymap_api.state import state_of

MATRIX_SET = "WebMercatorQuad"
MATRIX_SET_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
CRS_URI = "http://www.opengis.net/def/crs/EPSG/0/3857"
TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}


def tiled_layer(request: Request, collection_id: str) -> Layer:
    """Return a layer that has tiles.

    Raises
    ------
    NotFound
        There is no such layer, or its features have no geometry.
    """
    layer = state_of(request).store.catalog().layer(collection_id)
    if not layer.geometry:
        raise NotFound(f"collection {layer.id} has no geometries, so it has no tiles")
    return layer


def describe_tilesets(request: Request, layer: Layer) -> dict[str, Any]:
    """Return the list of a layer's tilesets: one."""
    path = f"/collections/{layer.id}/tiles/{MATRIX_SET}"
    item = {**_common(layer), "links": [link(url(request, path), "self", JSON), _scheme()]}
    return {"links": [], "tilesets": [item]}


def describe_tileset(request: Request, layer: Layer) -> dict[str, Any]:
    """Return the metadata of a layer's tileset."""
    path = f"/collections/{layer.id}"
    tiles = f"{url(request, f'{path}/tiles/{MATRIX_SET}')}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    links = [
        {**link(f"{tiles}?f=mvt", "item", MEDIA_TYPE, layer.title_zh), "templated": True},
        _scheme(),
        link(url(request, path), "http://www.opengis.net/def/rel/ogc/1.0/geodata", JSON),
    ]
    return {
        **_common(layer),
        "description": f"{layer.description_zh}\n{layer.description_en}",
        **_bounding_box(request, layer),
        "layers": [_layer(layer)],
        "links": links,
    }


def _common(layer: Layer) -> dict[str, Any]:
    return {
        "title": f"{layer.title_zh} / {layer.title_en}",
        "dataType": "vector",
        "crs": CRS_URI,
        "tileMatrixSetURI": MATRIX_SET_URI,
    }


def _scheme() -> Link:
    return link(MATRIX_SET_URI, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", JSON)


def _bounding_box(request: Request, layer: Layer) -> dict[str, Any]:
    box = state_of(request).store.extent(layer.id).bbox
    if box is None:
        return {}
    corners = {"lowerLeft": [box.west, box.south], "upperRight": [box.east, box.north]}
    return {"boundingBox": {**corners, "crs": CRS84_URI}}


def _layer(layer: Layer) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in tile_attributes(layer)}
    made: dict[str, Any] = {
        "id": layer.id,
        "dataType": "vector",
        "propertiesSchema": {"type": "object", "properties": properties},
    }
    # A layer of several geometry types has no one dimension to state.
    if len(layer.geometry) == 1:
        made["geometryDimension"] = _DIMENSIONS[layer.geometry[0]]
    return made
