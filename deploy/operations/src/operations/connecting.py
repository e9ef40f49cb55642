"""The administrator's connection, from the same settings as the services'."""

import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from pydantic import SecretStr

from common.kafka.access import librdkafka_options
from common.kafka.settings import KafkaSettings

T = TypeVar("T")

ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 15.0
LOOK_SECONDS = 1.0  # how often it is seen whether the broker has refused the user


class OperationFailedError(Exception):
    """What the broker refused, or that it did not answer; one line for the person at the terminal."""


@dataclass(frozen=True)
class Administrator:
    """A client that has signed in; ``outdated`` while the broker has an earlier password of its user."""

    client: AdminClient
    outdated: bool = False


class _RefusedError(OperationFailedError):
    """The broker does not know this password."""


def connect(settings: KafkaSettings) -> Administrator:
    """Sign in; where the password was changed and the broker not yet told, with one that it had before.

    The earlier passwords, one a line, lie in the file beside the password's, whose name ends in ``.earlier``.

    Raises:
        OperationFailedError: the broker did not answer, or takes none of them; the reason is librdkafka's.
    """
    try:
        return Administrator(_sign_in(settings))
    except _RefusedError:
        for word in _earlier_passwords(settings):
            with suppress(_RefusedError):
                before = {"kafka_sasl_password": SecretStr(word), "kafka_sasl_password_file": None}
                return Administrator(_sign_in(settings.model_copy(update=before)), outdated=True)
        raise


def _earlier_passwords(settings: KafkaSettings) -> list[str]:
    file = settings.kafka_sasl_password_file
    earlier = file.with_name(f"{file.name}.earlier") if file else None
    return earlier.read_text(encoding="utf-8").split() if earlier and earlier.is_file() else []


def _sign_in(settings: KafkaSettings) -> AdminClient:
    errors: list[KafkaError] = []
    options: dict[str, Any] = {**librdkafka_options(settings), "log_level": 0, "error_cb": errors.append}
    admin, deadline = AdminClient(options), time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            admin.list_topics(timeout=LOOK_SECONDS)
        except KafkaException as error:
            admin.poll(0)  # hands the reasons over
            why = next((str(told.str()) for told in errors), str(error))
            told_no = f"Kafka at {settings.kafka_bootstrap_servers}: {why}"
            if any(told.code() == KafkaError._AUTHENTICATION for told in errors):  # noqa: SLF001  # its public name
                raise _RefusedError(told_no) from error  # it would ask again until the deadline
            if time.monotonic() > deadline:
                raise OperationFailedError(told_no) from error
        else:
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
