"""The id of a request: by it a caller, a log and an operator speak of the same one."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Sequence
from contextvars import ContextVar

HEADER = b"x-request-id"
# Set by `zymap_api.watch` for the task that answers, and for the threads that it asks.
REQUEST_ID: ContextVar[str] = ContextVar("zymap_request_id", default="")

# What goes into a log and back into a header: no blank, no quote, no end of line.
_SANE = re.compile(rb"[A-Za-z0-9._:+/=@-]{1,128}", re.ASCII)
_PROCESS = secrets.token_hex(6)
_numbers = itertools.count(1)


def id_of(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """Return the id that the request came with, if it is a sane one, else a new one."""
    for name, value in headers:
        if name == HEADER and _SANE.fullmatch(value):
            return value.decode("ascii")
    return f"{_PROCESS}-{next(_numbers):x}"
