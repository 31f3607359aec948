#!/bin/sh
# A database server of compose.yaml: a replica of $FOLLOWS, or the first primary where that is empty.
# What is in $PGDATA already stays what it is.
set -eu

if [ -n "$FOLLOWS" ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  export PGPASSWORD="$REPLICATION_PASSWORD"
  primary="host=$FOLLOWS user=replicator application_name=$NODE"
  # The slot keeps the log for this server while it is away; it stays when the copy is tried again.
  slot="SELECT pg_create_physical_replication_slot('$NODE', true) WHERE NOT EXISTS
    (SELECT FROM pg_replication_slots WHERE slot_name = '$NODE')"
  until psql -qAtX -d "$primary dbname=postgres" -c "$slot" &&
    pg_basebackup -d "$primary" -S "$NODE" -X stream -c fast -R -D "$PGDATA"; do
    echo "$NODE: $FOLLOWS does not answer yet"
    sleep 2
  done
  chmod 700 "$PGDATA"
  unset PGPASSWORD
fi

exec docker-entrypoint.sh postgres -c cluster_name="$NODE" -c listen_addresses='*' \
  -c wal_level=replica -c hot_standby=on -c wal_log_hints=on \
  -c max_slot_wal_keep_size=8GB "$@"
