#!/usr/bin/env bash
# Runs a command of a service in the cluster: deploy/kubernetes/command.sh OVERLAY_FOLDER SERVICE WORD...
# For instance: deploy/kubernetes/command.sh deploy/kubernetes/overlays/production registration complete-log
# Prints what it says and ends as it ended. NAMESPACE (ocop); KUBECONFIG says which cluster.
set -euo pipefail
overlay=$1 service=$2 namespace=${NAMESPACE:-ocop}; shift 2
[ $# -gt 0 ] || { echo "which command? python -m $service --help lists them" >&2; exit 2; }
k() { kubectl --namespace "$namespace" "$@"; }
rendered=$(mktemp); trap 'rm -f "$rendered"' EXIT
kubectl kustomize "$overlay" > "$rendered"

words=$(for word in "$@"; do printf "        - '%s'\n" "${word//\'/\'\'}"; done)
job=command-$service
awk -v job="$job" 'BEGIN { RS = "---\n"; ORS = "" } $0 ~ "\n  name: " job "\n"' "$rendered" |
  while IFS= read -r line; do if [ "$line" = "        - WORDS" ]; then printf '%s\n' "$words"; else printf '%s\n' "$line"; fi; done > "$rendered.job"
trap 'rm -f "$rendered" "$rendered.job"' EXIT
grep -q "^kind: Job" "$rendered.job" || { echo "the overlay has no $job" >&2; exit 2; }
k delete job "$job" --ignore-not-found >/dev/null
k create --filename "$rendered.job" >/dev/null

state=
until [[ $state =~ Complete|Failed ]]; do
  state=$(k get job "$job" --output jsonpath='{.status.conditions[?(@.status=="True")].type}')
  [ -n "$state" ] || sleep 1
done
k logs "job/$job"
[[ $state =~ Complete ]] || { echo "$job failed" >&2; exit 1; }
