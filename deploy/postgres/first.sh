#!/bin/sh
# Run once by the image's entry point, in the first primary's empty database.
set -eu
psql -v ON_ERROR_STOP=1 -v replication="$REPLICATION_PASSWORD" \
  -v owner="$ZYMAP_PASSWORD" -v web="$ZYMAP_WEB_PASSWORD" <<'SQL'
CREATE ROLE replicator REPLICATION LOGIN PASSWORD :'replication';
-- What `zymap store migrate` would need an administrator for.
CREATE ROLE zymap_reader NOLOGIN;
CREATE ROLE zymap_loader NOLOGIN;
GRANT pg_read_all_stats TO zymap_loader;
-- `zymap` migrates and loads, `zymap_web` serves.
CREATE ROLE zymap LOGIN PASSWORD :'owner' IN ROLE zymap_loader, zymap_reader;
CREATE ROLE zymap_web LOGIN PASSWORD :'web' IN ROLE zymap_reader;
CREATE DATABASE zymap OWNER zymap;
\connect zymap
CREATE EXTENSION postgis;
-- From the next start on, here and on the replicas that are copied from here: a commit waits until
-- one other server has it on its disk.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (db1, db2, db3)';
SQL
echo "host replication replicator all scram-sha-256" >>"$PGDATA/pg_hba.conf"
