#!/usr/bin/env bash
# Brings a cluster to what an overlay says: deploy/kubernetes/apply.sh OVERLAY_FOLDER [SECRETS_FOLDER]
# In order: secrets; broker and database; the set-up jobs; the migrations; then the services roll out, old ones serving
# until the new are ready. May be run again at any time. NAMESPACE (ocop), TIMEOUT (600s); KUBECONFIG says which cluster.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
overlay=$1 secrets=${2:-$here/../secrets} namespace=${NAMESPACE:-ocop} timeout=${TIMEOUT:-600s}
rendered=$(mktemp); trap 'rm -f "$rendered"' EXIT
kubectl kustomize "$overlay" > "$rendered"
k() { kubectl --namespace "$namespace" "$@"; }

from_files() { # from_files KIND NAME PATH...: makes or replaces a secret or config map
  local kind=$1 name=$2; shift 2
  # shellcheck disable=SC2046  # a word each
  k create $kind "$name" $(printf -- '--from-file=%s ' "$@") --dry-run=client --output yaml | k apply --filename - >/dev/null
}

jobs() { # jobs STAGE: runs the stage's jobs anew and waits for them
  grep -q "ocop/stage: $1" "$rendered" || return 0
  k delete job --selector "ocop/stage=$1" --ignore-not-found >/dev/null
  k apply --filename "$rendered" --selector "ocop/stage=$1" >/dev/null
  k wait job --selector "ocop/stage=$1" --for=condition=Complete --timeout "$timeout" >/dev/null || {
    k logs --selector "job-name" --all-containers --tail 20 --prefix >&2; exit 1; }
  echo "$1: done"
}

kubectl create namespace "$namespace" --dry-run=client --output yaml | kubectl apply --filename - >/dev/null 2>&1
for reader in "$secrets"/*/; do from_files "secret generic" "$(basename "$reader")" "$reader"; done
from_files configmap kafka-declared "$here/../topics.yaml" "$here/../access.yaml"
k apply --filename "$rendered" --selector ocop/stage=infrastructure >/dev/null
for set in $(k get statefulset --selector ocop/stage=infrastructure --output name); do
  k rollout status "$set" --timeout "$timeout" >/dev/null && echo "$set: ready"
done
jobs setup
jobs migration
k apply --filename "$rendered" --selector 'ocop/stage notin (infrastructure, setup, migration)' >/dev/null
for deployment in $(k get deployment --output name); do
  k rollout status "$deployment" --timeout "$timeout" >/dev/null && echo "$deployment: rolled out"
done
