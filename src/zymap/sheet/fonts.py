"""The sheet's two fonts: how wide a text is, where it breaks, and which characters they have.

A character without a glyph is printed as its number, ``[U+20BB7]``: a box would hide which one
it is. Control and direction characters are printed so too, since they could turn a line round.
"""

from __future__ import annotations

import gzip
import io
import re
import threading
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any

REGULAR, BOLD = "ZymapSheet", "ZymapSheet-Bold"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf.gz", BOLD: "NotoSansSC-Bold.ttf.gz"}
_LOCK = threading.Lock()

# A word, or blanks, or one character of a script that breaks anywhere.
_PIECES = re.compile(r"[^\s\u2e80-\uffff]+|\s+|.", re.DOTALL)
# What must not begin a line, and what must not end one (GB/T 15834-2011, 5.1).
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…%,.;:?!)]}")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{")


def register() -> None:
    """Make the fonts known to reportlab, once."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with _LOCK:
        known = pdfmetrics.getRegisteredFontNames()
        for name, file in _FILES.items():
            if name not in known:
                packed = resources.files("zymap.sheet").joinpath("fonts", file).read_bytes()
                pdfmetrics.registerFont(TTFont(name, io.BytesIO(gzip.decompress(packed))))


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    register()
    fonts: list[Any] = [pdfmetrics.getFont(name) for name in (REGULAR, BOLD)]
    regular, bold = (font.face.charToGlyph for font in fonts)
    return frozenset(regular) & frozenset(bold)


def printable(text: str) -> str:
    """Return the text on one line, with the number of each character that cannot be printed."""
    return "".join(_printed(char) for char in unicodedata.normalize("NFC", text))


def _printed(char: str) -> str:
    if char.isspace():
        return " "
    if ord(char) in _glyphs() and not unicodedata.category(char).startswith("C"):
        return char
    return f"[U+{ord(char):04X}]"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a printable text is, in the unit of `size`."""
    from reportlab.pdfbase import pdfmetrics

    register()
    return pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size)


def shorten(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return the text, or as much of it as `room` holds and an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    # A Chinese font hangs the ellipsis in mid-air, which after a Latin letter reads as a dash.
    dots = "..." if text[:1].isascii() else "…"
    while text and width(text + dots, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + dots


def wrap(text: str, room: float, size: float, *, bold: bool = False, lines: int = 3) -> list[str]:
    """Return the text in at most `lines` lines that `room` holds; the last may end in an ellipsis.

    Chinese breaks between any two characters but before closing and after opening punctuation,
    other scripts between words.
    """
    done, line = [], ""
    for piece in _unbreakable(text, room, size, bold):
        if line and width(line + piece.rstrip(), size, bold=bold) > room:
            done.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    done.append(line.rstrip())
    if len(done) <= lines:
        return done
    return [*done[: lines - 1], shorten("".join(done[lines - 1 :]), room, size, bold=bold)]


def _unbreakable(text: str, room: float, size: float, bold: bool) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and (piece[0] in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return [
        part
        for piece in pieces
        for part in ([piece] if width(piece, size, bold=bold) <= room else piece)
    ]
