"""What a search finds a name by."""

from __future__ import annotations

import pytest

from zymap.search import search_text


def found_by(name):
    return set(search_text(name, "").splitlines())


def test_a_name_is_found_by_each_reading_of_a_character_and_by_its_initial():
    assert {"changchunlu", "zhangchunlu", "ccl", "zcl"} <= found_by("长椿路")


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("CCD初心路", {"ccd初心路", "ccdchuxinlu", "ccdcxl"}),
        ("3号线park", {"3号线park", "3haoxianpark", "3hxpark"}),
        ("二砂·Ａ区", {"二砂·a区", "ersha·aqu", "es·aq"}),
    ],
)
def test_what_has_no_pinyin_stands_whole_among_the_initials(name, spellings):
    assert spellings <= found_by(name)


def test_a_name_without_chinese_is_found_by_itself_alone():
    assert found_by("Park 2") - {""} == {"park 2"}
