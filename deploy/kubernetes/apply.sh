#!/usr/bin/env bash
# Brings a cluster to what an overlay says: deploy/kubernetes/apply.sh OVERLAY_FOLDER [SECRETS_FOLDER]
# In order: secrets; broker and database, until they are ready; the set-up jobs; the migrations; then the services roll
# out, old ones serving until the new are ready. May be run again at any time. NAMESPACE (ocop), TIMEOUT (600s); KUBECONFIG says which cluster.
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

operated() { # operated KIND RESOURCE: waits until an operator says that what it runs is ready
  grep -q "^kind: $1\$" "$rendered" || return 0
  k wait "$2" --selector ocop/stage=infrastructure --for=condition=Ready --timeout "$timeout" >/dev/null || {
    echo "$2 is not ready: does its operator run? kubectl --namespace $namespace describe $2" >&2; exit 1; }
  echo "$2: ready"
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
for reader in "$secrets"/*/; do
  kind="secret generic"
  [ ! -e "$reader/username" ] || kind="secret generic --type=kubernetes.io/basic-auth"
  from_files "$kind" "$(basename "$reader")" "$reader"
done
if [ -d "$secrets/postgres-superuser" ]; then # CloudNativePG takes a changed password over only if told to
  k label secret postgres-superuser cnpg.io/reload=true --overwrite >/dev/null
fi
from_files configmap kafka-declared "$here/../topics.yaml" "$here/../access.yaml"
k apply --filename "$rendered" --selector ocop/stage=infrastructure >/dev/null
for set in $(k get statefulset --selector ocop/stage=infrastructure --output name); do
  k rollout status "$set" --timeout "$timeout" >/dev/null && echo "$set: ready"
done
operated Kafka kafkas.kafka.strimzi.io
operated KafkaTopic kafkatopics.kafka.strimzi.io
operated KafkaUser kafkausers.kafka.strimzi.io
operated Cluster clusters.postgresql.cnpg.io
jobs setup
jobs migration
k apply --filename "$rendered" --selector 'ocop/stage notin (infrastructure, setup, migration)' >/dev/null
for deployment in $(k get deployment --output name); do
  k rollout status "$deployment" --timeout "$timeout" >/dev/null && echo "$deployment: rolled out"
done
