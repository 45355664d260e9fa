#!/usr/bin/env bash
# See that the machine has the tools that are named; install what is missing where this may be done (root on Debian), say how
# where it may not. A tool that is still missing fails in CI and is a warning elsewhere.
set -euo pipefail

declare -A package=(
  [msgfmt]=gettext [chromium]=chromium [fonts]=fonts-noto-cjk [initdb]=postgresql [pdfsig]=poppler-utils
)

has() {
  case $1 in
    fonts) command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh | head -n 1)" ] ;;
    initdb) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing() {
  local tool
  for tool in "$@"; do has "$tool" || echo "${package[$tool]}"; done
}

wanted=$(missing "$@" | xargs)
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "── setting up: $wanted"
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null || true
  wanted=$(missing "$@" | xargs)
  [ -n "$wanted" ] || exit 0
fi
echo "missing on this machine: sudo apt-get install $wanted" >&2
[ -z "${CI:-}" ]
