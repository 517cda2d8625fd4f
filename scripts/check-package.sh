#!/usr/bin/env bash
# What somebody gets who installs the package: packed, put into an empty project, and used there. No compiler is needed for its pictures, so
# nothing may have fetched the `canvas` that wants one.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
npm init -y >/dev/null
npm install --engine-strict --silent --no-audit --no-fund ./slotstorm-*.tgz
if [ -e node_modules/canvas ]; then
  echo "the package brings the canvas that is compiled: bundleDependencies and vendor/canvas are to prevent it" >&2
  exit 1
fi
shipped=node_modules/slotstorm/scenarios
use() {
  echo "slotstorm $*"
  npx --no-install slotstorm "$@"
}
use run "$shipped/burst-submission.yaml" --quiet --out reports
[ -n "$(find reports -name '*.png' -size +1k)" ] || { echo "no picture was drawn" >&2; exit 1; }
use plan --rate 1/s --service 5s --slo 'p(95)<2s' --quick --quiet
use k6 script "$shipped/burst-submission.yaml" --output burst.js
use k6 script "$shipped/k6/direct-calls.ts" --output direct-calls.js
printf "import { defineHandlers } from 'slotstorm';\nexport default defineHandlers({ 'acme/app': () => ({ ok: true }) });\n" >handlers.mjs
node handlers.mjs
