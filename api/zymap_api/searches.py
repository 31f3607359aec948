"""Posted searches: the parameters of an items request in the body, where a URL has no room.

OGC 20-096 (draft of the Part "Search") and STAC have POST on ``/search`` and on
``/collections/{id}/search``. POST on ``…/items`` is Part 4's, and creates a feature.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

import orjson
from starlette.requests import Request

from zymap.errors import InvalidRequest
from zymap_api.media import JSON
from zymap_api.problems import BodyTooLarge, UnsupportedMediaType
from zymap_api.state import state_of

FORM = "application/x-www-form-urlencoded"


async def as_query(request: Request) -> Request:
    """Return the request with the parameters of its body as its query string.

    Raises
    ------
    UnsupportedMediaType
        The body is neither JSON nor a form.
    BodyTooLarge
        It is longer than the setting ``body_bytes``.
    InvalidRequest
        It is no JSON object, a member is no value of a parameter, or the URL has parameters, too.
    """
    if request.scope["query_string"]:
        raise InvalidRequest("a posted search has all its parameters in the body")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (JSON, FORM) or "content-encoding" in request.headers:
        raise UnsupportedMediaType(f"the body must be {JSON} or {FORM}, and not compressed")
    body = await _read(request)
    query = body if media_type == FORM else urlencode(_parameters(body)).encode("ascii")
    return Request({**request.scope, "query_string": query})


async def _read(request: Request) -> bytes:
    body, longest = bytearray(), state_of(request).settings.body_bytes
    async for part in request.stream():
        body += part
        if len(body) > longest:
            raise BodyTooLarge(f"the body is longer than {longest} bytes")
    return bytes(body)


def _parameters(body: bytes) -> dict[str, str]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"the body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidRequest("the body is not a JSON object")
    members = cast(dict[str, Any], document)
    made = {name: _value(name, item) for name, item in members.items() if name != "filter"}
    if "filter" in members:
        made |= _filter(members["filter"], made.get("filter-lang"))
    return made


def _filter(member: Any, language: str | None) -> dict[str, str]:
    """Return a filter and its language: an object is CQL2 JSON, a text is what it says it is."""
    if isinstance(member, str):
        return {"filter": member}
    if language not in (None, "cql2-json"):
        raise InvalidRequest(f"a filter in {language} is a text", parameter="filter")
    return {"filter": orjson.dumps(member).decode(), "filter-lang": "cql2-json"}


def _value(name: str, member: Any) -> str:
    """Return a member as it stands in a query string: a list is one value with commas."""
    if not isinstance(member, list):
        return _text(name, member)
    items: list[Any] = []
    for item in cast(list[Any], member):
        # A ring is a list of positions as well as of numbers.
        items += cast(list[Any], item) if isinstance(item, list) else [item]
    if any(isinstance(item, str) and "," in item for item in items):
        raise InvalidRequest(f"{name}: no item of a list may have a comma", parameter=name)
    return ",".join(_text(name, item) for item in items)


def _text(name: str, member: Any) -> str:
    if isinstance(member, str):
        return member
    if isinstance(member, bool | int | float):
        return orjson.dumps(member).decode()
    raise InvalidRequest(f"{name} is neither a value nor a list", parameter=name)
