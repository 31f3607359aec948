"""What a search for a name compares: the name in both languages, and its pinyin."""

from __future__ import annotations

import unicodedata


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

    spellings: list[str] = []
    for style in (Style.NORMAL, Style.FIRST_LETTER):
        readings = pinyin(text, style=style, heteronym=True)
        usual = [choices[0] for choices in readings]
        spellings.append("".join(usual))
        # One character at a time: all combinations would be too many, and few are ever typed.
        for place, choices in enumerate(readings):
            spellings += [
                "".join((*usual[:place], other, *usual[place + 1 :])) for other in choices[1:]
            ]
    return list(dict.fromkeys(spellings))
