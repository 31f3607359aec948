import sqlite3
from contextlib import closing

import orjson
from hypothesis import given
from hypothesis import strategies as st

from zymap.store.base import SEPARATOR
from zymap.store.text_blocks import BLOCK, read_blocks, write_blocks

TEXTS = st.lists(
    st.dictionaries(st.text(max_size=3), st.text(max_size=20), max_size=3).map(orjson.dumps),
    min_size=1,
    max_size=4 * BLOCK,
)


@given(texts=TEXTS, data=st.data())
def test_any_run_of_rows_is_read_as_it_was_written(texts, data):
    first = data.draw(st.integers(1, len(texts)))
    last = data.draw(st.integers(first, len(texts)))
    with closing(sqlite3.connect(":memory:")) as db:
        write_blocks(db, "works", texts)
        parts, text = read_blocks(db, "works", first, last)
    assert b"".join(parts) == SEPARATOR.join(texts[first - 1 : last])
    assert text == texts[last - 1]


def test_a_layer_of_whole_blocks_is_read_to_its_last_row():
    texts = [b'{"n":%d}' % number for number in range(2 * BLOCK)]
    with closing(sqlite3.connect(":memory:")) as db:
        write_blocks(db, "works", texts)
        parts, text = read_blocks(db, "works", 1, 2 * BLOCK)
    assert b"".join(parts).split(SEPARATOR) == texts
    assert text == texts[-1]
