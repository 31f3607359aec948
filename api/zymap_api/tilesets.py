"""The descriptions of tiles: of one collection, or of the whole dataset.

Standard: OGC 20-057 (OGC API - Tiles, Part 1), clauses 8 to 11; OGC 17-083r4, clause 7 (tileset
metadata); TileJSON 3.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from zymap.bbox import BBox, bounds_of
from zymap.catalog import Layer, Source
from zymap.crs import CRS84_URI
from zymap.errors import NotFound, UnknownName
from zymap.query import Query
from zymap.store.base import THINNED_FROM, WHOLE_FROM_ZOOM, tile_attributes
from zymap.tilematrix import TILE_MATRIX_SETS, WEB_MERCATOR, TileMatrixSet
from zymap.tiles import MEDIA_TYPE
from zymap_api.links import Link, link, url
from zymap_api.media import JSON
from zymap_api.state import catalog_of, state_of
from zymap_api.tilematrixsets import limits, scheme_link

TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
CONFORMS_TO = tuple(
    f"http://www.opengis.net/spec/{name}"
    for name in (
        "ogcapi-tiles-1/1.0/conf/core",
        "ogcapi-tiles-1/1.0/conf/tileset",
        "ogcapi-tiles-1/1.0/conf/tilesets-list",
        "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
        "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
        "ogcapi-tiles-1/1.0/conf/collections-selection",
        "ogcapi-tiles-1/1.0/conf/mvt",
        "ogcapi-tiles-1/1.0/conf/oas30",
        "tms/2.0/conf/tilematrixset",
        "tms/2.0/conf/json-tilematrixset",
        "tms/2.0/conf/tilematrixsetlimits",
        "tms/2.0/conf/json-tilematrixsetlimits",
        "tms/2.0/conf/tilesetmetadata",
        "tms/2.0/conf/json-tilesetmetadata",
    )
)
_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}


@dataclass(frozen=True, slots=True)
class Tiled:
    """What is offered as tiles: one collection, or several in tiles of the dataset.

    Attributes
    ----------
    path : str
        Of the list of its tilesets.
    selected : bool
        True if a caller chose the layers of the dataset, which its addresses then repeat.
    """

    path: str
    title: str
    description: str
    layers: tuple[Layer, ...]
    of_dataset: bool = False
    selected: bool = False

    def address(self, request: Request, rest: str = "", **parameters: str) -> str:
        """Return an address below the path; `rest` may be a template."""
        if self.selected:
            parameters["collections"] = ",".join(layer.id for layer in self.layers)
        query = f"?{urlencode(parameters, safe=',')}" if parameters else ""
        return f"{url(request, self.path)}{rest}{query}"


def tiled_layer(request: Request, collection_id: str) -> Layer:
    """Return a layer that has tiles.

    Raises
    ------
    NotFound
        There is no such layer, or its features have no geometry.
    """
    layer = catalog_of(request).layer(collection_id)
    if not layer.geometry:
        raise NotFound(f"collection {layer.id} has no geometries, so it has no tiles")
    return layer


def tiled_collection(request: Request, collection_id: str) -> Tiled:
    """Return a collection's tiles; see `tiled_layer`."""
    layer = tiled_layer(request, collection_id)
    return Tiled(
        f"/collections/{layer.id}/tiles",
        f"{layer.title_zh} / {layer.title_en}",
        f"{layer.description_zh}\n{layer.description_en}",
        (layer,),
    )


def tiled_dataset(request: Request, collections: str | None) -> Tiled:
    """Return the dataset's tiles.

    Parameters
    ----------
    collections : str or None
        Ids with commas between, bottom layer first; None for all that have a geometry
        (OGC 20-057, /req/collections-selection).

    Raises
    ------
    UnknownName
        An id that no collection with a geometry has, or that stands twice.
    """
    catalog = catalog_of(request)
    known = {layer.id: layer for layer in catalog.layers if layer.geometry}
    asked = list(known) if collections is None else collections.split(",")
    for name in asked:
        if name not in known or asked.count(name) > 1:
            raise UnknownName(
                f"collections: {name!r} is there twice or has no tiles; "
                f"use some of {', '.join(known)}",
                parameter="collections",
            )
    return Tiled(
        "/tiles",
        f"{catalog.dataset.title_zh} / {catalog.dataset.title_en}",
        f"{catalog.dataset.description_zh}\n{catalog.dataset.description_en}",
        tuple(known[name] for name in asked),
        of_dataset=True,
        selected=collections is not None,
    )


def describe_tilesets(request: Request, tiled: Tiled) -> dict[str, Any]:
    """Return the list of the tilesets: one for each tile matrix set."""
    items = [
        {
            **_common(tiled, item),
            "links": [
                link(tiled.address(request, f"/{item.id}"), "self", JSON),
                scheme_link(request, item),
            ],
        }
        for item in TILE_MATRIX_SETS.values()
    ]
    return {"links": [], "tilesets": items}


