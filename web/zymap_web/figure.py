"""The frame of the page: a branca figure that links our own files only."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from zymap_web.assets import UnknownAsset, vendored

_ADDRESS = re.compile(r"""(?:src|href)\s*=\s*["']?([^"'\s>]+)""")


class OfflineFigure(Figure):
    """A figure whose links are swapped, by name, for the vendored files of the lock.

    An element that brings a link of another name makes the render fail: better no page than
    one that works at the desk and not behind the district's firewall.

    Parameters
    ----------
    integrity : bool
        Whether the links carry the hashes of the lock. Browsers check none in a page that was
        opened from a folder: there they refuse a file that has one.
    """

    # The comments are places for the dataset's words, which never enter a template: branca
    # parses rendered text as a template again.
    _template = Template(
        """<!DOCTYPE html>
<html lang="zh-CN">
<head>
{{ this.header.render(**kwargs) }}
</head>
<body>
{{ this.html.render(**kwargs) }}
<script>
{{ this.script.render(**kwargs) }}
</script>
</body>
</html>
"""
    )

    def __init__(self, *, integrity: bool = True) -> None:
        super().__init__()
        self.integrity = integrity
        self.header._children.clear()  # branca's own charset line is not ours

    def render(self, **kwargs: Any) -> str:
        """Return the page.

        Raises
        ------
        UnknownAsset
            An element brought a link that is not locked, or an address of another host.
        """
        for child in self._children.values():
            child.render(**kwargs)
        for name, child in list(self.header._children.items()):
            if isinstance(child, (JavascriptLink, CssLink)):
                self.header._children[name] = _vendored_link(name, child, integrity=self.integrity)
        page: str = self._template.render(this=self, kwargs=kwargs)
        check_addresses(page)
        return page


def _vendored_link(name: str, link: JavascriptLink | CssLink, *, integrity: bool) -> Element:
    file = vendored(name)
    check = f' integrity="{escape(file.integrity)}"' if integrity else ""
    if isinstance(link, JavascriptLink):
        return Element(f'<script src="{file.href}"{check}></script>')
    return Element(f'<link rel="stylesheet" href="{file.href}"{check}>')


def check_addresses(page: str) -> None:
    """Hold a page to addresses of this server, relative to the page.

    Raises
    ------
    UnknownAsset
        An address is absolute or names another host.
    """
    for address in _ADDRESS.findall(page):
        if address.startswith("/") or ":" in address.split("?")[0]:
            raise UnknownAsset(f"the page links {address}")
