"""The settings of the broker in the words of the two libraries that connect to it."""

import ssl
from typing import Any

from faststream.security import BaseSecurity, SASLScram512

from common.kafka_settings import SASL_MECHANISM, KafkaSettings


def trust(settings: KafkaSettings) -> ssl.SSLContext | None:
    """Return what is trusted, and that the broker's name is checked; nothing where the line is not encrypted."""
    if not settings.kafka_security_protocol.is_encrypted:
        return None
    return ssl.create_default_context(cafile=settings.kafka_ca_file)


def aiokafka_options(settings: KafkaSettings) -> dict[str, Any]:
    """Return the options of every aiokafka client: where, how, as whom."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": str(settings.kafka_security_protocol),
        "ssl_context": trust(settings),
    }
    if settings.kafka_security_protocol.signs_in:
        options |= {
            "sasl_mechanism": SASL_MECHANISM,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": settings.read_kafka_password(),
        }
    return options


def faststream_security(settings: KafkaSettings) -> BaseSecurity:
    """Return the same for FastStream's broker."""
    encrypted, context = settings.kafka_security_protocol.is_encrypted, trust(settings)
    if not settings.kafka_security_protocol.signs_in:
        return BaseSecurity(ssl_context=context, use_ssl=encrypted)
    return SASLScram512(
        settings.kafka_sasl_username, settings.read_kafka_password(), ssl_context=context, use_ssl=encrypted
    )
