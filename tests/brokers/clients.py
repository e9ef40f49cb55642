"""The administrator's client of a broker that a test started."""

from collections.abc import Mapping

from confluent_kafka.admin import AdminClient

from common.kafka.access import librdkafka_options
from common.kafka.settings import KafkaSettings


def admin_client(settings: Mapping[str, str]) -> AdminClient:
    """Return a client from settings by the names of the services' settings."""
    told = KafkaSettings.model_validate({name.lower(): value for name, value in settings.items()})
    return AdminClient({**librdkafka_options(told), "log_level": 0})
