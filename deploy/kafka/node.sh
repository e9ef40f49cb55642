#!/bin/bash
# Starts the node: formats its data folder at the first time, with the administrator's password, then runs Kafka.
# The log lies in a folder of the mounted volume, whose own top may hold what is not Kafka's (lost+found).
set -euo pipefail
secrets=${SECRETS_DIR:-/run/secrets}
programs=${KAFKA_PROGRAMS:-/opt/kafka/bin}
config=${KAFKA_CONFIG:-/tmp/server.properties}
volume=${KAFKA_VOLUME:-/var/lib/kafka/data}
data=$volume/log
[ ! -e "$volume/meta.properties" ] || data=$volume # a volume from before there was that folder
password=$(cat "$secrets/admin_password")
umask 077
{
  cat "$(dirname "$0")/node.properties"
  echo "log.dirs=$data"
  echo "advertised.listeners=SASL_SSL://${ADVERTISED_HOST:-kafka}:${ADVERTISED_PORT:-9092}"
  echo "ssl.keystore.location=$secrets/node.pem"
  echo "ssl.truststore.location=$secrets/authority.pem"
  echo "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule" \
    "required username=\"admin\" password=\"$password\";"
} > "$config"
# Kafka tells the console alone: its own settings write files for ever, where there is little room.
export EXTRA_ARGS=
KAFKA_LOG4J_OPTS=-Dlog4j2.configurationFile=$(dirname "$0")/log4j2.properties; export KAFKA_LOG4J_OPTS
if [ ! -e "$data/meta.properties" ]; then
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c 1-22) # a UUID as Kafka writes it
  "$programs/kafka-storage.sh" format --standalone --cluster-id="$cluster" --config "$config" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$password]"
fi
exec "$programs/kafka-server-start.sh" "$config"
