"""The page of a publication: its HTML, its data, its modules as one script, what it links."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from zymap.catalog import Catalog
from zymap_web.assets import STATIC_DIR, VendoredFile, vendored_files
from zymap_web.joining import join_modules
from zymap_web.page import APP, DATA, LATER_STYLES, STYLES, render_published_page

MODULES = STATIC_DIR / "js"
MAIN = "map/main.js"
# What differs where there is no server stands in two modules.
INSTEAD: Mapping[str, str] = {
    "map/api.js": "published/answers.js",
    "map/downloads.js": "published/downloads.js",
}
# These ask a server again and again; a publication is small enough to need neither.
ABSENT = frozenset({"map/remote.js", "map/tiled.js"})
ICON = "static/icon.svg"
_HEAD = "zymap.published = '"


def app_script() -> str:
    """Return the page's modules as one plain script."""
    return join_modules(MODULES, MAIN, instead=INSTEAD, absent=ABSENT)


def data_script(document: Mapping[str, Any]) -> bytes:
    """Return a plain script that hands `document` to the page, as the text of a JSON document.

    A text, since as an object literal a member called ``__proto__`` would be no member. ``<`` is
    written as an escape: nothing in it is a tag, wherever the script is put.
    """
    text = orjson.dumps(document).decode()
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("<", "\\u003c")
    return f"{_HEAD}{escaped}';\n".encode()


def write_page(
    folder: Path, catalog: Catalog, document: Mapping[str, Any], pictures: Sequence[str]
) -> list[VendoredFile]:
    """Write the page into an empty folder; return the vendored files that came along.

    Parameters
    ----------
    document : mapping
        What the page asks of a server, and what it shows of the files.
    pictures : sequence of str
        Origins of basemaps that the browser may fetch pictures from.
    """
    html, app = render_published_page(catalog, pictures), app_script()
    vendored = _vendored_in(html.decode("utf-8") + app)
    (folder / "index.html").write_bytes(html)
    (folder / DATA).write_bytes(data_script(document))
    (folder / APP).write_text(app, encoding="utf-8", newline="\n")
    for href in (ICON, *STYLES, *LATER_STYLES, *(file.href for file in vendored)):
        target = folder / href
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(STATIC_DIR.parent / href, target)
    return vendored


def _vendored_in(text: str) -> list[VendoredFile]:
    """Return the vendored files that a page names, with the licences of their packages.

    A package of the lock that is nothing but licences is part of another one's file.
    """
    files = vendored_files()
    packages = {file.package for file in files if not _is_licence(file)}
    used = {file.package for file in files if not _is_licence(file) and file.path in text}
    parts = {file.package for file in files} - packages
    return [
        file
        for file in files
        if file.package in used | parts and (_is_licence(file) or file.path in text)
    ]


def _is_licence(file: VendoredFile) -> bool:
    return PurePosixPath(file.path).name.startswith(("LICENSE", "NOTICE"))
