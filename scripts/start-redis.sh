#!/usr/bin/env bash
# Starts a Redis of its own for plans and workers on this machine, and prints its URL:
#
#   scripts/start-redis.sh            until Ctrl-C
#   scripts/start-redis.sh --install  only sees to it that there is a redis-server (or valkey-server)
#
# It listens on loopback only, on a free port (or $REDIS_PORT), and keeps nothing on disk. Where there is no server it is installed with apt-get.
set -euo pipefail

server() { command -v redis-server || command -v valkey-server || true; }

install_server() {
  [ -z "$(server)" ] || return 0
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  command -v apt-get >/dev/null || { echo "start-redis: no redis-server, no valkey-server and no apt-get here: install one of the two" >&2; exit 1; }
  # The package starts a service of its own on port 6379; nobody asked for that.
  local policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null; $sudo chmod +x "$policy"; trap "$sudo rm -f $policy" EXIT; }
  $sudo apt-get update -qq >&2
  $sudo apt-get install -y -qq --no-install-recommends redis-server >/dev/null
}

free_port() {
  node -e 'const s = require("node:net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

install_server
[ "${1:-}" != "--install" ] || exit 0
port=${REDIS_PORT:-$(free_port)}
folder=$(mktemp -d)
: >"$folder/log"
"$(server)" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" --maxmemory-policy noeviction --daemonize no >"$folder/log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 0' INT TERM
until grep -q 'Ready to accept connections' "$folder/log"; do
  kill -0 "$pid" 2>/dev/null || { echo "start-redis: the server ended before it listened:" >&2; cat "$folder/log" >&2; exit 1; }
  sleep 0.05
done
echo "redis://127.0.0.1:$port"
wait "$pid"
