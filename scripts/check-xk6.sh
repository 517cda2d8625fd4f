#!/usr/bin/env bash
# The Go code of the k6 extension: format, vet, tests.
set -euo pipefail
cd "$(dirname "$0")/../xk6"
misformatted=$(gofmt -l .)
if [ -n "$misformatted" ]; then
  printf 'gofmt would change:\n%s\n' "$misformatted" >&2
  exit 1
fi
go vet ./...
go test ./...
cd tools
go vet ./...
