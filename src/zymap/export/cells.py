"""How single values are shown in tables for people: lists, codes, coordinates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from zymap.catalog import Catalog, Field
from zymap.crs import OFFERED
from zymap.export.table import Table

LIST_SEPARATOR = "; "
# Decimals that keep a millimetre (metres) or a tenth of one (degrees).
_DECIMALS = {True: 3, False: 9}


def join_list(items: Sequence[str]) -> str:
    """Return a list of texts as one text."""
    return LIST_SEPARATOR.join(map(str, items))


def show_titles(catalog: Catalog, field: Field, value: Any) -> Any:
    """Return a value with its codes replaced by their Chinese titles; lists joined."""
    if field.enum is not None and value is not None:
        codes = catalog.code_list(field.enum)
        several = value if isinstance(value, list) else [value]
        titles = [codes[code].zh if code in codes else code for code in several]
        return join_list(titles)
    return join_list(value) if isinstance(value, list) else value


def show_codes(value: Any) -> Any:
    """Return a value as data for machines: codes as they are, ISO dates, lists joined."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return join_list(value) if isinstance(value, list) else value


def describe_codes(catalog: Catalog, field: Field) -> str:
    """Return the codes of a field with their titles, as one line."""
    if field.enum is None:
        return ""
    codes = catalog.code_list(field.enum)
    return join_list([f"{code}={title.zh} {title.en}".strip() for code, title in codes.items()])


def coordinate_decimals(crs: int) -> int:
    """Return how many decimals a coordinate is printed with."""
    return _DECIMALS[OFFERED[crs].projected]


def coordinate_titles(crs: int) -> tuple[str, str]:
    """Return the headings of the two coordinate columns, x first."""
    if OFFERED[crs].projected:
        return f"东坐标(easting_{crs})", f"北坐标(northing_{crs})"
    return "经度(lon)", "纬度(lat)"


def point_coordinates(table: Table, crs: int) -> list[tuple[float | None, float | None]]:
    """Return x, y of each feature that is a Point; (None, None) for the others."""
    import shapely

    from zymap.crs import project

    points = table.geometries.copy()
    points[shapely.get_type_id(points) != 0] = None
    decimals = coordinate_decimals(crs)
    projected = project(points, crs)
    pairs = zip(shapely.get_x(projected).tolist(), shapely.get_y(projected).tolist(), strict=True)
    return [(None, None) if x != x else (round(x, decimals), round(y, decimals)) for x, y in pairs]
