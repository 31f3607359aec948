"""Dates and instants of a filter, in one spelling each, so that texts compare as times do."""

from __future__ import annotations

import datetime as dt
import re

from zymap.cql.tree import Value
from zymap.errors import InvalidRequest

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
# Before and after every date and instant.
BEGINNING, END = "", "~"


def read_date(text: object) -> Value:
    """Return a date.

    Raises
    ------
    InvalidRequest
        The text is no ISO date.
    """
    try:
        if isinstance(text, str) and _DATE.fullmatch(text):
            return Value("date", dt.date.fromisoformat(text).isoformat())
    except ValueError:
        pass
    raise _invalid(text, "a date (YYYY-MM-DD)")


def read_timestamp(text: object) -> Value:
    """Return an instant in UTC.

    Raises
    ------
    InvalidRequest
        The text is no RFC 3339 instant.
    """
    try:
        if isinstance(text, str) and _INSTANT.fullmatch(text):
            moment = dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
            return Value("timestamp", moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0"))
    except (ValueError, OverflowError):
        pass
    raise _invalid(text, "an instant (RFC 3339)")


def read_time(text: object) -> Value:
    """Return a date or an instant, whichever the text is.

    Raises
    ------
    InvalidRequest
        It is neither.
    """
    if isinstance(text, str) and _DATE.fullmatch(text.removesuffix("T")):
        # With a bare T at its end is how GDAL writes a day.
        return read_date(text.removesuffix("T"))
    return read_timestamp(text)


def day_of(value: Value) -> Value:
    """Return the UTC day that a time lies in."""
    return Value("date", str(value.value)[:10])


def _invalid(text: object, kind: str) -> InvalidRequest:
    return InvalidRequest(f"filter: {str(text)[:60]!r} is not {kind}", parameter="filter")
