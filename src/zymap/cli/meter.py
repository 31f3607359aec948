"""How far a long export is, on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zymap.export import Progress, Step

# What is quicker than this shows nothing; what is longer, twice a second.
_PAUSE_S = 0.5
_TITLES = {"read": "写入 / writing", "check": "核对 / checking"}
_ERASE_LINE = "\x1b[2K\r"


@contextmanager
def meter(total: int) -> Generator[Progress]:
    """Lend what tells stderr, if it is a terminal, how many of `total` features are done.

    It is one line that is written over, and gone at the end.
    """
    shown_at, shown = time.monotonic(), False

    def progress(step: Step, done: int) -> None:
        nonlocal shown_at, shown
        if time.monotonic() - shown_at < _PAUSE_S:
            return
        shown_at, shown = time.monotonic(), True
        text = f"{_TITLES[step.value]} {done:,} / {total:,}"
        print(f"{_ERASE_LINE}{text}", end="", file=sys.stderr, flush=True)

    try:
        yield progress if sys.stderr.isatty() else lambda _step, _done: None
    finally:
        if shown:
            print(_ERASE_LINE, end="", file=sys.stderr, flush=True)
