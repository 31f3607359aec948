"""The table of export formats: one row and one module each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from zymap.crs import OFFERED, STORED
from zymap.errors import NotRepresentable, UnknownName

UTF8, GBK = "UTF-8", "GBK"
ZIP = "application/zip"
_ALL = tuple(OFFERED)


@dataclass(frozen=True, slots=True)
class Format:
    """A format that features can be exported in.

    Attributes
    ----------
    key : str
        Name in the API and on the command line.
    media_type : str
        Of a single file; a zip is ``application/zip``.
    suffix : str
        Ending of a single file; a zip of such files ends in ``.zip`` after it.
    module : str
        Module under `zymap.export` that writes it; loaded when the format is first asked for.
    crs : tuple of int
        EPSG codes that the format can hold.
    encodings : tuple of str
        Text encodings to choose from, the default first; one where there is no choice.
    packing : str
        Whether the files come as a zip: ``never``, ``always``, or if there are ``several``
        layers.
    selects : bool
        Whether the caller may choose the columns.
    """

    key: str
    title_zh: str
    title_en: str
    media_type: str
    suffix: str
    module: str
    crs: tuple[int, ...] = _ALL
    encodings: tuple[str, ...] = (UTF8,)
    packing: Literal["never", "several", "always"] = "never"
    selects: bool = False

    def zipped(self, layers: int) -> bool:
        """Tell whether an export of so many layers comes as a zip."""
        return self.packing == "always" or (self.packing == "several" and layers > 1)

    def suffix_for(self, layers: int) -> str:
        """Return the ending of the file name of an export of so many layers."""
        return f"{self.suffix}.zip" if self.zipped(layers) else self.suffix

    def media_type_for(self, layers: int) -> str:
        """Return the media type of an export of so many layers."""
        return ZIP if self.zipped(layers) else self.media_type

    def check_crs(self, code: int) -> None:
        """Refuse a CRS that the format cannot hold.

        Raises
        ------
        UnknownName
            zymap does not offer the CRS at all.
        NotRepresentable
            The format's own standard fixes another one.
        """
        if code not in OFFERED:
            known = ", ".join(map(str, OFFERED))
            raise UnknownName(f"crs: {code} is not on offer; use one of {known}", parameter="crs")
        if code not in self.crs:
            raise NotRepresentable(
                f"{self.title_en} is always EPSG:{STORED} by its standard, not EPSG:{code}; "
                "choose another format for another CRS",
                parameter="crs",
            )

    def parse_encoding(self, text: str | None) -> str:
        """Return the encoding that `text` names in any usual spelling; None takes the default.

        Raises
        ------
        UnknownName
            The text names no encoding on offer.
        NotRepresentable
            The format's encoding cannot be chosen.
        """
        if text is None:
            return self.encodings[0]
        wanted = {"utf8": UTF8, "gbk": GBK, "cp936": GBK}.get(text.replace("-", "").lower())
        if wanted is None:
            raise UnknownName(
                f"encoding: {text!r} is not on offer; use {UTF8} or {GBK}", parameter="encoding"
            )
        if wanted not in self.encodings:
            raise NotRepresentable(
                f"{self.title_en} is always {self.encodings[0]}; only a Shapefile can be {GBK}",
                parameter="encoding",
            )
        return wanted


FORMATS: Mapping[str, Format] = {
    row.key: row
    for row in (
        Format(
            "shp",
            "Shapefile",
            "Shapefile",
            ZIP,
            ".shp",
            "shapefile",
            encodings=(UTF8, GBK),
            packing="always",
        ),
        Format(
            "gpkg",
            "GeoPackage",
            "GeoPackage",
            "application/geopackage+sqlite3",
            ".gpkg",
            "geopackage",
        ),
        Format(
            "geojson",
            "GeoJSON",
            "GeoJSON",
            "application/geo+json",
            ".geojson",
            "geojson_file",
            crs=(STORED,),
        ),
        Format(
            "csv",
            "CSV 表格",
            "CSV",
            "text/csv; charset=utf-8; header=present",
            ".csv",
            "csv_file",
            packing="several",
            selects=True,
        ),
        Format(
            "xlsx",
            "Excel 工作簿",
            "Excel workbook",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
            "workbook",
        ),
        Format(
            "kml",
            "KML（奥维、Google Earth）",
            "KML",
            "application/vnd.google-earth.kml+xml",
            ".kml",
            "kml",
            crs=(STORED,),
        ),
        Format("fgb", "FlatGeobuf", "FlatGeobuf", ZIP, ".fgb", "flatgeobuf", packing="always"),
    )
}


def find_format(key: str) -> Format:
    """Return the format called `key`.

    Raises
    ------
    UnknownName
        There is no such format.
    """
    if key not in FORMATS:
        raise UnknownName(
            f"format: {key!r} is not on offer; use one of {', '.join(FORMATS)}", parameter="format"
        )
    return FORMATS[key]
