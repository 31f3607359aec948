"""Where a command runs that is to be killed: a folder, and a database if it has to do with one."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import Cluster
from zymap.catalog import Source
from zymap.query import Query
from zymap.store.postgis.store import PostgisStore

# Beside the store while it is used; the next who opens it clears them up.
LOGS = (".gpkg-wal", ".gpkg-shm")


@dataclass(frozen=True)
class Place:
    """A folder, and a database of a cluster."""

    folder: Path
    cluster: Cluster | None = None
    database: str = ""

    @property
    def url(self):
        return self.cluster.url(self.database) if self.cluster else ""

    def become(self, other):
        """Hold what another place holds, and nothing else."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(other.folder, self.folder)
        if self.cluster:
            sql = self.cluster.primary.sql
            # The server may still be at work for a command that was killed.
            sql(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
            sql(f'CREATE DATABASE "{self.database}" TEMPLATE "{other.database}"')
            # What may be done to the database itself is not of the template.
            sql(f'GRANT CREATE ON DATABASE "{self.database}" TO zymap_loader')

    def names(self):
        """Return the names of the files, and how many loads the database keeps."""
        files = (path for path in self.folder.rglob("*") if not path.name.endswith(LOGS))
        found = {str(path.relative_to(self.folder)) for path in files}
        if self.cluster:
            with psycopg.connect(self.url) as connection:
                loads = connection.execute(
                    "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^zymap_[0-9]+$'"
                ).fetchone()
            found.add(f"{loads[0]} loads")
        return found

    def revision_of_database(self):
        """Read all that the database holds; return its revision."""
        with closing(PostgisStore(self.url)) as store:
            for layer in store.catalog().layers:
                query = Query((Source(layer.id),))
                assert sum(1 for _ in store.iterate(query)) == store.count(query).matched
            return store.revision()
