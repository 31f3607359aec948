"""The definitions of the tile matrix sets.

Standard: OGC 17-083r4, 7.2 (requirements class JSON encoding of tile matrix sets).
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from zymap.tilematrix import TILE_MATRIX_SETS, TILE_PX, TileMatrixSet
from zymap_api.links import Link, link, url
from zymap_api.media import JSON

_RELS = "http://www.opengis.net/def/rel/ogc/1.0"


def describe_sets(request: Request) -> dict[str, Any]:
    """Return the list of the tile matrix sets."""
    items = [
        {
            "id": item.id,
            "title": item.title,
            **({"uri": item.uri} if item.uri else {}),
            "crs": item.crs,
            "links": [link(_address(request, item), "self", JSON, item.title)],
        }
        for item in TILE_MATRIX_SETS.values()
    ]
    return {"links": [], "tileMatrixSets": items}


def define_set(item: TileMatrixSet) -> dict[str, Any]:
    """Return the definition of a tile matrix set; points of origin in the CRS's order of axes."""
    return {
        "id": item.id,
        "title": item.title,
        **({"uri": item.uri} if item.uri else {}),
        "crs": item.crs,
        "orderedAxes": list(item.ordered_axes),
        **({"wellKnownScaleSet": item.well_known_scale_set} if item.well_known_scale_set else {}),
        "tileMatrices": [_matrix(item, matrix) for matrix in item.matrices],
        "links": [],
    }


def limits(item: TileMatrixSet) -> list[dict[str, Any]]:
    """Return the limits of a tileset: every tile is answered, an empty one with a 204."""
    return [
        {
            "tileMatrix": str(matrix),
            "minTileRow": 0,
            "maxTileRow": rows - 1,
            "minTileCol": 0,
            "maxTileCol": columns - 1,
        }
        for matrix in item.matrices
        for columns, rows in (item.size(matrix),)
    ]


def scheme_link(request: Request, item: TileMatrixSet) -> Link:
    """Return the link from a tileset to its tile matrix set."""
    return link(_address(request, item), f"{_RELS}/tiling-scheme", JSON, item.title)


def schemes_link(request: Request) -> Link:
    """Return the link to the list of the tile matrix sets."""
    address = url(request, "/tileMatrixSets")
    return link(address, f"{_RELS}/tiling-schemes", JSON, "瓦片矩阵集 / Tile matrix sets")


def _address(request: Request, item: TileMatrixSet) -> str:
    return url(request, f"/tileMatrixSets/{item.id}")


def _matrix(item: TileMatrixSet, matrix: int) -> dict[str, Any]:
    columns, rows = item.size(matrix)
    return {
        "id": str(matrix),
        "scaleDenominator": item.scale_denominator(matrix),
        "cellSize": item.cell_size(matrix),
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": list(item.origin),
        "tileWidth": TILE_PX,
        "tileHeight": TILE_PX,
        "matrixWidth": columns,
        "matrixHeight": rows,
    }
