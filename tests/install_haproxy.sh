#!/bin/sh
# haproxy for the fault drill, from Debian's packages.
set -u
. "$(dirname "$0")/debian.sh"
[ -x /usr/sbin/haproxy ] || command -v haproxy >/dev/null 2>&1 || install_debian "the fault drill" haproxy