def describe_tileset(request: Request, tiled: Tiled, item: TileMatrixSet) -> dict[str, Any]:
    """Return the metadata of a tileset."""
    template = tiled.address(request, f"/{item.id}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", f="mvt")
    links: list[Any] = [
        {**link(template, "item", MEDIA_TYPE, tiled.title), "templated": True},
        scheme_link(request, item),
        *_data_links(request, tiled),
    ]
    if item is WEB_MERCATOR:
        address = tiled.address(request, f"/{item.id}", f="tilejson")
        links.append(link(address, "alternate", JSON, "TileJSON"))
    return {
        **_common(tiled, item),
        "description": _description(request, tiled),
        "mediaTypes": [MEDIA_TYPE],
        **_bounding_box(request, tiled.layers),
        "tileMatrixSetLimits": limits(item),
        "layers": [_layer(request, layer, item) for layer in tiled.layers],
        "links": links,
    }


def tile_json(request: Request, tiled: Tiled) -> dict[str, Any]:
    """Return what Leaflet and MapLibre read a tileset by (TileJSON 3.0).

    Its tiles end at the zoom from which on nothing is left out: a map enlarges those closer up.
    """
    catalog = catalog_of(request)
    box = _extent(request, tiled.layers)
    centre = [*((box.west + box.east) / 2, (box.south + box.north) / 2), 12] if box else None
    return {
        "tilejson": "3.0.0",
        "name": tiled.title,
        "description": _description(request, tiled),
        "attribution": catalog.dataset.attribution_zh,
        "scheme": "xyz",
        "tiles": [tiled.address(request, f"/{WEB_MERCATOR.id}/{{z}}/{{y}}/{{x}}", f="mvt")],
        "minzoom": 0,
        "maxzoom": WHOLE_FROM_ZOOM,
        **({"bounds": box.as_list(), "center": centre} if box else {}),
        "vector_layers": [
            {
                "id": layer.id,
                "description": f"{layer.title_zh} / {layer.title_en}",
                "minzoom": 0,
                "maxzoom": WHOLE_FROM_ZOOM,
                "fields": dict.fromkeys(tile_attributes(layer), "String"),
            }
            for layer in tiled.layers
        ],
    }


def _common(tiled: Tiled, item: TileMatrixSet) -> dict[str, Any]:
    return {
        "title": f"{tiled.title} ({item.id})",
        "dataType": "vector",
        "crs": item.crs,
        **({"tileMatrixSetURI": item.uri} if item.uri else {}),
    }


def _data_links(request: Request, tiled: Tiled) -> list[Link]:
    if tiled.of_dataset:
        return [link(url(request, "/"), "http://www.opengis.net/def/rel/ogc/1.0/dataset", JSON)]
    path = f"/collections/{tiled.layers[0].id}"
    return [link(url(request, path), "http://www.opengis.net/def/rel/ogc/1.0/geodata", JSON)]


def _description(request: Request, tiled: Tiled) -> str:
    """Return the description, with what the tiles leave out."""
    thinned = [layer for layer in tiled.layers if _is_thinned(request, layer)]
    if not thinned:
        return tiled.description
    zh = "、".join(layer.title_zh for layer in thinned)
    en = ", ".join(layer.title_en for layer in thinned)
    return (
        f"{tiled.description}\n"
        f"{zh}:第 {WHOLE_FROM_ZOOM} 级以下每 8 像素只画一个,响应头 X-Zymap-Left-Out "
        "说明略去几个。\n"
        f"{en}: below zoom {WHOLE_FROM_ZOOM} one feature is shown per 8 pixels; the header "
        "X-Zymap-Left-Out says how many a tile leaves out."
    )


def _is_thinned(request: Request, layer: Layer) -> bool:
    count = state_of(request).store.count(Query((Source(layer.id),)))
    return count.located >= THINNED_FROM


def _extent(request: Request, layers: Sequence[Layer]) -> BBox | None:
    store = state_of(request).store
    return bounds_of(store.extent(layer.id).bbox for layer in layers)


def _bounding_box(request: Request, layers: Sequence[Layer]) -> dict[str, Any]:
    box = _extent(request, layers)
    if box is None:
        return {}
    corners = {"lowerLeft": [box.west, box.south], "upperRight": [box.east, box.north]}
    return {"boundingBox": {**corners, "crs": CRS84_URI}}


def _layer(request: Request, layer: Layer, item: TileMatrixSet) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in tile_attributes(layer)}
    made: dict[str, Any] = {
        "id": layer.id,
        "title": f"{layer.title_zh} / {layer.title_en}",
        "dataType": "vector",
        "minTileMatrix": str(item.matrices[0]),
        "maxTileMatrix": str(item.matrices[-1]),
        **_bounding_box(request, (layer,)),
        "propertiesSchema": {"type": "object", "properties": properties},
    }
    # A layer of several geometry types has no one dimension to state.
    if len(layer.geometry) == 1:
        made["geometryDimension"] = _DIMENSIONS[layer.geometry[0]]
    return made
