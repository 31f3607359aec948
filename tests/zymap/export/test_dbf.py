"""The attribute table: cutting, digits, limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.catalog import Field
from zymap.errors import NotRepresentable
from zymap.export.dbf import DbfTable
from zymap.export.dbf_cells import cells_of, cut

SPELLING = {"UTF-8": "utf-8", "GBK": "gbk"}


def column(type_, values, encoding="UTF-8"):
    """Return the column of values that come one by one, and its cells."""
    cells = cells_of(Field("f", "字段", "Field", type_, "f"), encoding)
    gathered = [cells.gather([value], str) for value in values]
    made = cells.column()
    return made, [cell for some in gathered for cell in cells.cells(some, made)]


@pytest.mark.parametrize("encoding", SPELLING)
@given(data=st.data(), width=st.integers(0, 40))
def test_a_cut_is_the_longest_start_that_fits(encoding, data, width):
    codec = SPELLING[encoding]
    text = data.draw(st.text(st.characters(codec=codec, categories=("L", "N"))))
    kept = cut(text.encode(codec), width, encoding).decode(codec)
    assert text.startswith(kept)
    assert len(kept.encode(codec)) <= width
    assert kept == text or len(text[: len(kept) + 1].encode(codec)) > width


@given(values=st.lists(st.none() | st.integers(-(10**17) + 1, 10**18 - 1)))
def test_whole_numbers_are_written_digit_for_digit(values):
    made, cells = column("integer", values)
    assert [int(cell) if cell else None for cell in cells] == values
    assert (made.type, made.decimals) == ("N", 0)
    assert {len(cell) for cell in cells if cell} <= {made.width}


def test_a_whole_number_that_readers_would_round_is_refused():
    with pytest.raises(NotRepresentable, match="18 digits"):
        column("integer", [10**18])


@given(values=st.lists(st.none() | st.floats(-1e9, 1e9).map(lambda x: round(x, 6))))
def test_numbers_read_back_as_they_were(values):
    made, cells = column("number", values)
    assert [float(cell) if cell else None for cell in cells] == values
    assert made.decimals >= 1
    assert made.width <= 24
    assert {len(cell) for cell in cells if cell} <= {made.width}


def test_a_number_too_large_is_refused():
    with pytest.raises(NotRepresentable, match="too large"):
        column("number", [1e40])


def test_a_text_column_leaves_room_to_write_on():
    assert column("string", ["中", "中" * 10])[0].width == 32
    assert column("string", [None])[0].width == 64


def test_more_than_255_fields_are_refused(tmp_path):
    fields = [Field(f"f{n}", "", "", "string", f"f{n}") for n in range(256)]
    with pytest.raises(NotRepresentable, match="255"):
        DbfTable(fields, "UTF-8", tmp_path)
