"""The administrator's connection, from the same settings as the services'."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from common.kafka_access import librdkafka_options
from common.kafka_settings import KafkaSettings

T = TypeVar("T")

ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 15.0


class OperationFailedError(Exception):
    """What the broker refused, or that it did not answer; one line for the person at the terminal."""


def connect(settings: KafkaSettings) -> AdminClient:
    """Return a client of a broker that has answered.

    Raises:
        OperationFailedError: it did not; the reason is librdkafka's.
    """
    reasons: list[str] = []

    def note(error: KafkaError) -> None:
        reasons.append(str(error.str()))

    options: dict[str, Any] = {**librdkafka_options(settings), "log_level": 0, "error_cb": note}
    admin = AdminClient(options)
    try:
        admin.list_topics(timeout=CONNECT_SECONDS)
    except KafkaException as error:
        admin.poll(0)  # hands the reasons over
        why = next(iter(reasons), str(error))
        raise OperationFailedError(f"Kafka at {settings.kafka_bootstrap_servers}: {why}") from error
    return admin


def finish(futures: Mapping[Any, Future[T]]) -> dict[Any, T]:
    """Wait for every answer.

    Raises:
        OperationFailedError: the broker refused one.
    """
    found: dict[Any, T] = {}
    for what, future in futures.items():
        try:
            found[what] = future.result(ANSWER_SECONDS)
        except KafkaException as error:
            raise OperationFailedError(f"{what}: {error.args[0].str()}") from error
    return found
