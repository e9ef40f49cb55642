"""The administrator's client of a broker that a test started."""

from collections.abc import Mapping

from confluent_kafka.admin import AdminClient


def admin_client(settings: Mapping[str, str]) -> AdminClient:
    """Return a client from settings by the names of the services' settings."""
    options: dict[str, str | int | float | bool] = {
        "bootstrap.servers": settings["KAFKA_BOOTSTRAP_SERVERS"],
        "log_level": 0,
    }
    if "KAFKA_SECURITY_PROTOCOL" in settings:
        options |= {
            "security.protocol": settings["KAFKA_SECURITY_PROTOCOL"],
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": settings["KAFKA_SASL_USERNAME"],
            "sasl.password": settings["KAFKA_SASL_PASSWORD"],
            "ssl.ca.location": settings["KAFKA_CA_FILE"],
        }
    return AdminClient(options)
