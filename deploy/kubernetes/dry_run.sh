#!/usr/bin/env bash
# Asks the API server of KUBECONFIG whether it would take every rendered manifest, of every overlay; nothing is kept but
# the definitions of Strimzi, CloudNativePG and the Prometheus operator where the cluster has none. Pods are held to the
# restricted level by warnings, which count as faults.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) faults=0 answer=$(mktemp) made=()
end() { for name in "${made[@]}"; do kubectl delete namespace "$name" --wait >/dev/null; done; rm -f "$answer"; }
trap end EXIT

for file in "$here"/definitions/*.json; do
  name=$(grep -o '"name":"[a-z]*\.[a-z.]*"' "$file" | head -1 | cut -d'"' -f4)
  kubectl get customresourcedefinition "$name" >/dev/null 2>&1 || kubectl apply --server-side --filename "$file" >/dev/null
done
# Asked again: kubectl ends with an accessor error at a definition so new that it has no conditions at all.
for _ in $(seq 30); do
  code=0
  kubectl wait customresourcedefinition --all --for=condition=Established --timeout=60s >"$answer" 2>&1 && break || code=$?
  grep -q 'accessor error' "$answer" || break
  sleep 1
done
[ $code = 0 ] || { cat "$answer" >&2; exit $code; }
for overlay in ${OVERLAYS:-small production restored demo small-scanner production-scanner}; do
  rendered=$(kubectl kustomize "$here/overlays/$overlay")
  namespace=$(sed -n 's/^  namespace: //p' <<< "$rendered" | head -1)
  kubectl get namespace "$namespace" >/dev/null 2>&1 || {
    kubectl create namespace "$namespace" >/dev/null
    kubectl label namespace "$namespace" pod-security.kubernetes.io/warn=restricted >/dev/null; made+=("$namespace"); }
  code=0
  kubectl apply --server-side --force-conflicts --dry-run=server --filename - <<< "$rendered" > "$answer" 2>&1 || code=$?
  taken=$(grep -c 'serverside-applied (server dry run)$' "$answer" || true)
  if [ $code != 0 ] || grep -q '^Warning' "$answer"; then faults=1; grep -v '(server dry run)$' "$answer" >&2; fi
  echo "$overlay: the API server takes $taken of $(grep -c '^apiVersion:' <<< "$rendered") manifests"
done
exit $faults
