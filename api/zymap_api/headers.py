"""The headers of a request, and those that an answer goes out with."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Scope

Headers = Sequence[tuple[bytes, bytes]]

_VARY = b"Accept-Encoding, Origin"


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


def as_sent(own: Headers, added: Headers) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers as they go out through the app's rooms.

    To others the same answer goes compressed, or with leave for their origin: a cache between must
    know that.
    """
    sent = [*own, *added]
    for index, (name, value) in enumerate(own):
        if name == b"vary":
            sent[index] = (name, value + b", " + _VARY)
            return sent
    sent.append((b"vary", _VARY))
    return sent
