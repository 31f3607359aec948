"""The database itself: what a load leaves in it, who may do what, and what happens around it."""

import subprocess
import sys
import threading
import time
from contextlib import closing

import psycopg
import pytest
from tests.needs import need
from tests.postgres import Cluster, missing, postgis_database, wait_until
from tests.testland import FEATURES
from tests.zymap.datasets import write_dataset

from zymap.catalog import Source
from zymap.errors import InvalidData, InvalidRequest, QuestionTooLong, StoreUnavailable
from zymap.load import load_database
from zymap.query import Query
from zymap.store.postgis.connections import described
from zymap.store.postgis.migrating import migrate
from zymap.store.postgis.store import PostgisStore

WORKS = Query((Source("works"),))
TOTAL = sum(map(len, FEATURES.values()))


def asked(url, text):
    with psycopg.connect(url, autocommit=True, target_session_attrs="read-write") as connection:
        return connection.execute(text).fetchall()


def schemas(url):
    found = asked(url, "SELECT nspname FROM pg_namespace WHERE nspname ~ '^zymap_[0-9]+$'")
    return {name for (name,) in found}


@pytest.fixture
def database(request, postgres):
    return postgis_database(postgres, request.node.name[-60:])


def renamed(folder, name):
    def edit(layers):
        layers["works"][0]["properties"]["name_zh"] = name

    return write_dataset(folder, edit)


def test_every_load_is_in_the_ledger_and_the_same_one_is_not_loaded_twice(database, testland):
    first = load_database(testland, database)
    assert first.changed
    assert not load_database(testland, database).changed
    assert load_database(testland, database, force=True).changed
    ledger = asked(database, "SELECT dataset, revision, features FROM zymap.loads ORDER BY load")
    assert ledger == [("testland", first.revision, TOTAL)] * 2


def test_the_load_before_stays_for_those_who_read_it_and_the_next_removes_it(database, testland):
    for _ in range(4):
        load_database(testland, database, force=True)
        assert len(schemas(database)) <= 2


def test_who_reads_a_load_to_its_end_is_not_disturbed_by_others(database, tmp_path):
    folders = [renamed(tmp_path / str(number), f"第{number}版") for number in range(3)]
    load_database(folders[0], database)
    with closing(PostgisStore(database)) as store:
        before = store.select(WORKS)
        reading = store.iterate(WORKS)
        read = [next(reading)]
        for folder in folders[1:]:
            load_database(folder, database)
        assert store.select(WORKS) != before
        assert read + list(reading) == before


def test_a_server_takes_a_new_load_up_and_its_answers_are_never_older_than_it_said(
    database, tmp_path
):
    folders = [renamed(tmp_path / str(number), f"第{number}版") for number in range(2)]
    load_database(folders[0], database)
    with closing(PostgisStore(database)) as store:
        old = store.revision()
        new = load_database(folders[1], database).revision
        assert store.revision() == new != old
        assert "第1版".encode() in store.select(WORKS)[0]


def test_a_load_that_is_killed_leaves_the_old_state_or_the_new_and_nothing_else(database, testland):
    revision = load_database(testland, database).revision
    code = (
        "import sys; from pathlib import Path; from zymap.load import load_database\n"
        "while True: load_database(Path(sys.argv[1]), sys.argv[2], force=True)"
    )
    command = [sys.executable, "-c", code, str(testland), database]
    for wait_s in (1.0, 1.3, 1.6, 1.9, 2.2):
        loader = subprocess.Popen(command)
        time.sleep(wait_s)
        loader.kill()
        loader.wait()
        with closing(PostgisStore(database)) as store:
            assert store.revision() == revision
            assert store.count(WORKS).matched == len(FEATURES["works"])
    load_database(testland, database, force=True)
    assert len(schemas(database)) <= 2


def test_two_loads_at_once_come_one_after_the_other(database, testland):
    def run():
        done.append(load_database(testland, database, force=True).revision)

    done = []
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
    assert asked(database, "SELECT count(*) FROM zymap.loads") == [(3,)]


