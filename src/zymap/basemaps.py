"""Basemaps: pictures of other people's maps below our own, only where the operator sets them.

A template is an address with ``{z}``, ``{x}`` and ``{y}`` (OSGeo's XYZ; ``{-y}`` counts rows from
the south as TMS does). WMTS fits too, RESTful or KVP: ``{z}`` is its TileMatrix, ``{x}`` its
TileCol, ``{y}`` its TileRow (OGC 07-057r7, 8.2), in the tile matrix set WebMercatorQuad.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

_PLACE = re.compile(r"\{[^{}]*\}")
# What a Content-Security-Policy can name; an address in brackets (IPv6) it cannot.
_HOST = re.compile(r"[a-z0-9.-]+(?::\d{1,5})?")
_PRINTABLE = re.compile(r"[!-~]+")
DEEPEST_ZOOM = 24
TIANDITU = "https://t{s}.tianditu.gov.cn"


class Basemap(BaseModel):
    """Tiles in Web Mercator (EPSG:3857 grid), one layer or several on top of each other.

    Attributes
    ----------
    id : str
        What the page's address calls it.
    layers : tuple of str
        Templates, the lowest first. Not in the repr: they may hold a key.
    subdomains : tuple of str
        What ``{s}`` in the host stands for, in turn.
    datum : {"wgs84", "gcj02"}
        ``gcj02`` if the pictures are shifted as Chinese web maps are; CGCS2000 counts as WGS 84,
        which it meets within a metre.
    max_zoom : int
        Deepest zoom with tiles; the page enlarges them from there on.
    proxied : bool
        Whether zymap fetches the tiles for its readers, so that the templates stay here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    title_zh: Annotated[str, Field(min_length=1)]
    title_en: str = ""
    layers: Annotated[tuple[str, ...], Field(min_length=1, max_length=4, repr=False)]
    subdomains: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,63}$")], ...] = ()
    datum: Literal["wgs84", "gcj02"] = "wgs84"
    attribution_zh: Annotated[str, Field(min_length=1)]
    attribution_en: str = ""
    attribution_url: HttpUrl | None = None
    max_zoom: Annotated[int, Field(ge=1, le=DEEPEST_ZOOM)] = 18
    proxied: bool = False

    @field_validator("layers")
    @classmethod
    def _check_templates(cls, layers: tuple[str, ...]) -> tuple[str, ...]:
        for template in layers:
            _check_template(template)
        return layers

    @model_validator(mode="after")
    def _check_subdomains(self) -> Self:
        if bool(self.subdomains) != any("{s}" in template for template in self.layers):
            raise ValueError("{s} in the address and subdomains belong together")
        return self

    def origins(self) -> list[str]:
        """Return the origins that a browser asks for tiles, none if zymap asks for it."""
        if self.proxied:
            return []
        found = {
            f"{parts.scheme}://{parts.netloc.replace('{s}', name)}"
            for parts in map(urlsplit, self.layers)
            for name in self.subdomains or ("",)
        }
        return sorted(found)

    def page_templates(self) -> tuple[str, ...]:
        """Return what the page asks, one template a layer; relative to the page if proxied."""
        if not self.proxied:
            return self.layers
        return tuple(
            f"basemaps/{self.id}/{layer}/{{z}}/{{x}}/{{y}}" for layer in range(len(self.layers))
        )

    def tile_address(self, layer: int, z: int, x: int, y: int) -> str:
        """Return the address of a tile; `layer` counts from the lowest, 0."""
        places = {"z": z, "x": x, "y": y, "-y": 2**z - 1 - y}
        if self.subdomains:
            places["s"] = self.subdomains[(x + y) % len(self.subdomains)]
        return _PLACE.sub(lambda match: str(places[match[0][1:-1]]), self.layers[layer])

    def has_tile(self, layer: int, z: int, x: int, y: int) -> bool:
        """Tell whether there is such a tile in the grid."""
        in_grid = 0 <= z <= self.max_zoom and 0 <= x < 2**z and 0 <= y < 2**z
        return in_grid and 0 <= layer < len(self.layers)


def _check_template(template: str) -> None:
    # The sentences quote no address, since it may hold a key.
    if not _PRINTABLE.fullmatch(template):
        raise ValueError("an address is printable ASCII without spaces")
    parts = urlsplit(template)
    if parts.scheme not in ("http", "https"):
        raise ValueError("the address must begin with http:// or https://")
    if not _HOST.fullmatch(parts.netloc.replace("{s}", "s", 1)) or parts.port == 0:
        raise ValueError("the address needs a plain host name in lower case, with {s} at most")
    found = _PLACE.findall(template)
    unknown = set(found) - {"{s}", "{z}", "{x}", "{y}", "{-y}"}
    if unknown or re.search(r"[{}]", _PLACE.sub("", template)):
        raise ValueError("the places of an address are {z}, {x}, {y} or {-y}, and {s}")
    if not {"{z}", "{x}"} <= set(found) or ("{y}" in found) == ("{-y}" in found):
        raise ValueError("the address needs {z}, {x} and one of {y} and {-y}")


def osm() -> Basemap:
    """Return OpenStreetMap's own tiles; its policy asks readers' browsers to fetch them directly.

    Source: https://operations.osmfoundation.org/policies/tiles/
    """
    return Basemap(
        id="osm",
        title_zh="OpenStreetMap",
        title_en="OpenStreetMap",
        layers=("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
        attribution_zh="© OpenStreetMap 贡献者",
        attribution_en="© OpenStreetMap contributors",
        attribution_url=HttpUrl("https://www.openstreetmap.org/copyright"),
        max_zoom=19,
    )


def amap() -> Basemap:
    """Return 高德's street map, whose pictures are in GCJ-02."""
    query = "lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
    return Basemap(
        id="amap",
        title_zh="高德地图",
        title_en="Amap",
        layers=(f"https://webrd0{{s}}.is.autonavi.com/appmaptile?{query}",),
        subdomains=tuple("1234"),
        datum="gcj02",
        attribution_zh="© 高德地图",
        attribution_en="© Amap (AutoNavi)",
        attribution_url=HttpUrl("https://www.amap.com/"),
        max_zoom=18,
    )


def tianditu(key: str) -> tuple[Basemap, Basemap]:
    """Return 天地图's street map and its imagery, each with its names on top, for a key.

    Source: http://lbs.tianditu.gov.cn/server/MapService.html
    """

    def made(name: str, title_zh: str, title_en: str, *layers: str) -> Basemap:
        return Basemap(
            id=f"tianditu-{name}",
            title_zh=title_zh,
            title_en=title_en,
            layers=tuple(_tianditu_template(layer, key) for layer in layers),
            subdomains=tuple("01234567"),
            attribution_zh="© 国家地理信息公共服务平台 天地图",
            attribution_en="© Tianditu (National Geographic Information Service Platform)",
            attribution_url=HttpUrl("https://www.tianditu.gov.cn/"),
            max_zoom=18,
            proxied=True,
        )

    return (
        made("vector", "天地图 矢量", "Tianditu, streets", "vec", "cva"),
        made("imagery", "天地图 影像", "Tianditu, imagery", "img", "cia"),
    )


# An operator's own basemap may not take these names.
PRESETS: tuple[str, ...] = ("osm", "amap", "tianditu-vector", "tianditu-imagery")


def _tianditu_template(layer: str, key: str) -> str:
    asked = (
        "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&FORMAT=tiles&TILEMATRIXSET=w"
        f"&LAYER={layer}&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}"
    )
    return f"{TIANDITU}/{layer}_w/wmts?{asked}&tk={quote(key, safe='')}"
