#!/bin/sh
# GDAL's command-line tools and QGIS's Python for the clients' tests, from Debian's packages. Where
# they cannot be installed the tests that need them are skipped with the reason.
set -u
. "$(dirname "$0")/debian.sh"
missing=""
command -v ogr2ogr >/dev/null 2>&1 || missing="gdal-bin"
/usr/bin/python3 -c 'import qgis.core' >/dev/null 2>&1 || missing="$missing python3-qgis"
[ -z "$missing" ] || install_debian "the clients' tests" $missing