def test_data_that_a_database_cannot_hold_leave_it_as_it_was(database, tmp_path):
    load_database(renamed(tmp_path / "good", "好"), database)
    revision = asked(database, "SELECT revision FROM zymap.loads")
    with pytest.raises(InvalidData, match="NUL"):
        load_database(renamed(tmp_path / "bad", "a\0b"), database)
    assert asked(database, "SELECT revision FROM zymap.loads") == revision
    assert len(schemas(database)) == 1


def test_a_database_without_the_tables_or_without_data_says_what_to_do(postgres, testland):
    url = postgres.create_database("empty")
    with pytest.raises(StoreUnavailable, match="zymap store migrate"):
        PostgisStore(url)
    with pytest.raises(StoreUnavailable, match="zymap store migrate"):
        load_database(testland, url)
    assert migrate(url)
    assert migrate(url) == ()
    with pytest.raises(StoreUnavailable, match="zymap load"):
        PostgisStore(url)


def test_a_load_of_another_version_is_not_read(database, testland):
    load_database(testland, database)
    asked(database, "UPDATE zymap.loads SET format = 0 RETURNING 1")
    with pytest.raises(StoreUnavailable, match="load it again"):
        PostgisStore(database)
    assert load_database(testland, database).changed
    with closing(PostgisStore(database)) as store:
        assert store.count(WORKS).matched == len(FEATURES["works"])


