"""What the drill found, as a table of each step, by door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.drill.steps import Step
from benchmarks.drill.writer import Tried
from benchmarks.readers import OK, Asked

SAID_MAXIMUM = 160


@dataclass(frozen=True, slots=True)
class Played:
    """A step, when it began and when the next one did (`time.monotonic`)."""

    step: Step
    start_s: float
    end_s: float
    remark: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """All that was noted.

    Attributes
    ----------
    careful, once : list of Asked
        The requests by the proxy as deployed, and by the one that asks nothing twice.
    missing : list of str
        Acknowledged revisions that the ledger does not have afterwards.
    seen : int
        Editions that the readers were answered from.
    asked_again : int
        Requests that the proxy as deployed asked more than once.
    """

    played: list[Played]
    careful: list[Asked]
    once: list[Asked]
    tried: list[Tried]
    missing: list[str]
    seen: int
    asked_again: int


def table(found: Found) -> list[str]:
    """Return the report as lines of Markdown."""
    heads = (
        "step", "s", "requests", "failed", "longest pause s", "longest answer s",
        "no retries: requests", "failed", "longest pause s", "longest answer s",
        "loads", "failed", "longest pause s",
    )  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for played in found.played:
        span = (played.start_s, played.end_s)
        cells = [
            f"{played.step.title_zh} / {played.step.title_en}",
            f"{played.end_s - played.start_s:.0f}",
            *_read(found.careful, span),
            *_read(found.once, span),
            *_written(found.tried, span),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def remarks(found: Found) -> list[str]:
    """Return what the table has no room for."""
    acknowledged = [one for one in found.tried if one.revision]
    lines = [
        f"- requests: {len(found.careful) + len(found.once):,}; "
        f"acknowledged loads: {len(acknowledged)}, of these missing afterwards: "
        f"{len(found.missing)} {', '.join(found.missing)}".rstrip(),
        f"- the readers were answered from {found.seen} editions; answers of two at once: "
        f"{len(mixed(found))}",
        f"- the proxy as deployed asked again {found.asked_again} times",
        *(f"- {one.step.title_en}: {one.remark}" for one in found.played if one.remark),
    ]
    start = found.played[0].start_s
    for name, asked in (("as deployed", found.careful), ("no retries", found.once)):
        lines += [f"- {name}, {text}" for text in _by_second(asked, start)]
    for one in found.tried:
        if one.revision is None:
            said = one.said[:SAID_MAXIMUM]
            lines.append(f"- second {one.at_s - start:.0f}: a load failed: {said}")
    return lines


def _by_second(asked: Sequence[Asked], start_s: float) -> list[str]:
    failed: dict[int, Counter[str]] = {}
    for one in asked:
        if one.outcome != OK:
            failed.setdefault(int(one.at_s - start_s), Counter())[one.outcome] += 1
    return [f"second {second}: {_counted(kinds)}" for second, kinds in sorted(failed.items())]


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{number} × {outcome}" for outcome, number in kinds.most_common())


def _read(asked: Sequence[Asked], span: tuple[float, float]) -> list[str]:
    within = [one for one in asked if span[0] <= one.at_s < span[1]]
    failed = Counter(one.outcome for one in within if one.outcome != OK)
    good = [one for one in within if one.outcome == OK]
    longest_s = max((one.took_s for one in good), default=0)
    cells = (f"{len(within):,}", _counted(failed) or "0", f"{_pause(good, span):.1f}")
    return [*cells, f"{longest_s:.1f}"]


def _written(tried: Sequence[Tried], span: tuple[float, float]) -> list[str]:
    within = [one for one in tried if span[0] <= one.at_s < span[1]]
    done = [one for one in within if one.revision]
    return [str(len(done)), str(len(within) - len(done)), f"{_pause(done, span):.1f}"]


def _pause(good: Sequence[Asked] | Sequence[Tried], span: tuple[float, float]) -> float:
    """Return the longest time without anything good, in seconds."""
    times = [span[0], *sorted(one.at_s for one in good), span[1]]
    return max(after - before for before, after in pairwise(times))


def faults(found: Found) -> list[str]:
    """Return what must not be: a lost load, or an answer of two editions."""
    return [*(f"lost: {revision}" for revision in found.missing), *mixed(found)]


def mixed(found: Found) -> list[str]:
    """Return the answers that were not of one edition."""
    return [
        f"{one.outcome}: {one.target}"
        for one in (*found.careful, *found.once)
        if one.outcome.startswith(("mixed", "no revision"))
    ]
