"""What is overdue: the one rule, for the map, the API and the printed sheet.

A work is overdue on a day if a deadline is stated as a date, that date lies before the day, and
its status records no end. Nothing is guessed: words like 春节前 are no date, and a work that
nobody has reported on counts as not finished.
"""

from __future__ import annotations

# Statuses after which nothing is due any more (OC4IDS 0.9.5, codelist projectStatus).
DONE = ("completion", "maintenance")
ENDED = (*DONE, "decommissioning", "decommissioned", "cancelled")


def is_overdue(deadline: str | None, status: str | None, as_of: str) -> bool:
    """Return whether a work is overdue.

    Parameters
    ----------
    deadline : str or None
        ISO date, as stated by the source.
    status : str or None
        Code of the code list ``status``.
    as_of : str
        The day to judge on, as ISO date; a deadline is kept until its day is over.
    """
    return deadline is not None and deadline < as_of and status not in ENDED
