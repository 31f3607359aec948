"""Tiles of basemaps that are fetched for the reader, on this server's own origin."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap.errors import NotFound
from zymap_api.params import read_parameters
from zymap_api.state import state_of

router = APIRouter()
# A day: tile servers renew their pictures in weeks, and a key counts every request.
CACHE_CONTROL = "private, max-age=86400"
_NUMBER = re.compile(r"[0-9]{1,9}")


@router.api_route("/basemaps/{basemap_id}/{layer}/{z}/{x}/{y}", methods=["GET", "HEAD"])
async def tile(request: Request, basemap_id: str) -> Response:
    """Answer a tile of a basemap that the operator set; a 502 if its server fails."""
    read_parameters(request.scope["query_string"], ())
    numbers = [request.path_params[name] for name in ("layer", "z", "x", "y")]
    if not all(map(_NUMBER.fullmatch, numbers)):
        raise NotFound(f"a tile is named by whole numbers: {request.url.path}")
    found = await state_of(request).basemaps.fetch(basemap_id, *map(int, numbers))
    headers = {"Cache-Control": CACHE_CONTROL}
    return Response(found.content, media_type=found.media_type, headers=headers)
