"""The map page: Folium builds its frame once, the dataset's words are set in afterwards."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from pathlib import Path
from typing import cast

from zymap import __version__
from zymap.absent import absent
from zymap.catalog import Catalog
from zymap_web.assets import STATIC_DIR, modules
from zymap_web.kept import kept_frame
from zymap_web.naming import counted_names
from zymap_web.policy import content_security_policy, published_policy

STYLES = (
    "static/css/tokens.css",
    "static/css/page.css",
    "static/css/header.css",
    "static/css/panel.css",
    "static/css/list.css",
    "static/css/map.css",
    "static/css/narrow.css",
    "static/css/detail.css",
    "static/css/timeline.css",
    "static/css/basemaps.css",
    "static/css/tools.css",
)
# Fetched by the page when it first shows what they dress (`styles.js`).
LATER_STYLES = ("static/css/boards.css",)
MAIN = "static/js/map/main.js"
# What a page without a server brings along: its data, and its modules as one plain script.
DATA, APP = "data.js", "app.js"
_PLACE = re.compile(r"<!--zymap:(\w+)-->")


@dataclass(frozen=True, slots=True)
class Page:
    """A page, the policy to serve it with, and what it is known by."""

    html: bytes
    csp: str
    etag: str


def render_page(
    catalog: Catalog, pictures: Sequence[str] = (), keep_in: Path | None = None
) -> Page:
    """Return the map page of a dataset.

    Parameters
    ----------
    catalog : Catalog
        Only its dataset's titles stand in the page; everything else the page asks the API for.
    pictures : sequence of str
        Origins of basemaps that the browser may fetch pictures from.
    keep_in : pathlib.Path, optional
        A folder that keeps what Folium makes; see `zymap_web.kept`.

    Returns
    -------
    Page
        The same bytes for the same titles and version.
    """
    html = _fill(_served_frame(keep_in), catalog)
    content = html.encode("utf-8")
    csp = content_security_policy(html, pictures)
    # The policy counts: a browser that keeps the page keeps the policy it came with.
    digest = hashlib.sha256(f"{__version__}\n{csp}\n".encode() + content).hexdigest()[:16]
    return Page(content, csp, digest)


def render_published_page(catalog: Catalog, pictures: Sequence[str] = ()) -> bytes:
    """Return the map page for a folder that needs no server; see `render_page`.

    It runs `DATA` and `APP`, which lie beside it.
    """
    frame = _frame(served=False)
    return _fill(frame, catalog, policy=published_policy(frame, pictures)).encode("utf-8")


def words(language: str) -> Mapping[str, str]:
    """Return the interface's words in ``zh`` or ``en``, by key."""
    path = STATIC_DIR / "i18n" / f"{language}.json"
    return cast(Mapping[str, str], json.loads(path.read_text(encoding="utf-8")))


def _fill(frame: str, catalog: Catalog, *, policy: str = "") -> str:
    # One pass over the finished page, so that no text is ever read as a template or a place.
    dataset = catalog.dataset
    texts = {
        "title": dataset.title_zh,
        "report": dataset.report_zh,
        "description": dataset.description_zh,
        "attribution": dataset.attribution_zh,
        "policy": policy,
    }
    return _PLACE.sub(lambda match: escape(texts[match[1]]), frame)


@lru_cache(maxsize=2)
def _served_frame(keep_in: Path | None) -> str:
    make = partial(_frame, served=True)
    return make() if keep_in is None else kept_frame(keep_in, make)


@lru_cache(maxsize=2)
def _frame(*, served: bool) -> str:
    # Imported here: nobody but who sees the map is to wait for folium.
    with absent("pandas"):
        from folium import FeatureGroup

    from zymap_web.elements import (
        GROUPS,
        Corner,
        Furniture,
        Handover,
        MapFrame,
        PageHead,
        PageStyles,
        PublishedHead,
    )
    from zymap_web.figure import OfflineFigure

    zh = words("zh")
    with counted_names():
        figure = OfflineFigure(integrity=served)
        frame = MapFrame(zh, zoom_snap=1, attribution_control=False, keyboard=True)
        groups = {name: FeatureGroup(name=name, control=False) for name in GROUPS}
        for part in (
            PageHead(modules(), MAIN) if served else PublishedHead((DATA, APP)),
            *(
                Furniture(file, zh, served=served)
                for file in ("header.html", "panel.html", "on_map.html")
            ),
            frame,
            PageStyles(STYLES),
        ):
            figure.add_child(part)
        for part in (
            Corner("topright", control="zoom"),
            Corner("topright", furniture="view-tools"),
            Corner("topright", furniture="layers"),
            Corner("topleft", furniture="tally"),
            Corner("topleft", furniture="thinned"),
            Corner("topleft", furniture="map-empty"),
            Corner("bottomleft", furniture="legend"),
            Corner("bottomright", control="attribution", prefix=False),
            Corner("bottomright", control="scale", imperial=False, maxWidth=120),
            *groups.values(),
            Handover(frame, groups),
        ):
            frame.add_child(part)
        return figure.render()
