"""The id of a request: by it a caller, a log and an operator speak of the same one."""

from __future__ import annotations

import itertools
import re
import secrets
from contextvars import ContextVar

HEADER = b"x-request-id"
# Set by `zymap_api.watch` for the task that answers, and for the threads that it asks.
REQUEST_ID: ContextVar[str] = ContextVar("zymap_request_id", default="")

# What goes into a log and back into a header: no blank, no quote, no end of line.
_SANE = re.compile(rb"[A-Za-z0-9._:+/=@-]{1,128}", re.ASCII)
_PROCESS = secrets.token_hex(6)
_numbers = itertools.count(1)


def sane_id(value: bytes) -> str | None:
    """Return the id that a request came with, if it is a sane one."""
    return value.decode("ascii") if _SANE.fullmatch(value) else None


def new_id() -> str:
    """Return the id of a request that came without."""
    return f"{_PROCESS}-{next(_numbers):x}"
