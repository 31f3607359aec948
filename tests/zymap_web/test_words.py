"""The interface speaks both languages: the same keys, each one used, none missing."""

from __future__ import annotations

import re

import pytest

from zymap.lateness import DUE_CLASSES
from zymap_web.assets import STATIC_DIR, TEMPLATE_DIR
from zymap_web.page import words

# Keys that the modules put together, by their beginning.
MADE = {
    "filters.": ("status", "kind"),
    "figures.": ("works", "located", "unlocated", "overdue"),
    "due.": DUE_CLASSES,
    "targets.": ("listed", "located", "done"),
    "coordinates.": ("wgs84", "cgcs2000", "gcj02"),
    "show.": ("all", "map", "tray"),
    "sort.": ("deadline", "area", "status", "name"),
}


def used():
    keys = {f"{start}{end}" for start, ends in MADE.items() for end in ends}
    for path in (STATIC_DIR / "js").glob("*/*.js"):
        keys |= set(re.findall(r'"([a-z]+\.[a-z_0-9]+)"', path.read_text(encoding="utf-8")))
    python = TEMPLATE_DIR.parent.glob("*.py")
    for path in [*TEMPLATE_DIR.glob("*.html"), *python]:
        text = path.read_text(encoding="utf-8")
        keys |= set(re.findall(r'data-t(?:-[a-z]+)?="([^"]+)"', text))
        keys |= set(re.findall(r"""words\[['"]([^'"]+)['"]\]""", text))
    return {key for key in keys if not key.endswith((".js", ".pdf", ".png"))}


def test_both_languages_have_the_same_keys():
    assert words("zh").keys() == words("en").keys()


def test_every_key_in_use_has_words_and_all_words_are_in_use():
    assert used() == set(words("zh"))


@pytest.mark.parametrize("key", sorted(words("zh")))
def test_both_languages_fill_the_same_values(key):
    # English may name a value twice: itself, and its singular and plural.
    zh, en = (set(re.findall(r"\{(\w+)[|}]", words(language)[key])) for language in ("zh", "en"))
    assert zh == en


def test_the_page_is_sent_with_the_words_of_its_keys():
    for path in TEMPLATE_DIR.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        for key, shown in re.findall(
            r"""data-t="([^"]+)"[^>]*>\s*\{\{ this\.words\["([^"]+)"\] \}\}""", text
        ):
            assert key == shown, path.name
