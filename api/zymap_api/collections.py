"""The description of a collection.

Standard: OGC 17-069r4, 7.13 and 7.14.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from zymap.catalog import Layer, Source
from zymap.crs import CRS84_URI
from zymap.query import Query
from zymap_api.crs_offer import offered
from zymap_api.datalinks import data_links
from zymap_api.records import record_links
from zymap_api.state import state_of

GREGORIAN_URI = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def describe(request: Request, layer: Layer) -> dict[str, Any]:
    """Return the collection document of a layer, without self and alternate."""
    count = state_of(request).store.count(Query((Source(layer.id),)))
    return {
        "id": layer.id,
        "title": f"{layer.title_zh} / {layer.title_en}",
        "description": f"{layer.description_zh}\n{layer.description_en}",
        "itemType": "feature",
        "crs": [crs.uri for crs in offered(request, (Source(layer.id),))],
        "storageCrs": CRS84_URI,
        "extent": extent(request, layer),
        "itemCount": count.matched,
        "itemLocatedCount": count.located,
        "license": layer.licence,
        "attribution": layer.source,
        "lineage": layer.lineage,
        "updated": layer.date,
        "links": [*data_links(request, layer), *record_links(request, layer)],
    }


def extent(request: Request, layer: Layer) -> dict[str, Any]:
    """Return the extent of a layer; a member is left out where nothing is known."""
    known = state_of(request).store.extent(layer.id)
    made: dict[str, Any] = {}
    if known.bbox is not None:
        made["spatial"] = {"bbox": [known.bbox.as_list()], "crs": CRS84_URI}
    if known.start is not None:
        ends = [f"{known.start}T00:00:00Z", f"{known.end}T23:59:59Z"]
        made["temporal"] = {"interval": [ends], "trs": GREGORIAN_URI}
    return made
