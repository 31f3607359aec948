"""Posted searches: over the works, or over one collection."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Source
from zymap_api.items import Listing, answer_items
from zymap_api.routes.works import all_works
from zymap_api.searches import as_query
from zymap_api.state import catalog_of

router = APIRouter()


@router.post("/search")
async def search(request: Request) -> Response:
    """Answer the works of all areas that the body asks for."""
    asked = await as_query(request)
    return await answer_items(asked, all_works)


@router.post("/collections/{collection_id}/search")
async def search_collection(request: Request, collection_id: str) -> Response:
    """Answer the features of a collection that the body asks for."""
    layer = catalog_of(request).layer(collection_id)
    asked = await as_query(request)
    return await answer_items(asked, lambda _: Listing((Source(layer.id),)))
