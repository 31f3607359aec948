#!/bin/sh
# PostgreSQL with PostGIS for the store's tests, from Debian's packages. Where it cannot be installed
# the tests that need it are skipped with the reason; CI fails if they were.
set -u
. "$(dirname "$0")/debian.sh"
for control in /usr/share/postgresql/*/extension/postgis.control; do
  [ -e "$control" ] || install_debian "the tests of the PostGIS store" postgresql-postgis
done
