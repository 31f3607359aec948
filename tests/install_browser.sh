#!/bin/sh
# Chromium and a Chinese font for the browser tests, from Debian's packages. Where they cannot be
# installed the tests that need them are skipped with the reason; CI fails if they were.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "browser tests need:$missing; this is no Debian, install them by hand"
  exit 0
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then as_root="sudo -n"; else
    echo "browser tests need: $missing; run 'apt-get install $missing' as root"
    exit 0
  fi
fi
echo "installing $missing"
$as_root apt-get -o DPkg::Lock::Timeout=300 update -qq &&
  DEBIAN_FRONTEND=noninteractive $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
    --no-install-recommends $missing >/dev/null ||
  echo "$missing could not be installed; the browser tests will be skipped"
exit 0
