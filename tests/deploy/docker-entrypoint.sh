#!/bin/sh
# What the image's entry point does, as far as the scripts in deploy/postgres lean on it: an empty
# folder is made a database, and its scripts are run on a server that nobody else reaches.
set -eu
shift
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --encoding=UTF8 --locale=C.UTF-8 --username=postgres --auth-local=trust --auth-host=scram-sha-256 -D "$PGDATA" >/dev/null
  pg_ctl -D "$PGDATA" -o "$* -c listen_addresses=''" -w -l "$PGDATA/first.log" start >/dev/null
  PGPORT=$OWN_PORT PGHOST="$PGDATA" PGUSER=postgres sh "$FIRST"
  pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
fi
exec postgres -D "$PGDATA" "$@"
