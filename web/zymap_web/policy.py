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
    hashes = " ".join(f"'{_hash(script)}'" for script in _INLINE.findall(html))
    directives = (
        "default-src 'none'",
        f"script-src 'self' {hashes}".rstrip(),
        "style-src 'self'",
        " ".join(("img-src 'self' data:", *sorted(set(pictures)))),
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
    return "; ".join(directives)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
