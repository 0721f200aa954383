#!/bin/sh
# Finds or installs Chromium; where neither works, the browser tests skip and say so.
set -eu

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the tests of the chat page"
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk) >/dev/null \
        || echo "Chromium could not be installed; the browser tests will be skipped"
else
    echo "No Chromium here; the browser tests will be skipped (install it with: sudo apt-get install chromium)"
fi
