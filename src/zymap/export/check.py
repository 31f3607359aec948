"""Re-open a finished file with GDAL and compare it with what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zymap.errors import ExportFailed


@dataclass(frozen=True, slots=True)
class Expected:
    """What a layer of a file must read as.

    Attributes
    ----------
    features : int
        Number of features.
    geometry : str or None
        GDAL's name of the declared geometry type; None if there are no shapes, ``Unknown`` if
        any may occur.
    crs : int or None
        EPSG code.
    columns : mapping
        All fields in order; the texts that a field must hold ("" is null), or None where only
        the name is compared.
    ordered : bool
        False if the format has an order of its own; then the rows are compared as a set.
    """

    features: int
    geometry: str | None
    crs: int | None
    columns: Mapping[str, Sequence[str] | None]
    ordered: bool = True


def check_ogr(path: Path, expected: Expected, layer: str | None = None, **options: Any) -> None:
    """Check a layer of a file.

    Parameters
    ----------
    layer : str, optional
        Name of the layer; the only one where none is given.
    **options
        GDAL's open options.

    Raises
    ------
    ExportFailed
        Count, geometry type, CRS, field names or a text differ.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    names = [name for name, values in expected.columns.items() if values is not None]
    try:
        info = pyogrio.read_info(path, layer=layer, force_feature_count=True, **options)
        found = _texts(path, layer, names, options) if names else []
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise ExportFailed(f"{path.name} does not open again: {error}") from error
    _same(path, "number of features", info["features"], expected.features)
    _same(path, "geometry type", info["geometry_type"], expected.geometry)
    _same(path, "field names", list(info["fields"]), list(expected.columns))
    if expected.crs is not None:
        _same(path, "CRS", _epsg(info["crs"]), expected.crs)
    meant = [list(expected.columns[name] or ()) for name in names]
    if not expected.ordered:
        found, meant = ([sorted(zip(*side, strict=True))] for side in (found, meant))
    for name, texts, texts_meant in zip(names, found, meant, strict=False):
        _same(path, f"texts of {name}", texts, texts_meant)


def _texts(
    path: Path, layer: str | None, names: list[str], options: dict[str, Any]
) -> list[list[Any]]:
    """Return the columns `names`, in this order; null as ""."""
    from pyogrio import raw

    meta, _, _, columns = raw.read(path, layer=layer, columns=names, read_geometry=False, **options)
    by_name = dict(zip(meta["fields"].tolist(), columns, strict=True))
    return [["" if value is None else value for value in by_name[name].tolist()] for name in names]


def _same(path: Path, what: str, found: Any, expected: Any) -> None:
    if found != expected:
        detail = "" if isinstance(found, list) else f" ({found}, not {expected})"
        raise ExportFailed(f"{path.name}: the {what} read back differently{detail}")


def _epsg(crs: str | None) -> int | None:
    import pyproj

    return None if crs is None else pyproj.CRS.from_user_input(crs).to_epsg()
