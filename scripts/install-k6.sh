#!/usr/bin/env bash
# Builds k6, xk6, and k6 with our extension into .cache/bin, with ordinary Go and the versions of xk6/tools/go.mod. What is
# there already is left alone. --without-xk6 makes k6 with the extension by `go build`, even where xk6 would do.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="$PWD/.cache/bin"
tools="$PWD/xk6/tools"
least=1.25
flags=(-trimpath '-ldflags=-s -w')

# Static, as xk6 builds and k6 is released: it runs in images with another C library.
export CGO_ENABLED=0

fail() { printf 'install-k6: %s\n' "$1" >&2; exit 1; }

needs_go() {
  command -v go >/dev/null || fail "expected Go $least or newer on PATH, found none. Install it from https://go.dev/dl, then run this again."
  local found
  found=$(cd "$tools" && go env GOVERSION) || fail "expected Go $least or newer, and 'go env' failed."
  found=${found#go}
  [ "$(printf '%s\n%s\n' "$least" "${found%%-*}" | sort -V | head -n 1)" = "$least" ] || fail "expected Go $least or newer, found $found at $(command -v go)."
}

# The version that go.mod pins; needs no network.
pinned() { awk -v module="$1" '$1 == module && $2 ~ /^v/ { print $2; exit }' "$tools/go.mod"; }

# name, module, version. k6 says v2.2.0 of itself, xk6 1.4.11.
install_tool() {
  local name=$1 module=$2 version=$3
  # All of what it says is read first: under pipefail a reader that leaves early makes a failure of it.
  local said=''
  if [ -x "$bin/$name" ]; then said=$("$bin/$name" version 2>/dev/null || true); fi
  said=${said%%$'\n'*}
  case "$said" in *"${version#v}"*) return ;; esac
  printf 'building %s %s\n' "$name" "$version"
  (cd "$tools" && go build "${flags[@]}" -o "$bin/$name.new" "$module") || fail "go could not build $module $version. Can it reach its modules (go env GOPROXY)?"
  mv "$bin/$name.new" "$bin/$name"
}

# What the binary with the extension is made of.
made_of() { cat xk6/go.mod xk6/go.sum xk6/*.go | cksum; printf '%s %s %s\n' "$k6_version" "$(go env GOVERSION)" "$how"; }

# xk6 asks for no list of versions as long as they are all given. Where it cannot do without, plain Go makes the same binary.
install_extended() {
  local stamp="$bin/k6-slotstorm.stamp" made
  made=$(made_of)
  if [ -x "$bin/k6-slotstorm" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$made" ]; then return; fi
  if [ "$how" = xk6 ] && with_xk6; then
    echo "built k6-slotstorm $k6_version with xk6"
  else
    (cd "$tools" && go build "${flags[@]}" -o "$bin/k6-slotstorm.new" ./k6-slotstorm) || fail 'go could not build k6 with the extension.'
    echo "built k6-slotstorm $k6_version with go build"
  fi
  mv "$bin/k6-slotstorm.new" "$bin/k6-slotstorm"
  printf '%s\n' "$made" >"$stamp"
}

with_xk6() {
  local log="$bin/xk6.log"
  (cd xk6 && "$bin/xk6" build "$k6_version" --with "github.com/slotstorm/xk6-slotstorm=." -o "$bin/k6-slotstorm.new") >"$log" 2>&1 && return
  printf 'xk6 build did not work; its last words:\n' >&2
  tail -n 3 "$log" >&2
  return 1
}

how=xk6
case "${1:-}" in
  '') ;;
  --without-xk6) how=go ;;
  *) fail "expected --without-xk6 or nothing, got $1" ;;
esac
needs_go
mkdir -p "$bin"
k6_version=$(pinned go.k6.io/k6/v2)
install_tool xk6 go.k6.io/xk6 "$(pinned go.k6.io/xk6)"
install_tool k6 go.k6.io/k6/v2 "$k6_version"
install_extended
