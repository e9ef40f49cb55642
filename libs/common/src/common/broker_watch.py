"""Whether the broker takes this service and has its topics: looked at before the start, and all the time after it.

What is wrong is said once, in one line with what to do; meanwhile the service is not ready instead of half-working.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from math import inf
from time import monotonic
from typing import Any

import structlog
from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.protocol.metadata import MetadataRequest

from common.contracts import event_classes
from common.contracts.base import dead_letters_topic, events_topic
from common.kafka_access import aiokafka_options
from common.kafka_settings import KafkaSettings
from common.settings import ServiceSettings

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_MS = 10_000
TROUBLED_LOOK_SECONDS = 1.0


def topics_used(service: str, subscribed: Sequence[str]) -> list[str]:
    """Return every topic that a service reads or writes."""
    written = {events_topic(service), *(kind.topic() for kind in event_classes().values() if kind.owner() == service)}
    return sorted({*subscribed, *written, *([dead_letters_topic(service)] if subscribed else [])})


class BrokerProblemError(Exception):
    """Why the broker cannot be used, and what to do, in one line."""


async def look_at_broker(settings: KafkaSettings, topics: Sequence[str]) -> None:
    """Connect to the first broker that answers and ask for the topics, as every client of this service does.

    Raises:
        BrokerProblemError: nobody answers, or not to us, or a topic is not there.
    """
    connection = await _connect(settings)
    try:
        answer: Any = await connection.send(MetadataRequest(sorted(topics), allow_auto_topic_creation=False))
    except (KafkaError, OSError, TimeoutError) as error:
        raise _explain(error, settings) from error
    finally:
        connection.close()
    errors = {topic: for_code(code) for code, topic, *_ in answer.topics}
    _refuse(
        errors, TopicAuthorizationFailedError, f"{settings.kafka_sasl_username or 'this service'} may not use", "access"
    )
    _refuse(errors, UnknownTopicOrPartitionError, "the broker does not have", "topics")


def _refuse(errors: Mapping[str, type[Exception]], kind: type[Exception], what: str, command: str) -> None:
    found = sorted(topic for topic, error in errors.items() if error is kind)
    if found:
        raise BrokerProblemError(f"{what} {', '.join(found)}: run `ocop {command} apply`")


async def _connect(settings: KafkaSettings) -> AIOKafkaConnection:
    options = aiokafka_options(settings)
    first: BrokerProblemError | None = None
    for host, port, _ in collect_hosts(options.pop("bootstrap_servers")):
        try:
            return await create_conn(host, port, request_timeout_ms=CONNECT_TIMEOUT_MS, **options)
        except (KafkaError, OSError, TimeoutError) as error:
            first = first or _explain(error, settings)
    raise first or BrokerProblemError("KAFKA_BOOTSTRAP_SERVERS names no broker")


def _explain(error: Exception, settings: KafkaSettings) -> BrokerProblemError:
    where = f"Kafka at {settings.kafka_bootstrap_servers}"
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message
        return BrokerProblemError(f"{where} has no valid certificate ({why}): renew it, or set KAFKA_CA_FILE")
    if isinstance(error, SaslAuthenticationFailed):
        return BrokerProblemError(
            f"{where} refuses the user {settings.kafka_sasl_username}: wrong KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD,"
            " or the user is not there: run `ocop access apply`"
        )
    if isinstance(error, ssl.SSLError | KafkaConnectionError) or "mechanism" in str(error):
        return BrokerProblemError(f"{where} ends the talk ({type(error).__name__}): is KAFKA_SECURITY_PROTOCOL right?")
    return BrokerProblemError(
        f"{where} does not answer ({type(error).__name__}): start it, or set KAFKA_BOOTSTRAP_SERVERS"
    )


class BrokerWatch:
    """Looks at the broker every few seconds.

    Attributes:
        problem: what is wrong just now; empty while all is well.
    """

    def __init__(self, settings: ServiceSettings, topics: Sequence[str]) -> None:
        self.problem = "not looked at yet"
        self._settings = settings
        self._topics = topics
        self._well = asyncio.Event()
        self._well_at: float | None = None

    def is_usable(self) -> bool:
        """Whether it was well a short while ago; a hiccup is no reason to take the service out of traffic."""
        return self._well_at is not None and (
            not self.problem or monotonic() - self._well_at < self._settings.kafka_grace_seconds
        )

    async def wait_until_well(self) -> None:
        await self._well.wait()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(min(self._settings.kafka_look_seconds, TROUBLED_LOOK_SECONDS if self.problem else inf))

    async def look(self) -> None:
        """Look once; a new problem, and its end, is one line in the log."""
        problem = ""
        try:
            await look_at_broker(self._settings, self._topics)
        except BrokerProblemError as error:
            problem = str(error)
        if not problem:
            self._well_at = monotonic()
            self._well.set()
        if problem and problem != self.problem:
            log.error("broker_unusable", what=problem)
        elif not problem and self.problem:
            log.info("broker_usable", topics=len(self._topics))
        self.problem = problem
