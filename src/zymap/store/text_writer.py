"""Write the file of texts beside a store: see `zymap.store.text_file`."""

from __future__ import annotations

import glob
import sqlite3
import sys
from array import array
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import orjson

from zymap.catalog import parse_catalog
from zymap.store.base import SEPARATOR
from zymap.store.naming import side_table
from zymap.store.reading import connect
from zymap.store.text_file import NUMBER_BYTES, text_path
from zymap.workshop import put


def write_texts(path: Path, db: sqlite3.Connection, layer_ids: Sequence[str]) -> None:
    """Write the texts that a store holds into a new file.

    Raises
    ------
    sqlite3.Error
        The store cannot be read.
    OSError
        The file cannot be written.
    """
    with path.open("xb") as file:
        starts = {layer_id: _write_layer(file, db, layer_id) for layer_id in layer_ids}
        file.write(bytes(-file.tell() % NUMBER_BYTES))
        index: dict[str, tuple[int, int]] = {}
        for layer_id, numbers in starts.items():
            first = file.tell()
            file.write(numbers)
            index[layer_id] = first, file.tell()
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
            write_texts(texts, db, [layer.id for layer in layers])
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


def _write_layer(file: BinaryIO, db: sqlite3.Connection, layer_id: str) -> array[int]:
    """Write the texts of a layer; return where each begins, and where the last one ends."""
    starts = array("Q", [file.tell()])
    for (text,) in db.execute(f"SELECT feature FROM {side_table(layer_id)} ORDER BY fid"):
        file.write(text + SEPARATOR)
        starts.append(starts[-1] + len(text) + len(SEPARATOR))
    return starts
