"""The doors of OGC API - Features, Part 1 (OGC 17-069r4)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zymap.catalog import Source
from zymap.crs import BY_URI
from zymap_api import propertyschema, tilesets
from zymap_api.collections import describe
from zymap_api.crs_offer import short_list
from zymap_api.documents import answer_document, representation
from zymap_api.features import answer_feature
from zymap_api.items import Listing, answer_items
from zymap_api.links import link, url
from zymap_api.media import JSON
from zymap_api.state import catalog_of

router = APIRouter()
METHODS = ["GET", "HEAD"]
CONFORMS_TO = (
    *(
        f"http://www.opengis.net/spec/{name}"
        for name in (
            "ogcapi-common-1/1.0/conf/core",
            "ogcapi-common-2/1.0/conf/collections",
            "ogcapi-features-1/1.0/conf/core",
            "ogcapi-features-1/1.0/conf/geojson",
            "ogcapi-features-1/1.0/conf/html",
            "ogcapi-features-1/1.0/conf/oas30",
            "ogcapi-features-2/1.0/conf/crs",
            "ogcapi-features-3/1.0/conf/queryables",
            "ogcapi-features-3/1.0/conf/filter",
            "ogcapi-features-3/1.0/conf/features-filter",
            "cql2/1.0/conf/cql2-text",
            "cql2/1.0/conf/cql2-json",
            "cql2/1.0/conf/basic-cql2",
            "cql2/1.0/conf/advanced-comparison-operators",
            "cql2/1.0/conf/case-insensitive-comparison",
            "cql2/1.0/conf/accent-insensitive-comparison",
            "cql2/1.0/conf/basic-spatial-functions",
            "cql2/1.0/conf/basic-spatial-functions-plus",
            "cql2/1.0/conf/spatial-functions",
            "cql2/1.0/conf/temporal-functions",
            "cql2/1.0/conf/array-functions",
            "cql2/1.0/conf/property-property",
            "cql2/1.0/conf/arithmetic",
        )
    ),
    *propertyschema.CONFORMS_TO,
    *tilesets.CONFORMS_TO,
)


@router.api_route("/conformance", methods=METHODS)
def conformance(request: Request) -> Response:
    """Answer which conformance classes hold."""
    kind = representation(request)
    return answer_document(request, "Conformance", {"conformsTo": CONFORMS_TO}, kind)


@router.api_route("/collections", methods=METHODS)
def collections(request: Request) -> Response:
    """Answer the collections, in the order of the catalogue."""
    kind = representation(request)
    layers = catalog_of(request).layers
    described = [describe(request, layer) for layer in layers]
    document = {
        "links": [],
        "crs": list(BY_URI),
        "collections": [{**item, "crs": short_list(item["crs"])} for item in described],
    }
    return answer_document(request, "图层 / Collections", document, kind, "collections.html")


@router.api_route("/collections/{collection_id}", methods=METHODS)
def collection(request: Request, collection_id: str) -> Response:
    """Answer the description of one collection."""
    kind = representation(request)
    layer = catalog_of(request).layer(collection_id)
    title = f"{layer.title_zh} / {layer.title_en}"
    return answer_document(request, title, describe(request, layer), kind)


async def items(request: Request) -> Response:
    """Answer the features of one collection that the parameters ask for."""
    return await answer_items(request, _of_collection)


def _of_collection(request: Request) -> Listing:
    layer = catalog_of(request).layer(request.path_params["collection_id"])
    related = (
        link(url(request, f"/collections/{layer.id}"), "collection", JSON, layer.title_zh),
        propertyschema.queryables_link(request, layer),
    )
    return Listing((Source(layer.id),), related=related)


async def feature(request: Request) -> Response:
    """Answer one feature."""
    asked: dict[str, str] = request.path_params
    return await answer_feature(request, asked["collection_id"], asked["feature_id"])


# The two hot doors are plain routes: FastAPI's own resolve dependencies that these do not have,
# which costs more than the query (docs/adr/0005-hot-routes.md).
hot_routes = (
    Route("/collections/{collection_id}/items", items, methods=METHODS),
    Route("/collections/{collection_id}/items/{feature_id}", feature, methods=METHODS),
)
