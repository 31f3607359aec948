"""The attribute table: cutting, digits, limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zymap.catalog import Field
from zymap.errors import NotRepresentable
from zymap.export.dbf import cut, make_columns

SPELLING = {"UTF-8": "utf-8", "GBK": "gbk"}


def column(type_, values, encoding="UTF-8"):
    field = Field("f", "字段", "Field", type_, "f")
    return make_columns([field], [values], [str(n) for n in range(len(values))], encoding)[0]


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
    made = column("integer", values)
    assert [int(cell) if cell else None for cell in made.cells] == values
    assert (made.type, made.decimals) == ("N", 0)
    assert all(len(cell) <= made.width for cell in made.cells)


def test_a_whole_number_that_readers_would_round_is_refused():
    with pytest.raises(NotRepresentable, match="18 digits"):
        column("integer", [10**18])


@given(values=st.lists(st.none() | st.floats(-1e9, 1e9).map(lambda x: round(x, 6))))
def test_numbers_read_back_as_they_were(values):
    made = column("number", values)
    assert [float(cell) if cell else None for cell in made.cells] == values
    assert made.decimals >= 1
    assert all(len(cell) <= made.width <= 24 for cell in made.cells)


def test_a_number_too_large_is_refused():
    with pytest.raises(NotRepresentable, match="too large"):
        column("number", [1e40])


def test_a_text_column_leaves_room_to_write_on():
    assert column("string", ["中" * 10]).width == 32
    assert column("string", [None]).width == 64


def test_more_than_255_fields_are_refused():
    fields = [Field(f"f{n}", "", "", "string", f"f{n}") for n in range(256)]
    with pytest.raises(NotRepresentable, match="255"):
        make_columns(fields, [["x"]] * 256, ["1"], "UTF-8")
