"""docs/reference/export.md says what the table of formats says."""

import re
from pathlib import Path

import pytest

from zymap.export import FORMATS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "export.md"
ROWS = dict(re.findall(r"^\| `(\w+)` \|(.+)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_has_its_row_with_file_crs_and_encodings(key):
    file, crs, encoding, _ = (cell.strip() for cell in ROWS[key].split("|"))
    row = FORMATS[key]
    assert f"`{row.suffix_for(1)}`" in file
    assert f"`{row.suffix_for(2)}`" in file
    assert crs == ", ".join(map(str, row.crs))
    assert encoding == ", ".join(row.encodings)


def test_no_row_is_of_a_format_that_is_not_there():
    assert set(ROWS) == set(FORMATS)
