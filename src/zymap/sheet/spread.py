"""Symbols that would cover each other, spread round their common middle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

# So that a ring just as wide as asked for is not taken for a crowd of its own.
_SLACK = 3.0


class Spot(NamedTuple):
    """A symbol's key and place."""

    key: int
    x: float
    y: float


def spread(spots: Sequence[Spot], apart: float) -> dict[int, tuple[float, float]]:
    """Return where to draw each symbol.

    Parameters
    ----------
    apart : float
        Symbols nearer than this are spread, and end at least so far apart; those with room stay.
    """
    groups = _crowds([[spot] for spot in spots], lambda group: group, apart)
    while True:
        # A ring may reach into its neighbours; then they become one crowd.
        merged = _crowds(groups, lambda group: _placed(group, apart), apart - _SLACK)
        if len(merged) == len(groups):
            break
        groups = merged
    return {spot.key: (spot.x, spot.y) for group in groups for spot in _placed(group, apart)}


def _crowds(
    groups: list[list[Spot]], seen: Callable[[list[Spot]], list[Spot]], apart: float
) -> list[list[Spot]]:
    """Join the groups of which any two spots are near to each other."""
    joined: list[tuple[list[Spot], list[Spot]]] = []
    for group in groups:
        here = seen(group)
        near = [other for other in joined if _touch(other[1], here, apart)]
        joined = [other for other in joined if other not in near]
        joined.append(
            (
                [*(spot for other in near for spot in other[0]), *group],
                [*(spot for other in near for spot in other[1]), *here],
            )
        )
    return [group for group, _ in joined]


def _touch(one: list[Spot], other: list[Spot], apart: float) -> bool:
    return any(math.hypot(a.x - b.x, a.y - b.y) < apart for a in one for b in other)


def _placed(group: list[Spot], apart: float) -> list[Spot]:
    """Return a lone spot as it is, several in a ring."""
    if len(group) == 1:
        return group
    x = sum(spot.x for spot in group) / len(group)
    y = sum(spot.y for spot in group) / len(group)
    # The ring's neighbours are a chord apart, not an arc.
    radius = apart / 2 / math.sin(math.pi / len(group))

    def angle(spot: Spot) -> float:
        return math.atan2(spot.y - y, spot.x - x)

    # In the order in which they lie round the middle, so that no two leaders cross.
    around = sorted(group, key=lambda spot: (angle(spot), spot.key))
    coincide = all(math.hypot(spot.x - x, spot.y - y) < 1 for spot in group)
    first = math.pi if coincide else angle(around[0])
    turns = [first + index / len(group) * 2 * math.pi for index in range(len(group))]
    return [
        Spot(spot.key, x + radius * math.cos(turn), y + radius * math.sin(turn))
        for spot, turn in zip(around, turns, strict=True)
    ]
