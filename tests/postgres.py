"""PostgreSQL servers of a test's own: a primary and streaming replicas, on the loopback.

They are made from Debian's packages, in a folder and on ports of their own; PostgreSQL refuses to run
as root, so root hands them to the user `postgres`. Whoever is on this machine may connect: they hold
test data and are gone afterwards.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

HOST = "127.0.0.1"
USER = "postgres"
START_S = 60
# Below those that Linux lends to outgoing connections: a server that was killed gets its port back.
PORTS = range(20000, 32000)

SMALL = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "wal_level": "replica",
    "hot_standby": "on",
    # A replica that restarts asks again soon, and a primary that is gone is noticed soon.
    "wal_retrieve_retry_interval": "500ms",
    "wal_receiver_timeout": "5s",
    "wal_sender_timeout": "5s",
}


def binaries():
    """Return the folder of the newest PostgreSQL that has PostGIS, or None."""
    found = (
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if Path("/usr/share/postgresql", path.parent.name, "extension/postgis.control").exists()
        and (path / "postgres").exists()
    )
    return max(found, key=lambda path: int(path.parent.name), default=None)


def missing():
    """What a cluster lacks here, or None."""
    if not binaries():
        return "no PostgreSQL with PostGIS (Debian: apt-get install postgresql-postgis)"
    return None


def free_port():
    while True:
        with socket.socket() as probe:
            port = random.choice(PORTS)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


def run(program, *arguments):
    """Run one of PostgreSQL's programs to its end; return what it printed."""
    done = subprocess.run(
        [binaries() / program, *map(str, arguments)], capture_output=True, text=True, **identity()
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def identity():
    """Whom a process of PostgreSQL's runs as."""
    root = os.geteuid() == 0
    return {"user": USER, "group": USER, "extra_groups": [], "cwd": "/"} if root else {"cwd": "/"}


def wait_until(true, what, limit_s=START_S):
    deadline = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {limit_s} s")
        time.sleep(0.05)


class Node:
    """One PostgreSQL server."""

    def __init__(self, folder, name):
        self.name = name
        self.port = free_port()
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self.process = None

    def start(self, **settings):
        """Start it and wait until it answers; settings hold for this run alone."""
        given = {"port": self.port, "cluster_name": self.name, **settings}
        options = [word for key, value in given.items() for word in ("-c", f"{key}={value}")]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [binaries() / "postgres", "-D", self.data, *options],
                stdout=log,
                stderr=log,
                **identity(),
            )
        wait_until(lambda: self.answers() or self._ended(), f"{self.name} starts")
        if self._ended():
            raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-2000:]}")

    def _ended(self):
        return self.process.poll() is not None

    def running(self):
        return self.process is not None and not self._ended()

    def answers(self):
        try:
            return self.sql("SELECT 1") == "1"
        except RuntimeError:
            return False

    def sql(self, statement, dbname="postgres"):
        """Return what psql prints for a statement: rows by lines, columns by `|`."""
        url = f"postgresql://{USER}@{HOST}:{self.port}/{dbname}?connect_timeout=5"
        return run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement)

    def configure(self, **settings):
        """Set settings for good and take them up at once; those that need a restart do not hold."""
        for key, value in settings.items():
            self.sql(f"ALTER SYSTEM SET {key} = '{value}'")
        self.sql("SELECT pg_reload_conf()")

    def stop(self):
        """Stop it as an operator does: sessions are ended, what they had not committed is undone."""
        if self.running():
            self.process.send_signal(signal.SIGINT)
            self.process.wait(START_S)

    def kill(self):
        """Kill every process of it at once, as a machine that loses its power."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        self.process.kill()
        for child in map(int, children.split()):
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(START_S)
        left = [Path("/proc", child) for child in children.split()]
        wait_until(lambda: not any(map(Path.exists, left)), f"{self.name}'s processes end")

    def received(self):
        """Return the place up to which a replica has the primary's log, as a number of bytes."""
        return int(self.sql("SELECT pg_last_wal_receive_lsn() - '0/0'"))

    def promote(self):
        """Make a replica a primary."""
        assert self.sql(f"SELECT pg_promote(true, {START_S})") == "t"


