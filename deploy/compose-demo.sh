#!/usr/bin/env bash
# Plays a scenario on a compose system of its own: deploy/compose-demo.sh SCENARIO docker compose -f ...
# Started with empty volumes and removed at the end; KEEP=1 leaves it running. Results go to out/compose/<scenario>.
set -euo pipefail
scenario=$(realpath "$1"); shift
compose=("$@")
root=$(cd "$(dirname "$0")/.." && pwd)
export SCENARIO_FOLDER=$scenario SCENARIO_NAME=${scenario##*/} ALLOCATION_SEED OUT_FOLDER=$root/out/compose/${scenario##*/} PLAYER
ALLOCATION_SEED=$(cat "$scenario/seed")
PLAYER=$(id -u):$(id -g)
export OCOP_PORT=${OCOP_PORT:-8021}
mkdir -p "$OUT_FOLDER"
export AGENCIES_TABLE=$OUT_FOLDER/agencies.csv # how reports call the scenario's agencies
docker run --rm --network none -v "$scenario:/scenario:ro" "${OCOP_PLAY_IMAGE:-ocop-showcase-play:local}" \
  scenario agencies /scenario > "$AGENCIES_TABLE"

remove() { COMPOSE_PROFILES='*' "$@" down --volumes --remove-orphans >/dev/null 2>&1; }
remove "$@"
[ -n "${KEEP:-}" ] || trap 'remove "${compose[@]}"' EXIT
begun=$SECONDS
"$@" up --detach --wait --quiet-pull || { "$@" logs --tail 40; exit 1; }
echo "the system is up ($((SECONDS - begun)) s)"
"$@" --profile play run --rm --no-deps player || { "$@" logs --no-color > "$OUT_FOLDER/compose.log"; echo "logs: $OUT_FOLDER/compose.log" >&2; exit 1; }
