#!/bin/bash
# Runs a class of Kafka's jars.
heap=${KAFKA_HEAP_OPTS:--Xmx256M}
log="-Dorg.slf4j.simpleLogger.defaultLogLevel=${KAFKA_LOG_LEVEL:-warn} -Dorg.slf4j.simpleLogger.showDateTime=true"
# shellcheck disable=SC2086  # options are words
exec java $heap ${KAFKA_JVM_PERFORMANCE_OPTS:--server -XX:+UseSerialGC} $log ${KAFKA_OPTS:-} -cp "/opt/kafka/libs/*" "$@"
