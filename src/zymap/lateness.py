"""What is due, and what is overdue: the one rule, for the map, the API and the printed sheet.

A work is overdue on a day if a deadline is stated as a date, that date lies before the day, and
its status records no end. Nothing is guessed: words like 春节前 are no date, and a work that
nobody has reported on counts as not finished.
"""

from __future__ import annotations

import datetime as dt
import time
from functools import lru_cache

# Statuses after which nothing is due any more (OC4IDS 0.9.5, codelist projectStatus).
DONE = ("completion", "maintenance")
ENDED = (*DONE, "decommissioning", "decommissioned", "cancelled")

# How a deadline stands on a day; every work is in exactly one of these.
DUE_CLASSES = ("overdue", "soon", "later", "over", "undated")
SOON_DAYS = 30

_BEIJING_S = 8 * 3600
_DAY_S = 24 * 3600


def today() -> str:
    """Return today's ISO date by Beijing time, the legal time of all of China."""
    return _iso_of(int(time.time() + _BEIJING_S) // _DAY_S)


@lru_cache(maxsize=1)
def _iso_of(days: int) -> str:
    """Return the date that is so many days after 1970-01-01."""
    return (dt.date(1970, 1, 1) + dt.timedelta(days)).isoformat()


def soon_until(as_of: str) -> str:
    """Return the last ISO date that is ``soon`` on the day `as_of`."""
    try:
        return (dt.date.fromisoformat(as_of) + dt.timedelta(days=SOON_DAYS)).isoformat()
    except OverflowError:
        return dt.date.max.isoformat()


def due_class(deadline: str | None, status: str | None, as_of: str) -> str:
    """Return how a work's deadline stands on a day.

    Parameters
    ----------
    deadline : str or None
        ISO date, as stated by the source.
    status : str or None
        Code of the code list ``status``.
    as_of : str
        The day to judge on, as ISO date; a deadline is kept until its day is over.

    Returns
    -------
    str
        ``overdue``; ``soon``, within `SOON_DAYS`; ``later``; ``over``, in the past of a work
        that has ended; or ``undated``.
    """
    if deadline is None:
        return "undated"
    if deadline < as_of:
        return "over" if status in ENDED else "overdue"
    return "soon" if deadline <= soon_until(as_of) else "later"


def is_overdue(deadline: str | None, status: str | None, as_of: str) -> bool:
    """Return whether a work is overdue on the day `as_of`; see `due_class`."""
    return due_class(deadline, status, as_of) == "overdue"
