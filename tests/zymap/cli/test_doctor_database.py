"""``zymap doctor`` where a PostGIS database is the store."""

from __future__ import annotations

import pytest
from tests.needs import need
from tests.postgres import Cluster, missing, postgis_database
from tests.testland import FEATURES, write_testland

from zymap.load import load_database

CHECKS = ["settings", "versions", "layers", "database", "tables", "dataset", "replicas", "port"]


@pytest.fixture(scope="module")
def cluster():
    """A primary and a replica; its users have passwords, though nobody asks for them."""
    need("the tests of the PostGIS store", missing())
    with Cluster() as made:
        made.add_replica()
        yield made


@pytest.fixture(scope="module")
def loaded(cluster, tmp_path_factory):
    """A database that holds the made-up district, and users who may read and load."""
    url = postgis_database(cluster, "doctored")
    load_database(write_testland(tmp_path_factory.mktemp("loaded") / "land"), url)
    for user, group in (("d_reader", "zymap_reader"), ("d_loader", "zymap_loader")):
        cluster.primary.sql(f"CREATE ROLE {user} LOGIN PASSWORD 'hush-hush' IN ROLE {group}")
    cluster.primary.sql("CREATE ROLE d_stranger LOGIN")
    cluster.wait_until_streaming(*cluster.replicas)
    return "doctored"


def address(cluster, name, user):
    return cluster.url(name, f"{user}:hush-hush")


def levels(found):
    return {check: [level for level, _ in lines] for check, lines in found.items()}


def test_hosts_tables_data_and_replicas_are_looked_at_in_the_place_of_the_file(
    doctor, cluster, loaded
):
    code, found = doctor(store=address(cluster, loaded, "d_loader"))
    assert (code, list(found)) == (0, CHECKS), found
    assert {level for lines in found.values() for level, _ in lines} == {"ok"}
    (primary, replica), names = found["database"], [f"127.0.0.1:{n.port}" for n in cluster.nodes]
    assert primary[1].startswith(f"{names[0]} is the primary; PostgreSQL 1")
    assert replica[1].startswith(f"{names[1]} is a replica; ")
    assert [text for _, text in found["tables"]] == ["d_loader may read and load", "up to date"]
    total = sum(map(len, FEATURES.values()))
    assert found["dataset"][0][1].startswith(f"testland: {total} features, revision ")
    assert found["dataset"][1][1] == "it holds what the layers here hold"
    assert found["replicas"][0][1].startswith("replica1 is ")


def test_a_reader_is_told_that_it_may_not_load_nor_see_how_far_the_replicas_are(
    doctor, cluster, loaded
):
    code, found = doctor(store=address(cluster, loaded, "d_reader"))
    assert code == 0
    assert [text for _, text in found["tables"]] == ["d_reader may read, not load", "up to date"]
    assert "may not see how far" in found["replicas"][0][1]


def test_who_may_not_even_read_is_told_what_to_grant(doctor, cluster, loaded):
    code, found = doctor(store=address(cluster, loaded, "d_stranger"))
    assert (code, levels(found)["tables"], levels(found)["dataset"]) == (1, ["fail"], ["fail"])
    assert "GRANT zymap_reader TO d_stranger" in found["tables"][0][1]


def test_tables_that_are_missing_or_behind_are_to_be_migrated(doctor, cluster, tmp_path):
    empty = cluster.create_database("unprepared")
    cluster.wait_until_streaming(*cluster.replicas)
    code, found = doctor(store=empty)
    assert (code, levels(found)["tables"]) == (1, ["fail"])
    assert "zymap store migrate" in found["tables"][0][1]
    postgis_database(cluster, "older")
    cluster.primary.sql(
        "DELETE FROM _yoyo_migration WHERE migration_id = '0002.arithmetic'", "older"
    )
    cluster.wait_until_streaming(*cluster.replicas)
    code, found = doctor(store=cluster.url("older"))
    assert (code, levels(found)["tables"]) == (1, ["ok", "fail"])
    assert "0002.arithmetic; `zymap store migrate`" in found["tables"][1][1]
    assert "holds no dataset" in found["dataset"][0][1]


def test_layers_that_are_not_those_of_the_database_are_a_warning(doctor, cluster, loaded, land):
    path = land / "works.geojson"
    path.write_text(path.read_text("utf-8").replace("产业园", "科创产业园"), "utf-8")
    code, found = doctor(store=cluster.url(loaded))
    assert (code, levels(found)["dataset"]) == (0, ["ok", "warn"])


def test_a_replica_that_lags_or_is_away_and_a_primary_that_is_gone_are_told(
    doctor, cluster, loaded, tmp_path
):
    (replica,), url = cluster.replicas, cluster.url(loaded)
    replica.sql("SELECT pg_wal_replay_pause()")
    try:
        cluster.primary.sql(
            "CREATE TABLE much AS SELECT repeat(n::text, 50) FROM generate_series(1, 300000) n"
        )
        _, found = doctor(store=url)
    finally:
        replica.sql("SELECT pg_wal_replay_resume()")
    assert found["replicas"][0][0] == "warn"
    assert "MB of the log behind" in found["replicas"][0][1]
    replica.stop()
    code, found = doctor(store=url)
    assert (code, levels(found)["database"]) == (0, ["ok", "warn"])
    assert f"start 127.0.0.1:{replica.port}" in found["database"][1][1]
    assert found["replicas"] == [("ok", "none is connected to the primary")]
    cluster.start(replica)
    cluster.wait_until_streaming(replica)
    cluster.primary.stop()
    try:
        code, found = doctor(store=url)
        assert levels(found)["database"] == ["warn", "warn", "warn"]
        assert (code, levels(found)["dataset"], levels(found)["replicas"]) == (
            0,
            ["ok", "ok"],
            ["warn"],
        )
        replica.stop()
        code, found = doctor(store=address(cluster, loaded, "d_reader"))
        assert (code, levels(found)["database"]) == (1, ["fail", "fail"])
        assert (levels(found)["tables"], levels(found)["dataset"]) == (["fail"], ["fail"])
    finally:
        cluster.start(cluster.primary)
        cluster.start(replica)
