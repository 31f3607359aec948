"""The parts of a sheet by themselves: fonts, words, room for names, spreading, scales."""

import base64
import hashlib
import math
import string
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from zymap.sheet import fonts
from zymap.sheet.frame import Box, round_length
from zymap.sheet.frame import _round_scale as round_scale
from zymap.sheet.room import Room
from zymap.sheet.spread import Spot, spread
from zymap.sheet.words import TEXTS

FONTS = resources.files("zymap.sheet") / "fonts"
ANY_TEXT = st.text(st.sampled_from("重点片区项目，。（）“”abc XYZ-0123."), max_size=80)


def test_the_fonts_are_those_that_are_locked():
    (package,) = tomllib.loads((FONTS / "LOCK.toml").read_text("utf-8"))["package"]
    locked = {file["path"]: file["sha384"] for file in package["file"]}
    names = {item.name for item in FONTS.iterdir()} - {"LOCK.toml"}
    assert names == set(locked)
    for name in names:
        digest = hashlib.sha384((FONTS / name).read_bytes()).digest()
        assert base64.b64encode(digest).decode() == locked[name], name


def test_both_fonts_have_all_that_gbk_has():
    gbk = bytes(range(0x81, 0xFF))
    common = {
        text
        for high in gbk
        for low in (*range(0x40, 0x7F), *range(0x80, 0xFF))
        if (text := bytes((high, low)).decode("gbk", "ignore")) and "\u4e00" <= text <= "\u9fa5"
    }
    assert len(common) == 20902
    fonts.register()
    for name in (fonts.REGULAR, fonts.BOLD):
        have = pdfmetrics.getFont(name).face.charToGlyph
        assert not [char for char in common | set(string.printable[:95]) if ord(char) not in have]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("中原区 A·1", "中原区 A·1"),
        ("一\n二\t三", "一 二 三"),
        ("\u202eabc", "[U+202E]abc"),
        ("𠮷", "[U+20BB7]"),
        ("\x07\ufffe", "[U+0007][U+FFFE]"),
        ("e\u0301", "é"),
    ],
)
def test_what_cannot_be_printed_is_told_by_its_number(text, printed):
    assert fonts.printable(text) == printed


@given(ANY_TEXT, st.floats(30, 200))
def test_wrapped_lines_fit_and_lose_nothing(text, room):
    lines = fonts.wrap(text, room, 9, lines=1000)
    assert "".join("".join(lines).split()) == "".join(text.split())
    # A closing sign that must not begin a line may hang over by its own width.
    assert all(fonts.width(line, 9) <= room + 9 * 8 for line in lines)


@given(ANY_TEXT, st.floats(30, 200), st.integers(1, 4))
def test_a_text_too_long_for_its_lines_ends_in_an_ellipsis(text, room, most):
    lines = fonts.wrap(text, room, 9, lines=most)
    assert len(lines) <= most
    if len(fonts.wrap(text, room, 9, lines=1000)) > most:
        assert lines[-1].endswith(("…", "..."))
        assert fonts.width(lines[-1], 9) <= room


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one():
    for line in fonts.wrap("一二三，四五六（七八九）十一二，三四五六。" * 5, 55, 9, lines=100):
        assert line[0] not in "，。）"
        assert line[-1] != "（"


def test_both_languages_say_the_same_things_with_the_same_values():
    def values(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    assert TEXTS["zh"].keys() == TEXTS["en"].keys()
    for key, text in TEXTS["zh"].items():
        assert values(text) == values(TEXTS["en"][key]), key


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=30))
def test_spread_symbols_do_not_cover_each_other(places):
    apart = 20
    found = spread([Spot(key, x, y) for key, (x, y) in enumerate(places)], apart)
    assert found.keys() == set(range(len(places)))
    points = list(found.values())
    for index, one in enumerate(points):
        for other in points[:index]:
            assert math.dist(one, other) > apart - 3.1


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200), st.floats(5, 80)), max_size=25))
def test_names_beside_points_never_overlap_and_stay_on_the_map(points):
    whole = Box(0, 0, 200, 200)
    room = Room(whole)
    boxes = [box for x, y, width in points if (box := room.beside(x, y, width, 9, 6))]
    for index, one in enumerate(boxes):
        assert one.x >= 0
        assert one.y >= 0
        assert one.right <= 200
        assert one.top <= 200
        for other in boxes[:index]:
            apart = (
                one.right <= other.x
                or other.right <= one.x
                or one.top <= other.y
                or other.top <= one.y
            )
            assert apart


@given(st.floats(1, 1e7))
def test_a_scale_is_rounded_up_and_by_no_more_than_a_third(wanted):
    scale = round_scale(wanted)
    assert scale >= wanted
    assert scale <= max(wanted * 1.34, 500)


@given(st.floats(1, 1e6))
def test_a_bar_is_no_longer_than_there_is_room(longest):
    length = round_length(longest)
    assert longest / 2.6 < length <= longest
    assert str(length).rstrip("0") in {"1", "2", "5"}
