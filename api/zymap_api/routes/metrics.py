"""The counts of the server, for Prometheus."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from zymap.errors import NotFound
from zymap_api.params import read_parameters
from zymap_api.state import state_of

router = APIRouter()
# By these a proxy says that it asks for somebody else.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@router.api_route("/metrics", methods=["GET", "HEAD"])
async def metrics(request: Request) -> Response:
    """Answer the counts, to those who may have them."""
    state = state_of(request)
    allowed = state.settings.metrics
    if allowed == "off" or (allowed == "local" and not _is_local(request)):
        raise NotFound("/metrics is not open to you; the setting `metrics` opens it")
    read_parameters(request.scope["query_string"], ())
    headers = {"Cache-Control": "no-store"}
    state.metrics.settle()
    text = await run_in_threadpool(state.metrics.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers=headers)


def _is_local(request: Request) -> bool:
    """Tell whether the request comes from this machine itself, not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
