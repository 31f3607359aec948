"""The ledger of loads that the PostGIS store keeps, read by psql."""

from __future__ import annotations

from benchmarks.drill.stage import DATABASE, Stage


def revisions(stage: Stage) -> set[str]:
    """Return the revisions of all loads that the primary has now."""
    return set(stage.cluster.primary.sql("SELECT revision FROM zymap.loads", DATABASE).split())
