"""The headers of a request, and those that an answer goes out with."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Scope

Headers = Sequence[tuple[bytes, bytes]]

# What every answer carries, errors too.
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
_VARY = b"Accept-Encoding, Origin"


def header(scope: Scope, name: bytes) -> str | None:
    """Return a header by its name in small letters; Starlette's own way costs many times more."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None


def as_sent(own: Headers) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers as they go out through the app's rooms.

    To others the same answer goes compressed, or with leave for their origin: a cache between must
    know that.
    """
    sent = [*own, *SECURITY_HEADERS]
    for index, (name, value) in enumerate(own):
        if name == b"vary":
            sent[index] = (name, value + b", " + _VARY)
            return sent
    sent.append((b"vary", _VARY))
    return sent


def in_lines(headers: Headers) -> bytes:
    """Return headers as HTTP/1.1 has them, each on its line."""
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


def in_pairs(lines: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers that were `in_lines`."""
    pairs = (line.partition(b": ") for line in lines.split(b"\r\n")[:-1])
    return [(name, value) for name, _, value in pairs]
