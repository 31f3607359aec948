"""The infrastructure projects of the dataset in the form that transparency portals read."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from zymap.oc4ids import project_package
from zymap_api.answers import answer, entity_tag, not_modified
from zymap_api.links import url
from zymap_api.media import JSON, choose
from zymap_api.params import read_parameters
from zymap_api.state import state_of

router = APIRouter()


@router.api_route("/oc4ids", methods=["GET", "HEAD"])
def oc4ids(request: Request) -> Response:
    """Answer the OC4IDS project package."""
    asked = read_parameters(request.scope["query_string"], ("f",))
    kind = choose(asked.get("f"), request.headers.get("accept"), {"json": (JSON,)})
    tag = entity_tag(request, kind)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    package = project_package(state_of(request).store, url(request, "/oc4ids"))
    return answer(orjson.dumps(package), JSON, tag)
