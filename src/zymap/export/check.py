"""Re-open a finished file with GDAL and compare it with what was meant."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    fields : sequence of str
        All of them, in order.
    texts : iterable of mapping
        The texts that fields must hold ("" is null), some rows at a time; fields that are not
        in it are compared by name only.
    ordered : bool
        False if the format has an order of its own; then the rows are compared as a set.
    """

    features: int
    geometry: str | None
    crs: int | None
    fields: Sequence[str]
    texts: Iterable[Mapping[str, Sequence[str]]] = ()
    ordered: bool = True


def check_ogr(
    path: Path,
    expected: Expected,
    layer: str | None = None,
    *,
    checked: Callable[[int], object] = lambda _rows: None,
    **options: Any,
) -> None:
    """Check a layer of a file.

    Parameters
    ----------
    layer : str, optional
        Name of the layer; the only one where none is given.
    checked : callable
        Told of the rows compared so far.
    **options
        GDAL's open options.

    Raises
    ------
    ExportFailed
        Count, geometry type, CRS, field names or a text differ.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        info = pyogrio.read_info(path, layer=layer, force_feature_count=True, **options)
        _same(path, "number of features", info["features"], expected.features)
        _same(path, "geometry type", info["geometry_type"], expected.geometry)
        _same(path, "field names", list(info["fields"]), list(expected.fields))
        if expected.crs is not None:
            _same(path, "CRS", _epsg(info["crs"]), expected.crs)
        done = 0
        for texts in expected.texts:
            if texts:
                rows = len(next(iter(texts.values())))
                found = _texts(path, layer, list(texts), (done, rows), options)
                _same_texts(path, found, texts, expected.ordered)
                done += rows
                checked(done)
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise ExportFailed(f"{path.name} does not open again: {error}") from error


def _texts(
    path: Path,
    layer: str | None,
    names: list[str],
    rows: tuple[int, int],
    options: dict[str, Any],
) -> list[list[Any]]:
    """Return the columns `names`, in this order; null is "".

    Of the rows only some are read: so many are skipped, so many taken.
    """
    from pyogrio import raw

    skipped, taken = rows
    meta, _, _, columns = raw.read(
        path,
        layer=layer,
        columns=names,
        read_geometry=False,
        skip_features=skipped,
        max_features=taken,
        **options,
    )
    by_name = dict(zip(meta["fields"].tolist(), columns, strict=True))
    texts = [["" if v is None else v for v in by_name[name].tolist()] for name in names]
    # pyogrio's reader holds what it read in a cycle of references, so that the batches of a large
    # layer would add up until the collector comes by.
    gc.collect(1)
    return texts


def _same_texts(
    path: Path, found: list[list[Any]], meant: Mapping[str, Sequence[str]], ordered: bool
) -> None:
    if not ordered:
        rows, rows_meant = (sorted(zip(*side, strict=True)) for side in (found, meant.values()))
        _same(path, "texts", rows, rows_meant)
        return
    for (name, texts_meant), texts in zip(meant.items(), found, strict=True):
        _same(path, f"texts of {name}", texts, texts_meant)


def _same(path: Path, what: str, found: Any, expected: Any) -> None:
    if found != expected:
        detail = "" if isinstance(found, list) else f" ({found}, not {expected})"
        raise ExportFailed(f"{path.name}: the {what} read back differently{detail}")


def _epsg(crs: str | None) -> int | None:
    import pyproj

    return None if crs is None else pyproj.CRS.from_user_input(crs).to_epsg()
