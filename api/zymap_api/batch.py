"""What is told of each request is told some at a time: a loop costs less than as many starts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_AFTER_S = 0.5
_ITEMS = 200

Item = TypeVar("Item")


class Batch(Generic[Item]):
    """Items that are dealt with half a second later at the latest, in their order.

    Parameters
    ----------
    deal : callable
        Deals with some of them.
    """

    def __init__(self, deal: Callable[[Sequence[Item]], None]) -> None:
        self._deal = deal
        self._items: list[Item] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, item: Item) -> None:
        """Add one; to be called in the event loop."""
        self._items.append(item)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_AFTER_S, self.flush)
        elif len(self._items) >= _ITEMS:
            self.flush()

    def flush(self) -> None:
        """Deal with all of them now; to be called in the event loop."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        items, self._items = self._items, []
        if items:
            self._deal(items)
