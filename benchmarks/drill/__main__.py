"""``make drill``: play all steps, print the report, and write it into docs/scale.md."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import missing

from benchmarks.drill import report
from benchmarks.drill.ledger import revisions
from benchmarks.drill.report import Found, Played
from benchmarks.drill.stage import ROOT, Stage, haproxy, staged
from benchmarks.drill.steps import STEPS
from benchmarks.drill.writer import Writer
from benchmarks.editions import Editions
from benchmarks.judge import Judge
from benchmarks.readers import Readers

PAGE = ROOT / "docs/scale.md"
BEGIN, END = "<!-- drill: begin -->\n", "<!-- drill: end -->"


def main() -> int:
    """Run the drill; return 1 where a load was lost or an answer was of two editions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15, help="between two steps")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rate", type=float, default=160, help="requests a second, in all")
    parser.add_argument("--features", type=int, default=2000)
    parser.add_argument("--write", action="store_true", help=f"put the report into {PAGE.name}")
    options = parser.parse_args()
    lacks = missing() or (None if haproxy() else "no haproxy")
    if lacks:
        raise SystemExit(f"the drill needs what `make drill` installs from Debian: {lacks}")
    with tempfile.TemporaryDirectory(prefix="zymap-drill-") as name:
        editions = Editions(Path(name), options.features)
        with staged(Path(name), editions.write(1)) as stage:
            found = _play(stage, editions, options)
    lines = _lines(found, options)
    print("\n".join(lines))
    if options.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        text = "".join((before, BEGIN, "\n".join(lines), "\n", END, after))
        PAGE.write_text(text, encoding="utf-8")
    faults = report.faults(found)
    print("\n".join(faults[:20]))
    return int(bool(faults))


def _play(stage: Stage, editions: Editions, options: argparse.Namespace) -> Found:
    judge = Judge(editions)
    half, pace_s = options.connections // 2, options.connections / options.rate
    careful, once = (
        Readers(port, half, editions.questions, judge, pace_s)
        for port in (stage.careful_port, stage.once_port)
    )
    writer = Writer(stage.url, editions.write, first=2)
    played: list[Played] = []
    with careful, once, writer:
        for step in STEPS:
            start = time.monotonic()
            print(f"{dt.datetime.now():%H:%M:%S} {step.title_en}", flush=True)  # noqa: DTZ005
            remark = step.act(stage)
            time.sleep(options.seconds)
            played.append(Played(step, start, time.monotonic(), remark))
    held = revisions(stage)
    lost = [one.revision for one in writer.acknowledged() if one.revision not in held]
    return Found(
        played,
        careful.asked,
        once.asked,
        writer.tried,
        lost,
        len(judge.edition_of),
        stage.asked_again(),
    )


def _lines(found: Found, options: argparse.Namespace) -> list[str]:
    day = dt.datetime.now(dt.UTC).date()
    return [
        f"`make drill`, {day}: {options.connections} connections, {options.rate:.0f} requests a "
        f"second in all, half of them by a proxy without retries; {options.features:,} projects.",
        "",
        *report.table(found),
        "",
        *report.remarks(found),
    ]


if __name__ == "__main__":
    sys.exit(main())
