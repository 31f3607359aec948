"""Who asks, as far as an answer depends on the headers of the request.

They are read once: of requests that come with the same headers, one scope is made from another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from starlette.types import Scope

from zymap_api.requestid import HEADER, sane_id

# Of the headers that a request may have, those that an answer depends on.
_ASKING = frozenset((b"accept", b"accept-encoding", b"host", b"origin"))
# What the app's rooms are for: who asks for none of it may take the short way.
_WANTS_ROOMS = frozenset((b"accept-encoding", b"origin"))
# A part of an answer, an answer to somebody in particular, or to more than an address, is not kept.
_SPECIAL = frozenset(
    (b"authorization", b"content-length", b"cookie", b"expect", b"range", b"transfer-encoding")
)
_ASKER_KEY = "zymap.asker"


class Asker(NamedTuple):
    """What the headers of a request say.

    Attributes
    ----------
    asking : tuple of (bytes, bytes)
        Those that an answer depends on.
    host, accept : bytes or None
        The two that links and representations depend on.
    tags : bytes or None
        Those of the answers that the caller holds: ``If-None-Match``.
    is_plain : bool
        Whether the app's middleware has nothing to do with it.
    is_special : bool
        Whether the answer is for this caller, or to more than the address.
    request_id : str or None
        That which the request came with.
    """

    asking: tuple[tuple[bytes, bytes], ...]
    host: bytes | None
    accept: bytes | None
    tags: bytes | None
    is_plain: bool
    is_special: bool
    request_id: str | None


def asker_of(scope: Scope) -> Asker:
    """Return who asks."""
    found: Asker | None = scope.get(_ASKER_KEY)
    if found is None:
        found = scope[_ASKER_KEY] = _read(scope["headers"])
    return found


def _read(headers: Sequence[tuple[bytes, bytes]]) -> Asker:
    asking: list[tuple[bytes, bytes]] = []
    first: dict[bytes, bytes] = {}
    tags: bytes | None = None
    request_id: str | None = None
    special = False
    for pair in headers:
        name, value = pair
        if name in _ASKING:
            asking.append(pair)
            first[name] = first.get(name) or value
        elif name == b"if-none-match":
            tags = value
        elif name == HEADER:
            request_id = request_id or sane_id(value)
        elif name in _SPECIAL:
            special = True
    host, accept = first.get(b"host") or None, first.get(b"accept") or None
    plain = _WANTS_ROOMS.isdisjoint(first)
    return Asker(tuple(asking), host, accept, tags, plain, special, request_id)
