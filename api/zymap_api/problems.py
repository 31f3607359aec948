"""Errors as RFC 9457 problem details. One table from error type to status."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from zymap.errors import (
    BasemapUnreachable,
    InvalidData,
    InvalidRequest,
    NotFound,
    NotWritable,
    QuestionTooLong,
    StoreUnavailable,
    ZymapError,
)
from zymap_api.requestid import REQUEST_ID

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("zymap.api")


class NotAcceptable(ZymapError):
    """None of the representations on offer is among those that the client accepts."""

    code = "not-acceptable"


class UnsupportedMediaType(ZymapError):
    """The body of a request is of a type that is not read here."""

    code = "unsupported-media-type"


class BodyTooLarge(ZymapError):
    """The body of a request is longer than is read."""

    code = "body-too-large"


class UrlTooLong(ZymapError):
    """The path and the query of a request are longer than is read."""

    code = "url-too-long"


class Busy(ZymapError):
    """As many requests are being answered as may be at once."""

    code = "busy"


class TooManyExports(ZymapError):
    """As many files are being made as may be at once, and others wait already."""

    code = "too-many-exports"


# Looked up along the error's class tree, so a new subclass needs no row of its own.
STATUS: dict[type[ZymapError], int] = {
    InvalidRequest: 400,
    NotFound: 404,
    NotAcceptable: 406,
    BodyTooLarge: 413,
    UrlTooLong: 414,
    UnsupportedMediaType: 415,
    TooManyExports: 429,
    InvalidData: 500,
    BasemapUnreachable: 502,
    NotWritable: 503,
    StoreUnavailable: 503,
    QuestionTooLong: 503,
    Busy: 503,
    ZymapError: 500,
}
# Seconds after which it makes sense to ask again, by status.
_RETRY_AFTER_S = {429: 5, 503: 5}
_TITLES = {
    400: "The request cannot be answered as it is",
    404: "Not found",
    405: "Method not allowed",
    406: "No acceptable representation",
    413: "The body is too large",
    414: "The address is too long",
    415: "The body is of a type that is not read here",
    429: "Too much is being made at once",
    500: "zymap failed",
    502: "A server that zymap asked failed",
    503: "zymap cannot answer just now",
}


def problem(
    status: int,
    detail: str,
    code: str,
    *,
    parameter: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem document as a response."""
    body: dict[str, Any] = {
        "type": f"urn:zymap:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        # OGC 17-069r4 exception.yaml names the sentence "description"; RFC 9457 "detail".
        "detail": detail,
        "description": detail,
    }
    if status >= 500 and (request_id := REQUEST_ID.get()):
        # By this id the log of the server tells more.
        body["instance"] = f"urn:zymap:request:{request_id}"
    if parameter is not None:
        body["parameter"] = parameter
    # A lone surrogate (from %ED%A0%80 in a URL) cannot be written as UTF-8. What the caller sent
    # is quoted in the sentence, so no byte of it may look like markup to a lax client.
    text = orjson.dumps(_clean(body)).replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    return Response(text, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install_handlers(app: FastAPI) -> None:
    """Make every error of `app` leave it as a problem document."""
    app.add_exception_handler(ZymapError, refusal)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)


def status_of(error: ZymapError) -> int:
    """Return the status of an error: that of the nearest class in its tree."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def refusal(request: Request, error: Exception) -> Response:
    """Return the problem document of a `ZymapError`; the log is told of those that are ours."""
    assert isinstance(error, ZymapError)  # noqa: S101 (what Starlette's signature cannot say)
    status = status_of(error)
    if status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, error.message)
    wait_s = _RETRY_AFTER_S.get(status)
    headers = None if wait_s is None else {"Retry-After": str(wait_s)}
    return problem(status, error.message, error.code, parameter=error.parameter, headers=headers)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (as above)
    codes = {404: "not-found", 405: "method-not-allowed"}
    code = codes.get(error.status_code, "http-error")
    detail = f"{request.method} {request.url.path}: {error.detail}"
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, detail, code, headers=headers)


def _unexpected_error(request: Request, error: Exception) -> Response:
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    return problem(500, "zymap could not answer; the log of the server says why", "internal")


def _clean(body: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for key, value in body.items()
    }
