"""What happens to the servers, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.drill.stage import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens.

    Attributes
    ----------
    title_zh, title_en : str
    act : callable
        May return a remark for the report.
    """

    title_zh: str
    title_en: str
    act: Callable[[Stage], str | None]


def _nothing(_: Stage) -> None:
    """Let it run."""


def _kill_a_replica(stage: Stage) -> str:
    replica = max(stage.cluster.replicas, key=stage.sessions)
    sessions = stage.sessions(replica)
    replica.kill()
    return f"{replica.name} had {sessions} sessions of zymap's"


def _lose_the_primary(stage: Stage) -> str:
    """Kill the primary, then promote the replica that has most of its log, as Patroni does.

    In this order: a primary that still ran would go on acknowledging loads that the promoted
    replica does not have. And that replica: a commit waits for one of the two, whichever is first.
    """
    cluster = stage.cluster
    cluster.primary.kill()
    behind, ahead = sorted(cluster.replicas, key=lambda node: node.received())
    cluster.promote(ahead)
    cluster.wait_until_streaming(behind)
    return f"{ahead.name} was promoted, {behind.name} follows it"


def _bring_it_back(stage: Stage) -> None:
    (gone,) = (node for node in stage.cluster.nodes if not node.running())
    stage.cluster.rejoin(gone)


def _kill_all_replicas(stage: Stage) -> None:
    for replica in stage.cluster.replicas:
        replica.kill()


def _start_the_replicas(stage: Stage) -> None:
    for replica in stage.cluster.replicas:
        if not replica.running():
            stage.cluster.start(replica)
    stage.cluster.wait_until_streaming(*stage.cluster.replicas)


def _kill_a_zymap(stage: Stage) -> None:
    stage.zymaps[0].kill()


def _start_the_zymap(stage: Stage) -> None:
    stage.zymaps[0].start()


def _stop_a_zymap(stage: Stage) -> str:
    return f"it ended after {stage.zymaps[1].stop():.1f} s"


def _start_the_other(stage: Stage) -> None:
    stage.zymaps[1].start()


STEPS = (
    Step("平静", "calm", _nothing),
    Step("杀死一个副本", "a replica is killed", _kill_a_replica),
    Step("副本回来", "it comes back", _start_the_replicas),
    Step("杀死主库,提升副本", "the primary is killed, a replica promoted", _lose_the_primary),
    Step("旧主库作为副本回来", "the old primary comes back as a replica", _bring_it_back),
    Step("副本全部杀死:装载等待", "all replicas are killed: loads wait", _kill_all_replicas),
    Step("副本回来", "they come back", _start_the_replicas),
    Step("杀死一个 zymap", "a zymap process is killed", _kill_a_zymap),
    Step("zymap 回来", "it comes back", _start_the_zymap),
    Step("停止另一个 zymap (SIGTERM)", "the other is stopped by SIGTERM", _stop_a_zymap),
    Step("它也回来", "it comes back, too", _start_the_other),
)
