#!/usr/bin/env bash
# Brings a cluster to what an overlay says: deploy/kubernetes/apply.sh OVERLAY_FOLDER [SECRETS_FOLDER]
# In order: the secrets that the overlay asks for; broker and database, until they are ready; the set-up jobs; the
# migrations; then the services roll out, old ones serving until the new are ready. It ends at the first step that fails.
# May be run again at any time. NAMESPACE (ocop), TIMEOUT of each step (600s); KUBECONFIG says which cluster.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
overlay=$1 secrets=${2:-$here/../secrets} namespace=${NAMESPACE:-ocop} timeout=${TIMEOUT:-600s}
rendered=$(mktemp); trap 'rm -f "$rendered"' EXIT
kubectl kustomize "$overlay" > "$rendered"
k() { kubectl --namespace "$namespace" "$@"; }
fail() { echo "$*" >&2; exit 1; }
there() { grep -q "^kind: $1\$" "$rendered"; }

from_files() { # from_files KIND NAME PATH...: makes or replaces a secret or config map
  local kind=$1 name=$2; shift 2
  # shellcheck disable=SC2046,SC2086  # a word each
  k create $kind "$name" $(printf -- '--from-file=%s ' "$@") --dry-run=client --output yaml | k apply --filename - >/dev/null
}

named_secrets() { # those that some manifest asks for, by any of the fields that name one
  awk '{ match($0, /^[ -]*/); depth = RLENGTH }
       /secretName:/ { print $NF }
       below && depth > below && $1 == "name:" { print $2 }
       below && depth <= below { below = 0 }
       /(secret|secretRef|secretKeyRef|superuserSecret|accessKeyId|secretAccessKey):$/ { below = depth }' "$rendered" | sort -u
}

hand_over() { # hand_over SECRET: from its folder; without one it must be in the cluster already
  if [ -d "$secrets/$1" ]; then
    local kind="secret generic"
    [ ! -e "$secrets/$1/username" ] || kind="secret generic --type=kubernetes.io/basic-auth"
    from_files "$kind" "$1" "$secrets/$1"
  elif ! k get secret "$1" --output name >/dev/null; then
    fail "secret $1: neither a folder of $secrets nor in the namespace $namespace; docs/operate/install.md says how to make it"
  fi
}

operated() { # operated KIND RESOURCE: waits until an operator says that what it runs is ready
  there "$1" || return 0
  k wait "$2" --selector ocop/stage=infrastructure --for=condition=Ready --timeout "$timeout" >/dev/null ||
    fail "$2 is not ready: does its operator run? kubectl --namespace $namespace describe $2"
  echo "$2: ready"
}

passwords() { # waits until Strimzi has taken over the users' passwords, which it looks at when a user changes
  there KafkaUser || return 0
  local version user own deadline=$((SECONDS + ${timeout%s})) users=kafkausers.kafka.strimzi.io
  version=$(k get secret kafka-setup --output jsonpath='{.metadata.resourceVersion}')
  k annotate $users --selector ocop/stage=infrastructure --overwrite "ocop/passwords=$version" >/dev/null
  for user in $(k get $users --selector ocop/stage=infrastructure --output jsonpath='{.items[*].metadata.name}'); do
    own=$(k get "$users/$user" --output jsonpath='{.status.secret}')
    until [ "$(k get secret "$own" --output jsonpath='{.data.password}')" = \
            "$(k get secret kafka-setup --output jsonpath="{.data.$user}")" ]; do
      [ $SECONDS -lt $deadline ] || fail "kafkauser/$user: Strimzi does not take over the password of the secret kafka-setup"
      sleep 1
    done
  done
  echo "$users: passwords as in kafka-setup"
}

rolled_out() { # rolled_out KIND WORD [SELECTOR]
  local one
  for one in $(k get "$1" ${3:+--selector "$3"} --output name); do
    k rollout status "$one" --timeout "$timeout" >/dev/null || fail "$one: not $2; kubectl --namespace $namespace describe $one"
    echo "$one: $2"
  done
}

jobs() { # jobs STAGE: runs the stage's jobs anew and waits until all are complete, or one has failed
  local state deadline=$((SECONDS + ${timeout%s}))
  grep -q "ocop/stage: $1" "$rendered" || return 0
  k delete job --selector "ocop/stage=$1" --ignore-not-found >/dev/null
  k apply --filename "$rendered" --selector "ocop/stage=$1" >/dev/null
  while true; do
    state=$(k get job --selector "ocop/stage=$1" --output \
      jsonpath='{range .items[*]}{.metadata.name}{":"}{.status.conditions[?(@.status=="True")].type}{"\n"}{end}')
    grep -v Complete <<< "$state" | grep -q . || break
    if grep -q Failed <<< "$state" || [ $SECONDS -ge $deadline ]; then
      state=$(grep -v Complete <<< "$state" | cut -d: -f1 | paste -sd, -)
      k logs --selector "batch.kubernetes.io/job-name in ($state)" --all-containers --tail 20 --prefix >&2 || true
      fail "$1: not complete: $state"
    fi
    sleep 1
  done
  echo "$1: done"
}

k get namespace "$namespace" --output name >/dev/null 2>&1 || kubectl create namespace "$namespace" --save-config >/dev/null
for name in $(named_secrets); do
  case $name in *-cluster-ca-cert | *-tls) continue ;; esac # Strimzi and cert-manager make theirs
  hand_over "$name"
done
if there Cluster; then # CloudNativePG takes a changed password over only if told to
  k label secret postgres-superuser cnpg.io/reload=true --overwrite >/dev/null
fi
from_files configmap kafka-declared "$here/../topics.yaml" "$here/../access.yaml"
k apply --filename "$rendered" --selector ocop/stage=infrastructure >/dev/null
rolled_out statefulset ready ocop/stage=infrastructure
operated Kafka kafkas.kafka.strimzi.io
operated KafkaTopic kafkatopics.kafka.strimzi.io
operated KafkaUser kafkausers.kafka.strimzi.io
passwords
operated Cluster clusters.postgresql.cnpg.io
jobs setup
jobs migration
k apply --filename "$rendered" --selector 'ocop/stage notin (infrastructure, setup, migration, command)' >/dev/null
rolled_out deployment 'rolled out'
