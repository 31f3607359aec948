"""The tables, in Markdown: what is printed is what the README holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.client import Cost
from benchmarks.peers.measure import Cell

OURS = "zymap"


def tables(found: Mapping[Cell, Cost], servers: Sequence[str], workloads: Sequence[str]) -> str:
    """Return a table of CPU time and one of requests a second for each way of asking."""
    ways = sorted({(cell.connections, cell.warm) for cell in found})
    parts = []
    for connections, warm in ways:
        title = f"{connections} connections, {'warm' if warm else 'cold'}"
        for unit in ("CPU µs a request", "requests a second"):
            parts.append(f"{title}: {unit}\n")
            parts.append(f"| | {' | '.join(servers)} | best peer : zymap |")
            parts.append("|---" + "|---:" * (len(servers) + 1) + "|")
            for workload in workloads:
                values = [
                    _value(found.get(Cell(workload, server, connections, warm)), unit)
                    for server in servers
                ]
                cells = ["–" if value is None else f"{value:,.0f}" for value in values]
                cells.append(_ratio(dict(zip(servers, values, strict=True)), unit))
                parts.append(f"| {workload} | {' | '.join(cells)} |")
            parts.append("")
    return "\n".join(parts)


def _value(cost: Cost | None, unit: str) -> float | None:
    if cost is None:
        return None
    return cost.cpu_us if unit.startswith("CPU") else cost.per_second


def _ratio(values: Mapping[str, float | None], unit: str) -> str:
    """Return how many times better zymap is than the best peer, in either unit."""
    ours = values.get(OURS)
    peers = [value for name, value in values.items() if name != OURS and value is not None]
    if ours is None or not peers:
        return "–"
    return f"{min(peers) / ours if unit.startswith('CPU') else ours / max(peers):.1f}"
