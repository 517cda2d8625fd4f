#!/usr/bin/env bash
# The real Python client, for test/clients/python.test.ts: an environment of its own in .cache/python/venv.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.cache/python/venv
wanted=test/clients/python/requirements.txt
stamp="$venv/requirements.txt"

cmp -s "$wanted" "$stamp" && exit 0
mkdir -p .cache/python
if ! python3 -m venv --clear "$venv"; then
  # Debian keeps venv in a package of its own.
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  python3 -m venv --clear "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
cp "$wanted" "$stamp"
"$venv/bin/python" -c 'import fal_client.client as client; print(client.USER_AGENT)'
