"""Links, and the address that they begin with.

Standard: OGC 17-069r4, 7.2 to 7.16 (links with rel and type); RFC 8288 (header Link).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import NotRequired, TypedDict
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

from starlette.requests import Request

from zymap_api.headers import header
from zymap_api.media import HTML
from zymap_api.state import state_of

_SAFE = "/:?&=,;@!$'()*+~%-._"
# A query string that is as we would write it: nothing in it asks to be escaped.
_PLAIN_QUERY = re.compile(r"(?:[\w.~,:/-]+=[\w.~,:/-]*(?:&(?=.))?)*", re.ASCII)
_PLAIN_VALUE = re.compile(r"[\w.~,:/-]+", re.ASCII)
_ROOT = "zymap.root"
_OWN = "zymap.own"


class Link(TypedDict):
    """A link of an OGC API answer.

    `method`, `body` and `merge` are STAC's: the link is followed by posting the same body again
    with the members of `body` put in.
    """

    href: str
    rel: str
    type: str
    title: NotRequired[str]
    method: NotRequired[str]
    body: NotRequired[dict[str, str]]
    merge: NotRequired[bool]


def link(href: str, rel: str, media_type: str, title: str | None = None) -> Link:
    """Return a link."""
    made: Link = {"href": href, "rel": rel, "type": media_type}
    if title is not None:
        made["title"] = title
    return made


def root_of(request: Request) -> str:
    """Return the address that links begin with, without a slash at its end.

    It is the setting ``public_url``; without one, the request's Host, but only if that names
    this machine: a Host that somebody made up must not find its way into an answer (or into
    a cache between).
    """
    scope = request.scope
    if _ROOT not in scope:
        settings = state_of(request).settings
        if settings.public_url is not None:
            scope[_ROOT] = str(settings.public_url).rstrip("/")
        else:
            host = header(scope, b"host") or ""
            scope[_ROOT] = _root(scope["scheme"], host, settings.host, settings.port)
    return scope[_ROOT]


@lru_cache(maxsize=256)
def _root(scheme: str, host: str, own_host: str, own_port: int) -> str:
    name = host.rsplit(":", 1)[0].strip("[]").lower()
    if _is_this_machine(name) and quote(host, safe=":[]") == host:
        return f"{scheme}://{host}"
    return f"{scheme}://{_own_address(own_host, own_port)}"


def _is_this_machine(name: str) -> bool:
    if name == "localhost" or name in _own_names():
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _own_names() -> frozenset[str]:
    names = {socket.gethostname().lower(), socket.getfqdn().lower()}
    return frozenset(names | {f"{name}.local" for name in names})


def _own_address(host: str, port: int) -> str:
    host = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def url(request: Request, path: str, **parameters: str) -> str:
    """Return the absolute URL of a path of this server, with a query string."""
    query = f"?{urlencode(parameters, safe=',:/')}" if parameters else ""
    return f"{root_of(request)}{_quoted(path)}{query}"


@lru_cache(maxsize=1024)
def _quoted(path: str) -> str:
    return quote(path, safe=_SAFE)


def escaped(value: str) -> str:
    """Return a value as it stands in a query string."""
    return value if _PLAIN_VALUE.fullmatch(value) else quote_plus(value, safe=",:/")


def self_url(request: Request, **changes: str | None) -> str:
    """Return the request's own URL with some parameters set, or taken out (None)."""
    address, pairs = _own(request)
    if changes:
        pairs = [pair for pair in pairs if pair.partition("=")[0] not in changes]
        added = {name: value for name, value in changes.items() if value is not None}
        pairs += [f"{name}={escaped(value)}" for name, value in added.items()]
    return f"{address}?{'&'.join(pairs)}" if pairs else address


def _own(request: Request) -> tuple[str, list[str]]:
    """Return the request's own address and its parameters, escaped; several links begin so."""
    scope = request.scope
    if _OWN not in scope:
        asked: str = scope["query_string"].decode("latin-1")
        pairs = asked.split("&") if asked else []
        if not _PLAIN_QUERY.fullmatch(asked):
            pairs = [urlencode([pair], safe=",:/") for pair in dict(parse_qsl(asked)).items()]
        scope[_OWN] = (f"{root_of(request)}{_quoted(scope['path'])}", pairs)
    return scope[_OWN]


def own_links(request: Request, kind: str, json_type: str, json_title: str) -> list[Link]:
    """Return the links self and alternate of a resource that is JSON and HTML, self first.

    Parameters
    ----------
    kind : str
        ``json`` or ``html``: which of the two is being answered.
    json_type, json_title : str
        Media type and title of the JSON.
    """
    titles = {"json": (json_type, json_title), "html": (HTML, "HTML")}
    other = "json" if kind == "html" else "html"
    return [
        link(self_url(request), "self", *titles[kind]),
        link(self_url(request, f=other), "alternate", *titles[other]),
    ]


def link_header(links: Iterable[Link]) -> str:
    """Return the header ``Link`` for the links; their hrefs are already percent-encoded."""
    return ", ".join(
        f'<{item["href"]}>; rel="{item["rel"]}"; type="{item["type"]}"' for item in links
    )
