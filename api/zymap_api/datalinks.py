"""The links to a layer's data: items, tiles, schemas, files."""

from __future__ import annotations

from starlette.requests import Request

from zymap.catalog import Layer
from zymap_api.items import file_links
from zymap_api.links import Link, link, url
from zymap_api.media import GEOJSON, HTML, JSON
from zymap_api.propertyschema import schema_links
from zymap_api.tilesets import TILESETS_REL


def data_links(request: Request, layer: Layer) -> list[Link]:
    """Return the links from a description of a layer to all that there is of it."""
    path = f"/collections/{layer.id}"
    items = f"{path}/items"
    tiles = link(url(request, f"{path}/tiles"), TILESETS_REL, JSON, "矢量瓦片 / Vector tiles")
    return [
        link(url(request, items), "items", GEOJSON, "GeoJSON"),
        link(url(request, items, f="html"), "items", HTML, "HTML"),
        *([tiles] if layer.geometry else []),
        *schema_links(request, layer),
        *file_links(lambda name: url(request, items, f=name), 1),
    ]
