#!/bin/bash
# What the official image's entry point does with the variables used here: initdb once, the scripts in
# /docker-entrypoint-initdb.d once, then the server. Any other command runs as it is.
set -eu

value() { # value NAME: the variable, or what is in the file that NAME_FILE names
  local file="$1_FILE"
  if [ -n "${!file:-}" ]; then cat "${!file}"; else printf '%s' "${!1:-}"; fi
}

first_start() {
  local user password
  user=$(value POSTGRES_USER); user=${user:-postgres}
  password=$(value POSTGRES_PASSWORD)
  if [ -z "$password" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified. Set POSTGRES_PASSWORD." >&2
    exit 1
  fi
  # shellcheck disable=SC2086  # arguments are words
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --encoding=UTF8 ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start
  local db=${POSTGRES_DB:-$user}
  [ "$db" = postgres ] || psql --no-psqlrc -U "$user" -d postgres -c "CREATE DATABASE \"$db\""
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
      *.sql) psql --no-psqlrc -v ON_ERROR_STOP=1 -U "$user" -d "$db" -f "$script" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
}

case ${1:-} in -*) set -- postgres "$@" ;; esac
if [ "${1:-}" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
  fi
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  [ -s "$PGDATA/PG_VERSION" ] || first_start
  if ! grep -q listen_addresses <<<"$*"; then set -- "$@" -c "listen_addresses=*"; fi
fi
exec "$@"