class Cluster:
    """A primary, and the replicas that `add_replica` makes.

    Parameters
    ----------
    durable : bool
        Whether what is committed is written through to the disk.
    settings
        Of PostgreSQL, for every node.
    """

    def __init__(self, *, durable=False, **settings):
        self.folder = Path(tempfile.mkdtemp(prefix="zymap-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        self.settings = {**SMALL, "fsync": "on" if durable else "off", **settings}
        self.primary = Node(self.folder, "primary")
        self.nodes = [self.primary]
        encoding = ("--encoding=UTF8", "--locale=C.UTF-8")
        run("initdb", "--auth=trust", f"--username={USER}", *encoding, "-D", self.primary.data)
        self.start(self.primary)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Replicas first: a primary waits at its end until they have all of its log.
        for node in sorted(self.nodes, key=lambda node: node is self.primary):
            node.stop()
        shutil.rmtree(self.folder)

    @property
    def replicas(self):
        return [node for node in self.nodes if node is not self.primary]

    def url(self, dbname, user=USER, nodes=None):
        """Return a libpq address that names all nodes, or those given."""
        hosts = ",".join(f"{HOST}:{node.port}" for node in nodes or self.nodes)
        return f"postgresql://{user}@{hosts}/{dbname}"

    def create_database(self, name):
        """Make an empty database; return its address, all nodes named."""
        self.primary.sql(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def start(self, node):
        node.start(**self.settings)

    def add_replica(self):
        """Add a streaming replica, with a slot that keeps the log for it while it is away."""
        node = Node(self.folder, f"replica{len(self.nodes)}")
        self.nodes.append(node)
        self.rejoin(node)
        return node

    def rejoin(self, node):
        """Make a node that does not run a replica, whatever it was before."""
        shutil.rmtree(node.data, ignore_errors=True)
        how = ("-X", "stream", "-c", "fast", "-R", "-S", node.name)
        run("pg_basebackup", "-d", self._place_for(node), *how, "-D", node.data)
        self.start(node)
        self.wait_until_streaming(node)

    def require_synchronous(self, names, level="on"):
        """Let a commit wait for replicas, on whichever node is or becomes the primary.

        Parameters
        ----------
        names : str
            `synchronous_standby_names`, such as ``ANY 1 (*)``.
        level : str
            `synchronous_commit`: ``on`` waits until a replica has written the log to its disk,
            ``remote_apply`` until it also shows the change to those who read there.
        """
        for node in self.nodes:
            node.configure(synchronous_standby_names=names, synchronous_commit=level)

    def wait_until_streaming(self, *nodes):
        """Wait until replicas follow the primary and have all that it had when this was asked."""
        end = self.primary.sql("SELECT pg_current_wal_flush_lsn()")
        for node in nodes:
            asked = (
                "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' "
                f"AND application_name = '{node.name}' AND replay_lsn >= '{end}'"
            )
            wait_until(lambda asked=asked: self.primary.sql(asked) == "1", f"{node.name} streams")

    def promote(self, node):
        """Make `node` the primary, and let the running replicas follow it.

        The caller has stopped the old primary: as long as it runs, it still takes writes.
        """
        node.promote()
        self.primary = node
        for follower in self.replicas:
            if not follower.running():
                continue
            source = self._place_for(follower)
            follower.configure(primary_conninfo=source, primary_slot_name=follower.name)

    def _place_for(self, follower):
        """Make a slot on the primary that keeps the log for a follower; return where it connects."""
        name = follower.name
        self.primary.sql(f"SELECT pg_create_physical_replication_slot('{name}', true)")
        return f"host={HOST} port={self.primary.port} user={USER} application_name={name}"


def postgis_database(cluster, name):
    """Make a database with the tables that all loads share; return its address."""
    from zymap.store.postgis.migrating import migrate

    url = cluster.create_database(name)
    migrate(url)
    return url
