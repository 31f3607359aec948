"""Write the file of texts beside a store: see `zymap.store.text_file`."""

from __future__ import annotations

import glob
import sqlite3
import sys
from array import array
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from zymap.catalog import AREA_FIELD, parse_catalog
from zymap.store.base import SEPARATOR
from zymap.store.naming import quote, side_table
from zymap.store.reading import connect
from zymap.store.text_file import NUMBER_BYTES, ROW_BITS, checksum, text_path
from zymap.workshop import put

# So much is written at once: Linux keeps in one piece of memory what a file system was given in
# one, and copies a page of features out of that in 0.6 of the time (ADR 27).
WRITTEN_BYTES = 2**20


def write_texts(path: Path, db: sqlite3.Connection, layers: Mapping[str, bool]) -> None:
    """Write the texts that a store holds into a new file.

    Parameters
    ----------
    layers : mapping of layer id to bool
        Whether its features tell which area they are in.

    Raises
    ------
    sqlite3.Error
        The store cannot be read.
    OSError
        The file cannot be written.
    """
    with path.open("xb", buffering=WRITTEN_BYTES) as file:
        runs: dict[tuple[str, str | None], _Run] = {}
        rows: dict[str, array[int]] = {}
        for layer_id, has_areas in layers.items():
            # A layer has a run, be it of no features.
            runs[layer_id, None] = _Run(array("Q", [file.tell()]))
            rows[layer_id] = array("Q", sorted(map(_row, db.execute(_ids(layer_id)))))
            _write_runs(file, runs, layer_id, db.execute(_of_all(layer_id)))
            if has_areas:
                _write_runs(file, runs, layer_id, db.execute(_by_area(layer_id)))
        file.write(bytes(-file.tell() % NUMBER_BYTES))
        index: dict[str, list[Any]] = {"runs": [], "rows": []}
        for (layer_id, area), run in runs.items():
            starts = _write_numbers(file, run.starts)
            fids = None if area is None else _write_numbers(file, run.fids)
            index["runs"].append((layer_id, area, starts, fids))
        for layer_id, numbers in rows.items():
            index["rows"].append((layer_id, _write_numbers(file, numbers)))
        text = orjson.dumps(index)
        file.write(text + len(text).to_bytes(NUMBER_BYTES, sys.byteorder))


@contextmanager
def texts_beside(part: Path, store: Path) -> Generator[None]:
    """Have the texts of a store ready before it is put in the place of another, inside.

    Afterwards those that are not of the store that is then there are removed. Whoever reads them
    still does so to the end.

    Parameters
    ----------
    part : pathlib.Path
        The finished store, in a folder of its own.

    Raises
    ------
    sqlite3.Error
        The finished store cannot be read.
    OSError
        The texts cannot be written.
    """
    texts = part.with_suffix(".texts")
    try:
        with closing(connect(part)) as db:
            meta = _meta(db)
            layers = parse_catalog(meta["catalog"]).layers
            write_texts(texts, db, {layer.id: layer.has_field(AREA_FIELD) for layer in layers})
        put(texts, text_path(store, meta["revision"]))
        yield
    finally:
        sweep_texts(store)


def sweep_texts(store: Path) -> None:
    """Remove what `leftover_texts` finds; for who writes the store alone."""
    for path in leftover_texts(store):
        with suppress(OSError):
            path.unlink()


def leftover_texts(store: Path) -> list[Path]:
    """Return the texts of other revisions than the one that is there.

    They are of a load that was killed, or of one that is just coming.
    """
    kept = None
    with suppress(sqlite3.Error), closing(connect(store)) as db:
        kept = text_path(store, _meta(db).get("revision", ""))
    found = store.parent.glob(f".{glob.escape(store.stem)}.*.texts")
    return [path for path in found if path != kept]


def _meta(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT key, value FROM zymap_meta").fetchall())


@dataclass(slots=True)
class _Run:
    """What is written of a run; see `zymap.store.text_file.Run`."""

    starts: array[int]
    fids: array[int] = field(default_factory=lambda: array("Q"))


def _ids(layer_id: str) -> str:
    return f"SELECT fid, id FROM {side_table(layer_id)}"


def _row(row: tuple[int, str]) -> int:
    fid, feature_id = row
    return checksum(feature_id) << ROW_BITS | fid


def _of_all(layer_id: str) -> str:
    return f"SELECT NULL, fid, feature FROM {side_table(layer_id)} ORDER BY fid"


def _by_area(layer_id: str) -> str:
    return (
        f"SELECT t.{AREA_FIELD}, t.fid, x.feature FROM {quote(layer_id)} t "
        f"CROSS JOIN {side_table(layer_id)} x ON x.fid = t.fid "
        f"WHERE t.{AREA_FIELD} IS NOT NULL ORDER BY t.{AREA_FIELD}, t.fid"
    )


def _write_runs(
    file: BinaryIO,
    runs: dict[tuple[str, str | None], _Run],
    layer_id: str,
    rows: Iterable[tuple[str | None, int, bytes]],
) -> None:
    """Write texts of a layer that come run by run."""
    end = file.tell()
    for area, fid, text in rows:
        run = runs.get((layer_id, area))
        if run is None:
            run = runs[layer_id, area] = _Run(array("Q", [end]))
        end += file.write(text + SEPARATOR)
        run.starts.append(end)
        run.fids.append(fid)


def _write_numbers(file: BinaryIO, numbers: array[int]) -> tuple[int, int]:
    """Write numbers; return where they begin and end."""
    first = file.tell()
    file.write(numbers)
    return first, file.tell()
