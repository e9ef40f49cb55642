# What the steps of CI share; sourced from the root of the repository.
CACHE=${OCOP_CI_CACHE:-/var/cache/ocop-ci}
TOOLS=${OCOP_CI_TOOLS:-../shared/tools} # scripts that build Kubernetes; kept outside this repository
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
  ( # one tier at a time: apt refuses a second
    flock 9 || exit
    apt-get update -qq || exit
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  ) 9>/tmp/ocop-ci-packages.lock
}

find_renderer() { # puts the cached cluster's kubectl on PATH where there is no other, and says loudly if there is none at all
  [ ! -x "$CACHE/k8s/bin/kubectl" ] || PATH=$PATH:$CACHE/k8s/bin
  command -v kubectl >/dev/null || command -v kustomize >/dev/null && return
  loud "NOT RUN: checks of the rendered manifests. They take kubectl or kustomize, on PATH or in $CACHE/k8s/bin;" \
    "the files were checked as they lie, without patches, pods, selectors, secrets and network policies"
  return $NOT_RUN
}

note() { # note TEXT: says loudly what did not run, now and again at the end of .ci/run
  loud "NOT RUN: $1"
  [ -z "${NOTES:-}" ] || echo "NOT RUN: $1" >> "$NOTES"
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

GO_VERSION=1.25.5 # Compose wants 1.25 at least; Debian's may be older
go_is_new() { command -v go >/dev/null && [ "$(printf '%s\n' "go1.25" "$(go env GOVERSION)" | sort -V | head -n 1)" = go1.25 ]; }

find_go() { # puts a Go on PATH that is new enough: this machine's, or one that an older Go fetches through the module proxy
  [ ! -x "$CACHE/go/bin/go" ] || PATH=$CACHE/go/bin:$PATH
  go_is_new && return
  packages go=golang-go || return
  go_is_new && return
  local module folder
  module=golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$(go env GOARCH)
  folder=$(GOPATH=$CACHE/gopath GOFLAGS=-modcacherw go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  [ -d "$folder" ] || { loud "Go $GO_VERSION cannot be fetched: $module"; return 1; }
  rm -rf "$CACHE/go.new"
  cp -r "$folder" "$CACHE/go.new"
  chmod +x "$CACHE"/go.new/bin/*
  find "$CACHE/go.new/pkg/tool" -type f -exec chmod +x {} +
  rm -rf "$CACHE/go"
  mv "$CACHE/go.new" "$CACHE/go"
  PATH=$CACHE/go/bin:$PATH
  hash -r
  go_is_new
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
  ! tail -n 5 "$CACHE/dockerd.log" | grep -qiE "$REFUSED" || { ENGINE_REFUSED=1; return $NOT_RUN; }
  return 1
}

stop_engine() {
  [ -n "${ENGINE:-}" ] || return 0
  kill "$ENGINE" 2>/dev/null || true
  wait "$ENGINE" 2>/dev/null || true
  ENGINE=
}
