# What the steps of CI share; sourced from the root of the repository.
CACHE=${OCOP_CI_CACHE:-/var/cache/ocop-ci}
TOOLS=${OCOP_CI_TOOLS:-../shared/tools} # scripts that build Compose and Kubernetes; kept outside this repository
IMAGES=${IMAGES:-deploy/ci-images/images.env}
NOT_RUN=77 # the exit code of a tier that cannot run here; it has said why

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }
loud() { printf '\n!!! %s\n' "$@" >&2; }

packages() { # packages COMMAND=PACKAGE...: installs what is missing; fails where only root could and we are not
  local pair missing=()
  for pair in "$@"; do command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}"); done
  [ ${#missing[@]} = 0 ] && return
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    loud "missing, and only root on Debian could install them here: ${missing[*]}"
    return 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

find_renderer() { # puts the cached cluster's kubectl on PATH where there is no other, and says loudly if there is none at all
  [ ! -x "$CACHE/k8s/bin/kubectl" ] || PATH=$PATH:$CACHE/k8s/bin
  command -v kubectl >/dev/null || command -v kustomize >/dev/null && return
  loud "NOT RUN: checks of the rendered manifests. They take kubectl or kustomize, on PATH or in $CACHE/k8s/bin;" \
    "the files were checked as they lie, without patches, pods, selectors, secrets and network policies"
  return $NOT_RUN
}

engine_runs() { docker info >/dev/null 2>&1; }

# Why a kernel lets no engine run; anything else that ends dockerd is a failure.
REFUSED="operation not permitted|permission denied|cgroup.*(not|n't)|cgroups:|overlay.*not supported"

start_engine() { # installs and starts Docker where it is missing; stop_engine ends only what was started here
  engine_runs && return
  if [ "$(id -u)" != 0 ]; then
    loud "no Docker engine answers, and only root can start one"
    return $NOT_RUN
  fi
  packages dockerd=docker.io docker=docker.io iptables=iptables || return $NOT_RUN
  mkdir -p "$CACHE"
  setsid dockerd >"$CACHE/dockerd.log" 2>&1 </dev/null &
  ENGINE=$!
  local second
  for second in $(seq 90); do
    engine_runs && return
    kill -0 "$ENGINE" 2>/dev/null || break
    sleep 1
  done
  loud "dockerd does not answer (${second} s); the end of $CACHE/dockerd.log:"
  tail -n 15 "$CACHE/dockerd.log" >&2
  stop_engine
  ! tail -n 5 "$CACHE/dockerd.log" | grep -qiE "$REFUSED" || return $NOT_RUN
  return 1
}

stop_engine() {
  [ -n "${ENGINE:-}" ] || return 0
  kill "$ENGINE" 2>/dev/null || true
  wait "$ENGINE" 2>/dev/null || true
  ENGINE=
}
