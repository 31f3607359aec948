"""What a downloaded file is called, in Chinese and in ASCII.

Standard: RFC 6266 (Content-Disposition), RFC 5987 (``filename*``).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple
from urllib.parse import quote

from zymap.catalog import AREA_FIELD, Catalog
from zymap.export.formats import find_format
from zymap.query import Query

# What Windows forbids in a file name, and what could end a header line.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\s]+')
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_PART_LENGTH = 40
# attr-char of RFC 5987, 3.2.1, beyond letters and digits.
_ATTR_CHARS = "!#$&+-.^_`|~"


class DownloadName(NamedTuple):
    """The name of a file for those who read RFC 5987, and the ASCII one for the others."""

    utf8: str
    ascii: str


def download_name(
    catalog: Catalog,
    query: Query,
    format: str,  # noqa: A002 (the parameter's name everywhere)
    *,
    day: dt.date | None = None,
) -> DownloadName:
    """Name the file of an export by place, area, layer and day.

    Parameters
    ----------
    format : str
        Key of `zymap.export.FORMATS`.
    day : datetime.date, optional
        Today (UTC) where none is given.
    """
    suffix = find_format(format).suffix_for(len(query.sources))
    return file_name(catalog, query, _layer_titles(catalog, query), suffix, day=day)


def file_name(
    catalog: Catalog,
    query: Query,
    title: tuple[str, str],
    suffix: str,
    *,
    day: dt.date | None = None,
) -> DownloadName:
    """Name a file by place, area, what it is, and day.

    Parameters
    ----------
    title : tuple of str
        What it is, in Chinese and in ASCII.
    suffix : str
        With its dot.
    day : datetime.date, optional
        Today (UTC) where none is given.
    """
    stamp = f"{day or dt.datetime.now(dt.UTC).date():%Y%m%d}"
    utf8, plain = [catalog.dataset.place_zh], [catalog.dataset.id]
    area = _asked_area(query)
    if area in catalog.areas:
        code = catalog.areas[area]
        utf8.append(code.short_zh or code.zh)
        plain.append(area)
    return DownloadName(
        "_".join([*(_tidy(part) for part in (*utf8, title[0])), stamp]) + suffix,
        "_".join([*(_plain(part) for part in (*plain, title[1])), stamp]) + suffix,
    )


def content_disposition(name: DownloadName) -> str:
    """Return the value of the header ``Content-Disposition`` for a download; pure ASCII."""
    return (
        f'attachment; filename="{_plain(name.ascii)}"; '
        f"filename*=UTF-8''{quote(name.utf8, safe=_ATTR_CHARS)}"
    )


def _asked_area(query: Query) -> str:
    for condition in query.conditions:
        if condition.field == AREA_FIELD and len(condition.values) == 1:
            return str(condition.values[0])
    return query.within or ""


def _layer_titles(catalog: Catalog, query: Query) -> tuple[str, str]:
    ids = query.collections
    if len(ids) == 1:
        return catalog.layer(ids[0]).title_zh, ids[0]
    return f"{len(ids)}个图层", f"{len(ids)}-layers"


def _tidy(text: str) -> str:
    return _FORBIDDEN.sub(" ", text).strip(" ._").replace(" ", "_")[:_PART_LENGTH] or "zymap"


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("-", text).strip("-") or "zymap"
