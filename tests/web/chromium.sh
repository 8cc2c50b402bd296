#!/bin/sh
# Prints the path of a Chromium for the browser tests: the one that has no windows where it is there, since it is the same
# engine and takes a third less time. Installs Debian's own when there is none and that is allowed.
set -eu

look() {
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium-headless-shell chromium chromium-browser google-chrome; do
    if path=$(command -v "$name" 2>/dev/null); then
      echo "$path"
      exit 0
    fi
  done
}

get() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    "$1" fonts-noto-cjk fonts-noto-color-emoji >&2
}

look
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update >&2
  get chromium-headless-shell || get chromium
  look
fi
echo "no Chromium found: install the package chromium (apt-get install chromium) or set CHROMIUM to its path" >&2
exit 1
