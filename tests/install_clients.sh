#!/bin/sh
# GDAL's command-line tools and QGIS's Python for the clients' tests, from Debian's packages. Where
# they cannot be installed the tests that need them are skipped with the reason.
set -u
missing=""
command -v ogr2ogr >/dev/null 2>&1 || missing="gdal-bin"
/usr/bin/python3 -c 'import qgis.core' >/dev/null 2>&1 || missing="$missing python3-qgis"
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "the clients' tests need: $missing; this is no Debian, install them by hand"
  exit 0
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then as_root="sudo -n"; else
    echo "the clients' tests need: $missing; run 'apt-get install $missing' as root"
    exit 0
  fi
fi
echo "installing $missing"
$as_root apt-get -o DPkg::Lock::Timeout=300 update -qq &&
  DEBIAN_FRONTEND=noninteractive $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
    --no-install-recommends $missing >/dev/null ||
  echo "$missing could not be installed; the tests that need them will be skipped"
exit 0
