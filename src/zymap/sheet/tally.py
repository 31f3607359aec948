"""The sheet's sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zymap.sheet.content import Work
from zymap.sheet.words import Words


@dataclass(frozen=True, slots=True)
class Tally:
    """How many works are listed, have a place, are on the map, and are overdue."""

    listed: int
    located: int
    on_map: int
    overdue: int

    @property
    def unlocated(self) -> int:
        """Works that nobody has located."""
        return self.listed - self.located

    def sum_in_words(self, words: Words) -> str:
        """Return where all of the works are: the parts add up to the whole."""
        outside = self.located - self.on_map
        return words(
            "sum.outside" if outside else "sum",
            on_map=self.on_map,
            outside=outside,
            unlocated=self.unlocated,
            listed=self.listed,
        )


def tally(works: Sequence[Work], on_map: int) -> Tally:
    """Count the works of a sheet whose map shows `on_map` of them."""
    return Tally(
        listed=len(works),
        located=sum(work.shape is not None for work in works),
        on_map=on_map,
        overdue=sum(work.overdue for work in works),
    )
