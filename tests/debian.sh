# To be sourced. Install some of Debian's packages, where that is possible without asking.
#   install_debian WHO PACKAGE...   WHO needs the packages; it never fails.
install_debian() {
  who=$1
  shift
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "$who need: $*; this is no Debian, install them by hand"
    return 0
  fi
  as_root=""
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then as_root="sudo -n"; else
      echo "$who need: $*; run 'apt-get install $*' as root"
      return 0
    fi
  fi
  echo "installing $*"
  $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
      --no-install-recommends "$@" >/dev/null ||
    echo "$* could not be installed; $who will be skipped"
  return 0
}
