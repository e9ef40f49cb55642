#!/bin/bash
# Gives each service a database of its own: one role that owns it (migrations), one that only reads and writes rows.
# May be run again at any time: it makes what is missing and sets the passwords to those in the files of SECRETS_DIR.
# PGHOST and PGUSER say where, and as whom. Where the server has one of the user's earlier passwords (those of
# superuser_password.earlier, one a line), it is told the present one first.
set -euo pipefail
secrets=${SECRETS_DIR:-/run/secrets}
PGPASSWORD=$(cat "$secrets/superuser_password"); export PGPASSWORD
sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }

role() { # role NAME: may sign in, with the password in the file of its name
  sql --dbname postgres --set name="$1" --set password="$(cat "$secrets/$1")" <<'E1'
SELECT format('CREATE ROLE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
E1
}

database() { # database SERVICE: nobody may enter a database that is not theirs
  sql --dbname postgres --set app="$1" --set owner="$1_owner" <<'E2'
SELECT format('GRANT %I TO %I', :'owner', current_user) WHERE NOT pg_has_role(current_user, :'owner', 'MEMBER') \gexec
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0', :'app', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'app') \gexec
REVOKE ALL ON DATABASE :"app" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"app" TO :"app";
E2
  sql --dbname "$1" --set app="$1" --set owner="$1_owner" <<'E3'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app";
GRANT ALL ON SCHEMA public TO :"owner";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"app";
E3
}

take_over() { # the server that was told no new password takes an earlier one, and then has the new
  local new=$PGPASSWORD word
  psql --no-psqlrc --quiet --dbname postgres --command 'SELECT' >/dev/null 2>&1 && return
  [ -e "$secrets/superuser_password.earlier" ] || return 0 # what is wrong is said by the first statement
  while read -r word; do
    PGPASSWORD=$word sql --dbname postgres --set password="$new" 2>/dev/null <<'E0' || continue
SELECT format('ALTER ROLE %I PASSWORD %L', current_user, :'password') \gexec
E0
    echo "user ${PGUSER:-postgres} has its new password now"
    return
  done < "$secrets/superuser_password.earlier"
}

until pg_isready --quiet --timeout=5; do echo "waiting for the database at ${PGHOST:-localhost}"; sleep 1; done
take_over
for service in ${SERVICES:-registration allocation notifications reporting}; do
  role "$service"; role "${service}_owner"; database "$service"
  echo "database $service: ready"
done
sql --dbname postgres --command 'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC'
