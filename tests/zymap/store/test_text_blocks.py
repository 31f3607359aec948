import sqlite3
from contextlib import closing, contextmanager

import orjson
from hypothesis import given
from hypothesis import strategies as st

from zymap.store.base import SEPARATOR
from zymap.store.text_blocks import BLOCK, read_behind, write_blocks

TEXTS = st.lists(
    st.dictionaries(st.text(max_size=3), st.text(max_size=20), max_size=3).map(orjson.dumps),
    min_size=1,
    max_size=4 * BLOCK,
)


@contextmanager
def written(texts):
    """Lend a database with the texts of a layer; the row number n has the id n."""
    with closing(sqlite3.connect(":memory:")) as db:
        write_blocks(db, "works", texts)
        db.execute("CREATE TABLE zymap_works (fid INTEGER PRIMARY KEY, id TEXT UNIQUE)")
        db.executemany(
            "INSERT INTO zymap_works VALUES (?, ?)",
            ((number, str(number)) for number in range(1, len(texts) + 1)),
        )
        yield db


@given(texts=TEXTS, data=st.data())
def test_any_run_of_rows_is_read_as_it_was_written(texts, data):
    behind = data.draw(st.integers(0, len(texts)))
    limit = data.draw(st.integers(1, len(texts) + 1))
    with written(texts) as db:
        found = read_behind(db, "works", str(behind) if behind else None, limit)
    wanted = texts[behind : behind + limit]
    if found is None:
        assert not wanted
        return
    assert b"".join(found.parts) == SEPARATOR.join(wanted)
    assert found.last == wanted[-1]
    assert (found.returned, found.end) == (len(wanted), behind + len(wanted))


def test_a_layer_of_whole_blocks_is_read_to_its_last_row_and_no_further():
    texts = [b'{"n":%d}' % number for number in range(2 * BLOCK)]
    with written(texts) as db:
        found = read_behind(db, "works", None, 2 * BLOCK)
        beyond = read_behind(db, "works", str(2 * BLOCK), 1)
    assert found is not None
    assert b"".join(found.parts).split(SEPARATOR) == texts
    assert found.last == texts[-1]
    assert beyond is None


def test_nothing_stands_behind_a_feature_that_is_not_there():
    with written([b"{}"]) as db:
        assert read_behind(db, "works", "nobody", 5) is None
