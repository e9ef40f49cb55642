"""The settings of the broker in the words of the libraries that connect to it; FastStream's are in ``common.kafka.broker``."""

import ssl
from typing import Any

from common.kafka.settings import SASL_MECHANISM, KafkaSettings


def trust(settings: KafkaSettings) -> ssl.SSLContext | None:
    """Return what is trusted, and that the broker's name is checked; nothing where the line is not encrypted."""
    if not settings.kafka_security_protocol.is_encrypted:
        return None
    return ssl.create_default_context(cafile=settings.kafka_ca_file)


def aiokafka_options(settings: KafkaSettings) -> dict[str, Any]:
    """Return the options of every aiokafka client: where, how, as whom."""
    told = librdkafka_options(settings)
    told.pop("ssl.ca.location", None)
    words = {"sasl.username": "sasl_plain_username", "sasl.password": "sasl_plain_password"}
    return {words.get(name, name.replace(".", "_")): value for name, value in told.items()} | {
        "ssl_context": trust(settings)
    }


def librdkafka_options(settings: KafkaSettings) -> dict[str, Any]:
    """Return the same for librdkafka, which operators' commands use: Kafka's own names."""
    options: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_bootstrap_servers,
        "security.protocol": str(settings.kafka_security_protocol),
    }
    if settings.kafka_ca_file is not None:
        options["ssl.ca.location"] = str(settings.kafka_ca_file)
    if settings.kafka_security_protocol.signs_in:
        options |= {
            "sasl.mechanism": SASL_MECHANISM,
            "sasl.username": settings.kafka_sasl_username,
            "sasl.password": settings.read_kafka_password(),
        }
    return options