def test_each_role_may_do_its_part_and_no_more(postgres, testland):
    # Its migration makes the groups, which are not of one database.
    postgis_database(postgres, "groups")
    admin = postgres.create_database("rights")
    # What an administrator does once (docs/guide/postgis.md).
    for statement in (
        "CREATE EXTENSION postgis",
        "CREATE ROLE z_owner LOGIN",
        "ALTER DATABASE rights OWNER TO z_owner",
        "CREATE ROLE z_loader LOGIN IN ROLE zymap_loader",
        "CREATE ROLE z_reader LOGIN IN ROLE zymap_reader",
    ):
        postgres.primary.sql(statement, "rights")
    owner, loader, reader = (
        postgres.url("rights", user) for user in ("z_owner", "z_loader", "z_reader")
    )
    migrate(owner)
    with pytest.raises(StoreUnavailable, match="zymap_loader"):
        load_database(testland, reader)
    load_database(testland, loader)
    load_database(testland, loader, force=True)
    with closing(PostgisStore(reader)) as store:
        assert store.count(WORKS).matched == len(FEATURES["works"])
        schema = min(schemas(admin))
    for statement in (
        f"DELETE FROM {schema}.works",
        f"DROP SCHEMA {schema} CASCADE",
        "UPDATE zymap.current SET load = 1",
        "CREATE TABLE zymap.mine (n int)",
        "CREATE SCHEMA mine",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(reader, statement)
    for statement in ("DELETE FROM zymap.loads", "DROP TABLE zymap.current"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(loader, statement)


def test_a_question_that_takes_too_long_is_given_up(database, testland):
    load_database(testland, database)
    with closing(PostgisStore(database, question_s=0.2)) as store:
        with psycopg.connect(database) as other:
            other.execute("LOCK TABLE zymap.current")
            with pytest.raises(QuestionTooLong, match=r"in 0\.2 s"):
                store.select(WORKS)
        assert len(store.select(WORKS)) == len(FEATURES["works"])


def test_a_file_has_the_time_that_it_takes(database, testland):
    load_database(testland, database)
    (schema,) = schemas(database)
    with (
        closing(PostgisStore(database, question_s=0.2)) as store,
        psycopg.connect(database) as other,
    ):
        other.execute(f"LOCK TABLE {schema}.zymap_works")
        release = threading.Timer(1, other.rollback)
        release.start()
        try:
            assert len(list(store.iterate(WORKS))) == len(FEATURES["works"])
        finally:
            release.join()


def test_a_secret_in_the_address_is_never_told():
    secret = "postgresql://somebody:hush-hush@127.0.0.1:1/nothing"
    assert described(secret) == "postgresql://127.0.0.1/nothing"
    with pytest.raises(StoreUnavailable) as raised:
        PostgisStore(secret)
    assert "hush" not in raised.value.message
    with pytest.raises(InvalidRequest) as refused:
        PostgisStore("postgresql://somebody:hush-hush@127.0.0.1:x y/nothing?z")
    assert "hush" not in refused.value.message


@pytest.fixture(scope="module")
def cluster():
    """A primary with two replicas."""
    need("the tests of the PostGIS store", missing())
    with Cluster() as made:
        made.add_replica()
        made.add_replica()
        yield made


def test_a_database_that_vanishes_is_refused_at_once_and_taken_up_when_it_returns(
    cluster, testland
):
    url = postgis_database(cluster, "vanishing")
    load_database(testland, url)
    with closing(PostgisStore(url)) as store:
        for node in cluster.nodes:
            node.kill()
        with pytest.raises(StoreUnavailable):
            store.select(WORKS)
        # Whoever asks now is not kept waiting: the look for it is somebody else's.
        for _ in range(100):
            with pytest.raises(StoreUnavailable):
                store.select(WORKS)
        for node in cluster.nodes:
            cluster.start(node)

        def answers():
            try:
                return len(store.select(WORKS)) == len(FEATURES["works"])
            except StoreUnavailable:
                return False

        wait_until(answers, "the store answers again")


def test_replicas_are_asked_and_one_that_dies_is_left_for_another(cluster, testland):
    url = postgis_database(cluster, "replicas")
    load_database(testland, url)
    with closing(PostgisStore(url)) as store:
        port = store._ask(lambda r: r.rows("SELECT inet_server_port()"))[0][0]
        (asked_node,) = [node for node in cluster.replicas if node.port == port]
        asked_node.kill()
        try:
            for _ in range(20):
                assert len(store.select(WORKS)) == len(FEATURES["works"])
        finally:
            cluster.start(asked_node)
            cluster.wait_until_streaming(asked_node)


def test_a_load_waits_for_the_replicas_and_names_those_that_do_not_show_it(cluster, tmp_path):
    url = postgis_database(cluster, "waiting")
    folders = [renamed(tmp_path / str(number), f"第{number}版") for number in range(3)]
    assert load_database(folders[0], url).behind == ()
    late, _ = cluster.replicas
    cluster.wait_until_streaming(*cluster.replicas)
    late.sql("SELECT pg_wal_replay_pause()")
    try:
        loaded = load_database(folders[1], url, replica_wait_s=0.5)
        assert loaded.behind == (late.name,)
        with closing(PostgisStore(url)) as store:
            # Whichever replica a connection leads to: who saw the new load never sees the old one.
            seen = []
            for _ in range(30):
                seen.append((store.revision(), store.select(WORKS)[0]))
                store._replicas.broke()
            news = [revision == loaded.revision for revision, _ in seen]
            assert news == sorted(news)
            for revision, text in seen:
                assert ("第1版".encode() in text) or revision != loaded.revision
    finally:
        late.sql("SELECT pg_wal_replay_resume()")
    assert load_database(folders[2], url).behind == ()


def test_no_acknowledged_load_is_lost_when_the_primary_dies(tmp_path):
    need("the tests of the PostGIS store", missing())
    with Cluster() as cluster:
        cluster.add_replica()
        cluster.add_replica()
        cluster.require_synchronous("ANY 1 (*)", "remote_apply")
        url = postgis_database(cluster, "failover")
        loaded = load_database(renamed(tmp_path / "kept", "留下"), url)
        with closing(PostgisStore(url)) as store:
            cluster.primary.kill()
            best = max(cluster.replicas, key=lambda node: node.received())
            assert store.revision() == loaded.revision
            cluster.promote(best)
            ledger = asked(url, "SELECT dataset, revision FROM zymap.loads")
            assert ("testland", loaded.revision) in ledger
            again = load_database(renamed(tmp_path / "next", "新的"), url)
            assert store.revision() == again.revision
            assert "新的".encode() in store.select(WORKS)[0]
