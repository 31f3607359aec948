"""What a search for a name compares: the name in both languages, and its pinyin."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# What no reading begins with.
_NO_PINYIN = "\0"


def search_form(text: str) -> str:
    """Return the form of a text that searching compares: letter case and width do not count."""
    return unicodedata.normalize("NFKC", text).casefold()


def search_text(name_zh: str, name_en: str) -> str:
    """Return all that a search may find a feature by, in its `search_form`.

    Beside the names stand the pinyin of the Chinese one and its initials, so that ``changzhuang``
    and ``czsk`` find 常庄水库. Where a character has several readings, each of them finds the
    name: 长椿路 by ``ccl`` and by ``zcl``.
    """
    return search_form("\n".join((name_zh, name_en, *_pinyin(name_zh))))


def _pinyin(text: str) -> list[str]:
    # Imported here: only loading needs it, and it brings a dictionary.
    from pypinyin import Style, pinyin

    # What has no pinyin is marked: it stands whole among the initials, too.
    readings = pinyin(
        text, style=Style.NORMAL, heteronym=True, errors=lambda other: _NO_PINYIN + other
    )
    spellings = _spellings([list(map(_unmarked, choices)) for choices in readings])
    spellings += _spellings([list(dict.fromkeys(map(_initial, choices))) for choices in readings])
    return list(dict.fromkeys(spellings))


def _unmarked(reading: str) -> str:
    return reading.removeprefix(_NO_PINYIN)


def _initial(reading: str) -> str:
    return _unmarked(reading) if reading.startswith(_NO_PINYIN) else reading[:1]


def _spellings(readings: Sequence[Sequence[str]]) -> list[str]:
    """Return a name spelled by the usual readings, and by each of the others."""
    usual = [choices[0] for choices in readings]
    spellings = ["".join(usual)]
    # One character at a time: all combinations would be too many, and few are ever typed.
    for place, choices in enumerate(readings):
        spellings += [
            "".join((*usual[:place], other, *usual[place + 1 :])) for other in choices[1:]
        ]
    return spellings
