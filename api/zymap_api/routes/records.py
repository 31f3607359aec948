"""The doors of the catalogue of metadata (OGC 20-004r1)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap_api.documents import answer_document, representation
from zymap_api.media import GEOJSON, OGC_CATALOG
from zymap_api.records import describe_catalog, describe_record
from zymap_api.state import catalog_of

router = APIRouter()
METHODS = ["GET", "HEAD"]


@router.api_route("/records", methods=METHODS)
def records(request: Request) -> Response:
    """Answer the catalogue: what it is about, and a link to each record."""
    kind = representation(request, OGC_CATALOG)
    document = describe_catalog(request)
    title = "元数据目录 / Catalogue"
    return answer_document(request, title, document, kind, "records.html", media_type=OGC_CATALOG)


@router.api_route("/records/{collection_id}", methods=METHODS)
def record(request: Request, collection_id: str) -> Response:
    """Answer the metadata of one layer."""
    layer = catalog_of(request).layer(collection_id)
    kind = representation(request, GEOJSON)
    document = describe_record(request, layer)
    return answer_document(
        request, layer.title_zh, document, kind, "record.html", media_type=GEOJSON
    )
