"""The time as answers and log lines tell it."""

from __future__ import annotations

import time
from functools import lru_cache


@lru_cache(maxsize=1)
def second_text(when_s: int) -> str:
    """Return a second of Unix time as RFC 3339 in UTC, without the ``Z``; many share each."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when_s))
