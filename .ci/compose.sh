#!/usr/bin/env bash
# Builds Docker Compose v2 and buildx from source (once, cached) and makes them plugins of the docker command:
# .ci/compose.sh CACHE_FOLDER. All comes through the Go module proxy; Go 1.25 or newer is on PATH.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,3p' "$0"; exit 2; }
mkdir -p "$1"; CACHE=$(cd "$1" && pwd); BIN=$CACHE/bin
COMPOSE=v2.40.3 BUILDX=v0.29.1
PLUGINS=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins
mkdir -p "$BIN" "$CACHE/wrapper" "$PLUGINS"

# Both go.mod files hold 'exclude' lines, and 'go install pkg@version' refuses any module with those (or with
# 'replace'). A module of our own that requires them, with the same lines, builds the same sources.
build() { # build MODULE VERSION PACKAGE OUTPUT LDFLAGS
  local out=$BIN/$4 dir=$CACHE/wrapper/$4 mod
  [ "$(cat "$out.version" 2>/dev/null)" = "$2" ] && [ -x "$out" ] && return
  mkdir -p "$dir"; cd "$dir"
  mod=$(go mod download -json "$1@$2" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  { printf 'module ci.local/%s\n\n' "$4"; grep -E '^go [0-9]' "$mod"; printf '\nrequire %s %s\n\n' "$1" "$2"
    sed -n '/^\(replace\|exclude\)\b/,/^)/p' "$mod"; } > go.mod
  CGO_ENABLED=0 GOFLAGS="-mod=mod -trimpath" nice -n 10 go build -ldflags "-s -w $5" -o "$out" "$3"
  echo "$2" > "$out.version"
}
build github.com/docker/compose/v2 $COMPOSE github.com/docker/compose/v2/cmd docker-compose \
  "-X github.com/docker/compose/v2/internal.Version=$COMPOSE"
build github.com/docker/buildx $BUILDX github.com/docker/buildx/cmd/buildx docker-buildx \
  "-X github.com/docker/buildx/version.Version=$BUILDX"

ln -sf "$BIN/docker-compose" "$BIN/docker-buildx" "$PLUGINS/"
docker compose version
docker buildx version
