#!/bin/bash
# Starts the node: formats its data folder at the first time, with the administrator's password, then runs Kafka.
set -euo pipefail
secrets=${SECRETS_DIR:-/run/secrets}
config=/tmp/server.properties
data=/var/lib/kafka/data
password=$(cat "$secrets/admin_password")
umask 077
{
  cat "$(dirname "$0")/node.properties"
  echo "advertised.listeners=SASL_SSL://${ADVERTISED_HOST:-kafka}:${ADVERTISED_PORT:-9092}"
  echo "ssl.keystore.location=$secrets/node.pem"
  echo "ssl.truststore.location=$secrets/authority.pem"
  echo "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule" \
    "required username=\"admin\" password=\"$password\";"
} > "$config"
if [ ! -e "$data/meta.properties" ]; then
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c 1-22) # a UUID as Kafka writes it
  /opt/kafka/bin/kafka-storage.sh format --standalone --cluster-id="$cluster" --config "$config" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$password]"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$config"
