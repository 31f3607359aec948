"""The scripts of deploy/postgres make a primary and replicas that a commit waits for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.needs import need
from tests.postgres import USER, binaries, free_port, identity, missing, wait_until

from zymap.catalog import Source
from zymap.errors import StoreUnavailable
from zymap.load import load_database
from zymap.query import Query
from zymap.store.postgis.store import PostgisStore

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PASSWORDS = {
    "REPLICATION_PASSWORD": "its own'",
    "ZYMAP_PASSWORD": 'za"b',
    "ZYMAP_WEB_PASSWORD": "$HOME",
}


class Container:
    """One service of the compose file, without a container round it."""

    def __init__(self, folder, name, follows=None):
        self.data, self.port = folder / name, free_port()
        environment = {
            **PASSWORDS,
            "PATH": f"{folder}:{binaries()}:{os.environ['PATH']}",
            "NODE": name,
            "FOLLOWS": "127.0.0.1" if follows else "",
            "FIRST": str(folder / "first.sh"),
            "PGDATA": str(self.data),
            "PGPORT": str(follows.port if follows else self.port),
            "OWN_PORT": str(self.port),
        }
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.data,
            "fsync": "off",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with (folder / f"{name}.log").open("w") as log:
            self.process = subprocess.Popen(
                ["sh", folder / "node.sh", *options],
                env=environment,
                stdout=log,
                stderr=log,
                **identity(),
            )

    def sql(self, statement, user="zymap", password=PASSWORDS["ZYMAP_PASSWORD"], timeout=30):
        where = f"host=127.0.0.1 port={self.port} user={user} dbname=zymap"
        return subprocess.run(
            [binaries() / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", where, "-c", statement],
            env={"PGPASSWORD": password},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def answers(self):
        assert self.process.poll() is None, "it ended"
        return self.sql("SELECT 1").stdout == "1\n"

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


@pytest.fixture
def folder():
    need("the tests of the deployment", missing())
    made = Path(tempfile.mkdtemp(prefix="zymap-deploy-"))
    # Copied: the user postgres may not look into a developer's home. And once: a shell that reads a
    # script while it is written anew finds it empty, and ends well.
    entry = Path(__file__).with_name("docker-entrypoint.sh")
    for script in (*(DEPLOY / "postgres").iterdir(), entry):
        shutil.copy(script, made)
        (made / script.name).chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(made, USER, USER)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def nodes(folder):
    """A primary and two replicas."""
    started = [Container(folder, "db1")]
    try:
        wait_until(started[0].answers, "the primary starts")
        started += (Container(folder, name, started[0]) for name in ("db2", "db3"))
        for replica in started[1:]:
            wait_until(replica.answers, "a replica starts")
        yield started
    finally:
        for one in reversed(started):
            one.stop()


def test_a_commit_waits_for_a_replica_and_is_there(nodes):
    primary, *replicas = nodes
    made = primary.sql("CREATE TABLE kept AS SELECT postgis_lib_version() AS v")
    assert (made.returncode, made.stderr) == (0, "")
    assert primary.sql("SHOW synchronous_standby_names").stdout == "ANY 1 (db1, db2, db3)\n"
    for replica in replicas:
        wait_until(lambda one=replica: one.sql("SELECT v FROM kept").stdout, "it has the row")
        assert "read-only" in replica.sql("DROP TABLE kept").stderr
    assert primary.sql("SELECT 1", password="wrong").returncode != 0
    for replica in replicas:
        replica.stop()
    # Nobody is left to have it, too: the commit waits, it is not acknowledged.
    with pytest.raises(subprocess.TimeoutExpired):
        primary.sql("INSERT INTO kept VALUES ('x')", timeout=3)


def test_one_user_migrates_and_loads_and_the_other_only_reads(nodes, testland):
    hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)

    def address(user, variable):
        return f"postgresql://{user}:{quote(PASSWORDS[variable])}@{hosts}/zymap"

    def zymap(*words, store):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ZYMAP_")}
        run = [sys.executable, "-c", "from zymap.cli import run; run()", *map(str, words)]
        return subprocess.run(
            run, env={**clean, "ZYMAP_STORE": store}, capture_output=True, text=True, timeout=60
        )

    owner, web = address("zymap", "ZYMAP_PASSWORD"), address("zymap_web", "ZYMAP_WEB_PASSWORD")
    migrated = zymap("store", "migrate", store=owner)
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert zymap("load", testland, store=web).returncode != 0
    loaded = zymap("load", testland, store=owner)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    with closing(PostgisStore(web)) as store:
        assert store.revision() in loaded.stdout
        assert store.count(Query((Source("works"),))).matched == 11
    with pytest.raises(StoreUnavailable):
        load_database(testland, web, force=True)
