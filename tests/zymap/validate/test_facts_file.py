"""The list of statements is read as it is, or refused with the reason."""

import pytest
from tests.zymap.datasets import write_dataset

from zymap.errors import InvalidData, InvalidRequest
from zymap.validate import run


def test_a_list_that_is_not_there_is_the_callers_mistake(tmp_path):
    folder = write_dataset(tmp_path / "land")
    with pytest.raises(InvalidRequest, match="gone"):
        run(folder, facts=tmp_path / "gone.csv")


def test_a_list_without_quotes_is_refused_by_the_name_of_the_column(tmp_path):
    folder = write_dataset(tmp_path / "land")
    facts = tmp_path / "facts.csv"
    facts.write_text("id,kind,quantity,deadline\nF1,project,,\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="quote_zh"):
        run(folder, facts=facts)


def test_a_byte_order_mark_does_not_hide_the_first_column(tmp_path):
    folder = write_dataset(tmp_path / "land")
    facts = tmp_path / "facts.csv"
    text = "id,kind,quote_zh,quantity,deadline\nF9,road,修路,,\n"
    facts.write_text(text, encoding="utf-8-sig")
    assert ("fact-placed", "F9") in {(f.rule, f.feature) for f in run(folder, facts=facts)}


def test_a_short_row_is_read_as_having_empty_cells(tmp_path):
    folder = write_dataset(tmp_path / "land")
    facts = tmp_path / "facts.csv"
    facts.write_text("id,kind,quote_zh,quantity,deadline\nF9,road\n", encoding="utf-8")
    assert ("fact-placed", "F9") in {(f.rule, f.feature) for f in run(folder, facts=facts)}


def test_a_catalogue_that_cannot_be_read_is_invalid_data(tmp_path):
    with pytest.raises(InvalidData, match=r"catalog\.toml"):
        run(tmp_path)
