#!/bin/sh
# Chromium and a Chinese font for the browser tests, from Debian's packages. Where they cannot be
# installed the tests that need them are skipped with the reason; CI fails if they were.
set -u
. "$(dirname "$0")/debian.sh"
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] || install_debian "the browser tests" $missing
