"""The servers that the tests of PostGIS are run on do what a cluster does."""

import pytest

from tests.needs import need
from tests.postgres import Cluster, missing


@pytest.fixture
def cluster():
    need("the tests of the PostGIS store", missing())
    with Cluster() as made:
        yield made


def test_a_replica_follows_and_takes_over_from_a_primary_that_was_killed_and_may_return(cluster):
    first, second = cluster.add_replica(), cluster.add_replica()
    cluster.require_synchronous("ANY 1 (*)", "remote_apply")
    cluster.create_database("kept")
    cluster.primary.sql("CREATE EXTENSION postgis; CREATE TABLE t (n int)", "kept")
    cluster.primary.sql("INSERT INTO t VALUES (1)", "kept")
    cluster.wait_until_streaming(first, second)
    assert [node.sql("SELECT n FROM t", "kept") for node in cluster.nodes] == ["1"] * 3

    cluster.primary.kill()
    assert not cluster.primary.answers()
    cluster.promote(first)
    cluster.wait_until_streaming(second)
    # It returns only if the other replica has it, too: the new primary is as careful as the old.
    cluster.primary.sql("INSERT INTO t VALUES (2)", "kept")
    cluster.wait_until_streaming(second)
    assert second.sql("SELECT sum(n) FROM t", "kept") == "3"

    old = cluster.nodes[0]
    cluster.rejoin(old)
    assert old.sql("SELECT sum(n) FROM t", "kept") == "3"
    assert old.sql("SELECT pg_is_in_recovery()") == "t"


def test_a_replica_that_was_killed_catches_up(cluster):
    replica = cluster.add_replica()
    replica.kill()
    cluster.primary.sql("CREATE TABLE t AS SELECT 7 AS n")
    cluster.start(replica)
    cluster.wait_until_streaming(replica)
    assert replica.sql("SELECT n FROM t") == "7"
    assert replica.sql("SELECT pg_is_in_recovery()") == "t"
