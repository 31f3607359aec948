"""The two ways in which CQL2 lets spellings count as one: case and accents.

Standard: OGC 21-065r2, /req/case-insensitive-comparison/casei-function (Unicode full case folding)
and /req/accent-insensitive-comparison/accenti-function.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The voicing marks of kana make another letter and are no accents (the standard's
# recommendation for Japanese).
_VOICING = "\u3099\u309a"
_BASE = re.compile(r"(LATIN (?:SMALL|CAPITAL) LETTER [A-Z]+) WITH ")


def fold_case(text: str) -> str:
    """Return `text` as CASEI compares it; it keeps its accents."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def fold_accents(text: str) -> str:
    """Return `text` as ACCENTI compares it: ``ā`` as ``a``, ``ø`` as ``o``, Chinese as it is."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(map(_without_accent, letters)))


@lru_cache(maxsize=4096)
def _without_accent(letter: str) -> str:
    if unicodedata.category(letter) == "Mn" and letter not in _VOICING:
        return ""
    # Strokes are no marks of their own in Unicode: only the name tells ø's base letter.
    base = _BASE.match(unicodedata.name(letter, ""))
    return unicodedata.lookup(base[1]) if base else letter
