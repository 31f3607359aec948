"""A request's headers."""

from __future__ import annotations

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str | None:
    """Return a header by its name in small letters; Starlette's own way costs many times more."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None


def host_and_accept(scope: Scope) -> tuple[bytes | None, bytes | None]:
    """Return the two headers that links and representations depend on."""
    host = accept = None
    for key, value in scope["headers"]:
        if key == b"host":
            host = host or value
        elif key == b"accept":
            accept = accept or value
    return host, accept
