"""The embedded store: one GeoPackage, read as plain SQLite.

Standard: OGC 12-128r19 (GeoPackage 1.4), clause 2.1.3 (geometry encoding) and the R-tree
extension (annex F.3).
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import orjson

from zymap.bbox import BBox
from zymap.catalog import Catalog
from zymap.errors import QuestionTooLong, StoreUnavailable, ZymapError
from zymap.geojson import id_of
from zymap.query import Query
from zymap.store import functions, sql
from zymap.store.asking import Answer, Reading, SqlStore
from zymap.store.base import SEPARATOR, Count, Page, VectorTile, tile_attributes
from zymap.store.dialect import Dialect, Parameter
from zymap.store.gpkg_dialect import GPKG
from zymap.store.placing import apart, placed
from zymap.store.reading import MAPPED_BYTES, FileState, connect, file_state
from zymap.store.text_file import Texts
from zymap.tilematrix import Tile

if TYPE_CHECKING:
    from zymap.store.choosing import Chooser
    from zymap.store.thinning import Fids, Ints
    from zymap.tiles import TileRows

_LOOK_AFTER_S = 1.0
# Of SQLite's program, between two looks at the clock: well below a millisecond.
_STEPS = 10_000
_VERSION = "PRAGMA data_version"
_UNMAP = "PRAGMA mmap_size = 0"
# Of a file that is not mapped: 8 MB of pages, for each connection.
_CACHE = "PRAGMA cache_size = -8192"


@dataclass(slots=True)
class _Deadline:
    """When a question is given up."""

    ends_s: float = math.inf

    def is_over(self) -> bool:
        """Tell SQLite, which asks so now and then."""
        return time.monotonic() > self.ends_s


@dataclass(slots=True, eq=False, weakref_slot=True)
class _Connection:
    """One thread's connection, and what it last knew of the data; it is closed with its thread.

    Attributes
    ----------
    uses : int
        How often something was looked up in the file.
    is_held, is_sure : bool
        Whether one look at the version is enough for now, and whether it has been taken.
    """

    opened: sqlite3.Connection
    file: FileState
    looked_at_s: float
    data_version: int = -1
    revision: str = ""
    readings: int = 0
    uses: int = 0
    is_held: bool = False
    is_sure: bool = False
    deadline: _Deadline = field(default_factory=_Deadline)

    def __del__(self) -> None:
        self.opened.close()

    @property
    def db(self) -> sqlite3.Connection:
        """The open file, to look something up in it."""
        self.uses += 1
        return self.opened

    def version(self) -> int:
        """Return a number that is another one after each change by another connection."""
        return self.opened.execute(_VERSION).fetchone()[0]

    def is_unchanged(self, uses: int) -> bool:
        """Tell whether the data are those that it knew, and were when `uses` were made of it."""
        if self.is_sure and self.uses == uses:
            return True
        same = self.version() == self.data_version
        self.is_sure = same and self.is_held
        return same

    @property
    def dialect(self) -> Dialect:
        """How to spell what is asked."""
        return GPKG

    def rows(self, text: str, parameters: Sequence[Parameter] = ()) -> Sequence[Sequence[Any]]:
        """Return what a statement finds."""
        return self.db.execute(text, parameters).fetchall()

    def meta(self, key: str) -> str | None:
        """Return what was written down about the data as a whole."""
        row = self.db.execute("SELECT value FROM zymap_meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]


class GpkgStore(SqlStore):
    """A GeoPackage that `zymap.load` wrote; see `zymap.store.base.Store`.

    Parameters
    ----------
    path : pathlib.Path
        The file. It is opened for reading only.
    question_s : float
        Seconds after which a question is given up; `iterate` may take as long as it takes.

    Raises
    ------
    StoreUnavailable
        The file is not there or was not written by zymap.
    """

    def __init__(self, path: Path, *, question_s: float = math.inf) -> None:
        super().__init__()
        self.path = path
        self._question_s = question_s
        self._local = threading.local()
        self._open = WeakSet[_Connection]()
        self._lock = threading.Lock()
        self._choosers: dict[str, Chooser] = {}
        self._sizes: dict[tuple[str, str, str | None], Count] = {}
        self._texts = Texts(path)
        self._look_in()

    @property
    def _own(self) -> _Connection | None:
        """The connection of the thread that asks, if it has one."""
        return getattr(self._local, "connection", None)

    @property
    def remote(self) -> bool:
        """It is a file, read in this process."""
        return False

    def revision(self) -> str:
        """Return the fingerprint of the data."""
        # Asked twice a request: the short way, where nothing has changed.
        held = self._own
        try:
            if (
                held is not None
                and not self._is_replaced(held, time.monotonic())
                and held.is_unchanged(held.uses)
            ):
                return held.revision
        except sqlite3.Error as error:
            raise self._failed(error) from error
        with self._reading() as connection:
            return connection.revision

    def hold(self) -> None:
        """See `zymap.store.base.Store`."""
        held = self._own
        if held is not None:
            held.is_held = True

    def let_go(self) -> None:
        """See `zymap.store.base.Store`."""
        held = self._own
        if held is not None:
            held.is_held = held.is_sure = False

    def page(self, query: Query, after: str | None = None) -> Page:
        """Return a page of what matches; see `zymap.store.base.Store`."""
        page, area = self._page_of_some, query.area_alone
        if len(query.sources) == 1 and (area is not None or query.is_for_all):
            page = partial(self._page_of_run, area)
        return self._ask_at_sight(lambda connection: page(connection, query, after))

    def _page_of_some(self, connection: _Connection, query: Query, after: str | None) -> Page:
        catalog, asked = self._catalog(connection), self._resolved(connection, query)
        area = self._area(connection, asked)
        position = None if after is None else self._position(connection, asked, after)
        found = None if asked.sort else self._find(connection, asked, catalog, area)
        if found is not None:
            fids = _behind(found, 0 if position is None else position.fid, asked.limit)
            count = Count(sum(map(len, found)), len(found[0]))
            return self._page_of(connection, asked, fids, count)
        asked, whole = placed(asked), query.unpaged()
        anywhere = asked.bbox is not None and asked.located is None
        if anywhere and not self._unlocated(connection, whole):
            asked = asked._replace(located=True)
        if len(query.sources) == 1:
            return self._page_of_one(connection, asked, whole, (catalog, area, position))
        statement = sql.page(asked, catalog, area, position)
        texts, number = connection.db.execute(*statement).fetchone()
        count = self._count(connection, whole)
        return _page(texts or b"", number, query.limit, count, connection.revision)

    def _page_of_one(
        self,
        connection: _Connection,
        asked: Query,
        whole: Query,
        given: tuple[Catalog, sql.Area | None, sql.Position | None],
    ) -> Page:
        """Return a page of what matches in one collection, by the database."""
        count = self._counts.get((connection.revision, whole))
        if count is None:
            statement = sql.counted_page_fids(asked, *given)
            fids, *matched = connection.db.execute(*statement).fetchone()
            count = self._with_unlocated(connection, whole, Count(*matched))
        else:
            (fids,) = connection.db.execute(*sql.page_fids(asked, *given)).fetchone()
        return self._page_of(connection, asked, orjson.loads(fids), count)

    def _page_of_run(
        self, area: str | None, connection: _Connection, query: Query, after: str | None
    ) -> Page:
        """Return a page of all features of a collection, or of all those in an area."""
        file, layer_id = self._texts.file(connection.revision), query.sources[0].collection
        if file is None or (layer_id, area) not in file.runs:
            return self._page_of_some(connection, query, after)
        found = file.stretch(layer_id, area, after, query.limit)
        if found is None:
            return self._page_of_some(connection, query, after)
        count = self._size(connection, query, area)
        last = None if found.last is None else id_of(found.last)
        return Page(found.parts, found.returned, last, count, connection.revision)

    def _page_of(
        self, connection: _Connection, query: Query, fids: Sequence[int], count: Count
    ) -> Page:
        """Return the page of row numbers of one collection; others may stand behind it."""
        shown = fids[: query.limit]
        if not shown:
            return Page([], 0, None, count, connection.revision)
        layer_id = query.sources[0].collection
        parts, text = self._texts.read(connection, connection.revision, layer_id, shown)
        last = id_of(text) if len(fids) > len(shown) else None
        return Page(parts, len(shown), last, count, connection.revision)

    def _text(self, reading: Reading, layer_id: str, feature_id: str) -> bytes | None:
        file = self._texts.file(reading.revision)
        found = None if file is None else file.find(layer_id, feature_id)
        return found or super()._text(reading, layer_id, feature_id)

    def _size(self, connection: _Connection, query: Query, area: str | None) -> Count:
        """Count all features of a collection, or of an area in it."""
        key = (connection.revision, query.sources[0].collection, area)
        if key not in self._sizes:
            self._sizes[key] = self._count(connection, query.unpaged())
        return self._sizes[key]

    def iterate(self, query: Query) -> Generator[bytes]:
        """Yield what `select` returns, without holding all of it."""
        with self._reading(math.inf) as connection:
            statement = self._statement(connection, query)
            # Who reads everything needs no page twice, and would have all of the file in the
            # process's memory in the end.
            connection.db.execute(_UNMAP)
            try:
                for row in connection.db.execute(*statement):
                    yield row[0]
            finally:
                with suppress(sqlite3.ProgrammingError, OSError):
                    _map(connection.db, self.path)

    def tile(self, query: Query, tile: Tile, buffer: float) -> VectorTile:
        """Return a tile of the matching features, thinned where they are many."""
        from zymap.tiles import encode_tile

        rows = self.tile_rows(query, tile, buffer)
        return VectorTile(encode_tile(query.sources[0].collection, tile, rows), rows.left_out)

    def tile_rows(self, query: Query, tile: Tile, buffer: float) -> TileRows:
        """Return what a tile is made of: the features whose bounds meet it."""
        box = tile.bbox(buffer)

        def ask(connection: _Connection) -> TileRows:
            return self._tile_rows(connection, query, tile, box)

        return self._ask_at_sight(ask)

    def _tile_rows(self, connection: _Connection, query: Query, tile: Tile, box: BBox) -> TileRows:
        from zymap.tiles import Vocabulary, no_rows

        asked = query.unpaged()
        if asked.located:
            asked = asked._replace(located=None)
        catalog, asked = self._catalog(connection), self._looked_up(connection, asked)
        layer = catalog.layer(query.sources[0].collection)
        if not layer.geometry or asked.located is not None:
            return no_rows(Vocabulary(tile_attributes(layer), ()))
        area = self._area(connection, asked)
        table, ranks, left_out = self._chooser(connection.revision).choose(
            connection, catalog, asked, area, tile, box
        )
        return table.rows(connection.db, ranks, left_out)

    def _find(
        self, connection: _Connection, query: Query, catalog: Catalog, area: sql.Area | None
    ) -> tuple[Fids, Ints] | None:
        """Return what a question with a place finds, as far as the arrays in memory tell."""
        if len(query.sources) != 1 or query.located is False:
            return None
        place, anywhere = apart(query)
        if place is None or not catalog.layer(query.sources[0].collection).geometry:
            return None
        chooser = self._chooser(connection.revision)
        found = chooser.find(connection, catalog, place, anywhere, area)
        # Those without a geometry match a box, and nothing else that names a place.
        if found is None or (query.bbox is not None and not query.located):
            return found
        return found[0], found[1][:0]

    def _chooser(self, revision: str) -> Chooser:
        found = self._choosers.get(revision)
        if found is not None:
            return found
        from zymap.store.choosing import Chooser

        with self._lock:
            if revision not in self._choosers:
                self._choosers = {revision: Chooser()}
            return self._choosers[revision]

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open:
                connection.opened.close()
            self._open.clear()
            self._local = threading.local()

    def _ask(self, ask: Callable[[_Connection], Answer]) -> Answer:
        with self._reading() as connection:
            return ask(connection)

    def _ask_at_sight(self, ask: Callable[[_Connection], Answer]) -> Answer:
        """Return what a function makes of what it looks up, without a transaction.

        What it found is of one state if the data are still those that the connection knew before:
        of what it did not look up in the file, nothing changes without the file.
        """
        connection = self._own
        now_s = time.monotonic()
        if connection is None or self._is_replaced(connection, now_s):
            return self._ask(ask)
        before, connection.deadline.ends_s = connection.deadline.ends_s, now_s + self._question_s
        uses = connection.uses
        try:
            answer = ask(connection)
            if connection.is_unchanged(uses):
                return answer
        except sqlite3.Error as error:
            failure = self._failed(error)
            if isinstance(failure, QuestionTooLong):
                raise failure from error
            # Perhaps of two states; if it is more than that, it will come again.
        except Exception:
            # What is read of two states need not fit together.
            if connection.version() == connection.data_version:
                raise
        finally:
            connection.deadline.ends_s = before
        # What was remembered meanwhile may be of the new state, by the name of the old one.
        self._forget()
        return self._ask(ask)

    def _forget(self) -> None:
        super()._forget()
        self._sizes, self._choosers = {}, {}

    @contextmanager
    def _reading(self, question_s: float | None = None) -> Generator[_Connection]:
        """Lend this thread's connection, told of any change since its last use.

        All that is read inside is of one state of the data, and so is what is remembered of it.
        """
        try:
            connection = self._own
            now_s = time.monotonic()
            if connection is None or self._is_replaced(connection, now_s):
                connection = self._connect()
            ends_s = now_s + (self._question_s if question_s is None else question_s)
            with _transaction(connection, ends_s):
                version = connection.version()
                if version != connection.data_version:
                    connection.revision = self._stated(connection, "revision")
                    connection.data_version = version
                yield connection
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> ZymapError:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return QuestionTooLong(f"no answer was found in {self._question_s:g} s; ask for less")
        # What the connection remembers of a damaged file must not outlive it.
        self._local.connection = None
        return StoreUnavailable(f"{self.path.name}: {error}")

    def _is_replaced(self, connection: _Connection, now_s: float) -> bool:
        """Tell, by a look each second, whether another file stands where the open one was.

        SQLite tells what others write, not what becomes of the file's name.
        """
        if now_s - connection.looked_at_s < _LOOK_AFTER_S:
            return False
        if file_state(self.path) != connection.file:
            # Not noted as looked at: whoever asks next must be told the same.
            return True
        connection.looked_at_s = now_s
        return False

    def _connect(self) -> _Connection:
        """Return a new connection for this thread; who still reads by its old one may."""
        self._local.connection = None
        state = file_state(self.path)
        made = _Connection(_connect(self.path), state, time.monotonic())
        self._local.connection = made
        if math.isfinite(self._question_s):
            made.db.set_progress_handler(made.deadline.is_over, _STEPS)
        with self._lock:
            self._open.add(made)
        return made


def _behind(found: tuple[Fids, Ints], behind: int, limit: int | None) -> list[int]:
    """Return what of located and unlocated features stands behind one, and as far as a page needs.

    A page needs one more than its limit, which tells that others are behind it.
    """
    located, unlocated = found
    if behind:
        located = located[bisect_right(located, behind) :]
        unlocated = unlocated[bisect_right(unlocated, behind) :]
    more = None if limit is None else limit + 1
    located, unlocated = located[:more], unlocated[:more]
    shown = located if isinstance(located, list) else located.tolist()
    return sorted(shown + unlocated.tolist()) if len(unlocated) else shown


def _page(texts: bytes, found: int, limit: int | None, count: Count, revision: str) -> Page:
    """Return the page of some rows; one more than its limit tells that others are behind it."""
    if limit is None or found <= limit:
        return Page([texts], found, None, count, revision)
    cut = texts.rindex(SEPARATOR)
    before = texts.rfind(SEPARATOR, 0, cut)
    last = texts[before + len(SEPARATOR) if before >= 0 else 0 : cut]
    return Page([memoryview(texts)[:cut]], limit, id_of(last), count, revision)


@contextmanager
def _transaction(connection: _Connection, ends_s: float) -> Generator[None]:
    """Read inside from one snapshot, until a time; a reading within another takes part in its."""
    if connection.readings == 0:
        connection.db.execute("BEGIN")
    connection.readings += 1
    before, connection.deadline.ends_s = connection.deadline.ends_s, ends_s
    try:
        yield
    finally:
        # Nothing is given up but a question: not the end of one, nor a look at the version.
        connection.deadline.ends_s = before
        connection.readings -= 1
        if connection.readings == 0:
            # A store that was closed under a reading that nobody finished has ended it, too.
            with suppress(sqlite3.ProgrammingError):
                connection.db.execute("ROLLBACK")


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise StoreUnavailable(f"{path.name} is not there; `zymap load` makes it")
    db = connect(path)
    db.execute("PRAGMA query_only = 1")
    _map(db, path)
    functions.install(db)
    return db


def _map(db: sqlite3.Connection, path: Path) -> None:
    """Map a file of a district's size; see `zymap.store.reading.MAPPED_BYTES`."""
    size_bytes = path.stat().st_size
    if size_bytes <= MAPPED_BYTES:
        # A load may let it grow.
        db.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
    else:
        db.execute(_CACHE)
