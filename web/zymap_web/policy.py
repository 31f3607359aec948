"""The Content-Security-Policy of a page, from the page's own bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

# Inline scripts have no attributes on our pages; scripts with `src` are covered by 'self'.
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_security_policy(html: str, pictures: Iterable[str] = ()) -> str:
    """Return a policy that runs the inline scripts of `html` as they stand and no others.

    Nothing is loaded from another host, but for pictures from the origins in `pictures`. Styles
    come from files only, which Leaflet does not mind: it sets them through the CSSOM, and that is
    no inline style.
    """
    directives = (*_directives(html, pictures, "'self'"), "connect-src 'self'")
    return "; ".join((*directives, "frame-ancestors 'self'"))


def published_policy(html: str, pictures: Iterable[str] = ()) -> str:
    """Return the policy of a page that brings all it needs and asks for nothing, in a ``<meta>``.

    There is no origin to speak of in a page that was opened from a folder, so ``file:`` stands
    beside ``'self'``; a ``<meta>`` may not say ``frame-ancestors`` (CSP Level 3, 3.3).
    """
    return "; ".join(_directives(html, pictures, "'self' file:"))


def _directives(html: str, pictures: Iterable[str], own: str) -> tuple[str, ...]:
    hashes = " ".join(f"'{_hash(script)}'" for script in _INLINE.findall(html))
    return (
        "default-src 'none'",
        f"script-src {own} {hashes}".rstrip(),
        f"style-src {own}",
        " ".join((f"img-src {own} data:", *sorted(set(pictures)))),
        "base-uri 'none'",
        "form-action 'none'",
    )


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
