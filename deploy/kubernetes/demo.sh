#!/usr/bin/env bash
# Plays a scenario on the cluster that KUBECONFIG points to: deploy/kubernetes/demo.sh SCENARIO_FOLDER PYTHON
# Applies the overlay `demo` in a namespace of its own (ocop-demo), plays through port-forwards on 127.0.0.1, restarts
# every service meanwhile, kills the broker's container at the end, whose topics must still be there, and removes the
# namespace; KEEP=1 leaves it. REGISTRY=host/path/ stands before our images,
# IMAGES=file names others for Kafka, PostgreSQL and the proxy. Results go to out/kubernetes/<scenario> and must be those
# of the same play on the embedded default: REFERENCE=folder, or it is played at the end.
set -euo pipefail
scenario=$(realpath "$1") python=$2
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
export NAMESPACE=ocop-demo
out=$root/out/kubernetes/${scenario##*/} port=18020 stage_port=18025
overlay=$(mktemp -d "$here/overlays/.demo-XXXXXX") running=() services=(registration allocation notifications reporting)
end() {
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$overlay"
  [ -n "${KEEP:-}" ] || kubectl delete namespace $NAMESPACE --wait=false >/dev/null 2>&1 || true
}
trap end EXIT

set -a; . "${IMAGES:-/dev/null}"; set +a
image() { printf '  - {name: %s, newName: %s, newTag: "%s"}\n' "$1" "${2%:*}" "${2##*:}"; }
{
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: %s\nresources: [../demo]\n' $NAMESPACE
  printf 'configMapGenerator:\n  - {name: agencies, files: [agencies.csv]}\n'
  printf '  - {name: settings, behavior: merge, literals: ["ALLOCATION_SEED=%s"]}\n' "$(cat "$scenario/seed")"
  printf 'patches:\n  - {path: agencies.patch.yaml}\nimages:\n'
  image ocop-showcase "${REGISTRY:-}ocop-showcase:${VERSION:-local}"
  image ocop-showcase-play "${REGISTRY:-}ocop-showcase-play:${VERSION:-local}"
  [ -z "${KAFKA_IMAGE:-}" ] || image apache/kafka "$KAFKA_IMAGE"
  [ -z "${POSTGRES_IMAGE:-}" ] || image postgres "$POSTGRES_IMAGE"
  [ -z "${PROXY_IMAGE:-}" ] || image nginx "$PROXY_IMAGE"
} > "$overlay/kustomization.yaml"

"$python" -m scenario agencies "$scenario" > "$overlay/agencies.csv" # how reports call the scenario's agencies
cp "$here/overlays/demo/agencies.patch.yaml" "$overlay/"

kubectl delete namespace $NAMESPACE --ignore-not-found --wait >/dev/null
begun=$SECONDS
"$here/apply.sh" "$overlay" "${SECRETS:-$root/deploy/secrets}"
echo "the system is up ($((SECONDS - begun)) s)"

forward() { # forward SERVICE LOCAL REMOTE
  kubectl --namespace $NAMESPACE port-forward --address 127.0.0.1 "service/$1" "$2:$3" >/dev/null & running+=($!)
  for _ in $(seq 100); do (: </dev/tcp/127.0.0.1/"$2") 2>/dev/null && return; sleep 0.1; done
  echo "no port-forward to $1" >&2; exit 1
}
forward proxy $port 8020
forward stage $stage_port 8025
(
  sleep "${RESTART_AFTER:-3}"
  kubectl --namespace $NAMESPACE rollout restart "${services[@]/#/deployment/}" >/dev/null
  for name in "${services[@]}"; do
    kubectl --namespace $NAMESPACE rollout status "deployment/$name" --timeout 300s >/dev/null
    echo "$name" >> "$overlay/restarted"; echo "restarted while playing: $name"
  done
) & restarting=$!
running+=("$restarting")
touch "$overlay/restarted"
"$python" -m scenario play "$scenario" --url http://127.0.0.1:$port --stage http://127.0.0.1:$stage_port \
  --key-file "${SECRETS:-$root/deploy/secrets}/player/signing_key.json" --out "$out"
[ "$(wc -l < "$overlay/restarted")" = ${#services[@]} ] || {
  echo "the play ended before every service was restarted: make RESTART_AFTER smaller" >&2; exit 1; }
wait "$restarting"

"$here/command.sh" "$overlay" reporting rebuild # an operator's command, on what was just played

k() { kubectl --namespace $NAMESPACE "$@"; }
kept() { k exec kafka-0 -- bash -c 'cd /var/lib/kafka/data/log && cat meta.properties && ls -d ocop.*' | grep -v '^#'; }
count='{.status.containerStatuses[0].restartCount}'
before=$(kept) restarts=$(k get pod kafka-0 --output "jsonpath=$count")
k exec kafka-0 -- bash -c 'kill 1'
k wait pod/kafka-0 --for=jsonpath="$count"=$((restarts + 1)) --timeout 120s >/dev/null
k wait pod/kafka-0 --for=condition=Ready --timeout 300s >/dev/null
[ "$(kept)" = "$before" ] || { echo "the broker lost its topics with its container" >&2; exit 1; }
echo "the broker has its $(grep -c '^ocop' <<< "$before") partitions after its container was killed"

reference=${REFERENCE:-$root/out/kubernetes/reference}
[ -n "${REFERENCE:-}" ] || "$python" -m scenario.demo "$scenario" --out "$reference" >/dev/null
"$python" -m scenario.compare "$reference" "$out"
