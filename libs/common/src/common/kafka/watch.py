"""Whether the broker takes this service and has its topics: looked at before the start, and all the time after it.

What is wrong is said once, in one line with what to do; meanwhile the service is not ready instead of half-working.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any

import structlog
from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.protocol.coordination import FindCoordinatorRequest

from common.contracts import event_classes
from common.contracts.base import dead_letters_topic, events_topic
from common.kafka.access import aiokafka_options
from common.kafka.rights import READ, WRITE, RightsRequest, lacking
from common.kafka.settings import KafkaSettings
from common.settings import ServiceSettings

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_MS = 10_000
TROUBLED_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Uses:
    """What a service does at the broker: topics that it reads, in its group where it has one, and topics that it writes."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    group: str = ""


def uses_of(service: str, subscribed: Sequence[str]) -> Uses:
    """Return what a service with these subscriptions does."""
    written = {events_topic(service), *(kind.topic() for kind in event_classes().values() if kind.owner() == service)}
    read = frozenset({events_topic(service), *subscribed})  # its own end tells whether the log went back in time
    if not subscribed:
        return Uses(read, frozenset(written))
    return Uses(read, frozenset({*written, dead_letters_topic(service)}), service)


class BrokerProblemError(Exception):
    """Why the broker cannot be used, and what to do, in one line."""


async def look_at_broker(settings: KafkaSettings, uses: Uses) -> float | None:
    """Connect to the first broker that answers and ask for topics and rights, as every client of this service does.

    Return when its certificate ends, as Unix time; without TLS nothing.

    Raises:
        BrokerProblemError: nobody answers, or not to us, or a topic or a right is not there.
    """
    connection = await _connect(settings)
    certificate_end = _certificate_end(connection)
    try:
        answer: Any = await connection.send(RightsRequest(sorted(uses.reads | uses.writes)))
        group: Any = await connection.send(FindCoordinatorRequest(uses.group, 0)) if uses.group else None
    except (KafkaError, OSError, TimeoutError) as error:
        raise _explain(error, settings) from error
    finally:
        connection.close()
    user = settings.kafka_sasl_username or "this service"
    errors = {topic: for_code(code) for code, topic, *_ in answer.topics}
    _refuse(_failing(errors, TopicAuthorizationFailedError), f"{user} may not use", "access")
    _refuse(_failing(errors, UnknownTopicOrPartitionError), "the broker does not have", "topics")
    _refuse(lacking(answer, READ, uses.reads), f"{user} may not read", "access")
    _refuse(lacking(answer, WRITE, uses.writes), f"{user} may not write", "access")
    if group is not None and for_code(group.error_code) is GroupAuthorizationFailedError:
        _refuse([uses.group], f"{user} may not read in the group", "access")
    return certificate_end


def _certificate_end(connection: Any) -> float | None:
    spoken = connection._writer.get_extra_info("ssl_object")  # noqa: SLF001  # the client offers no other way
    return ssl.cert_time_to_seconds(spoken.getpeercert()["notAfter"]) if spoken else None


def _failing(errors: Mapping[str, type[Exception]], kind: type[Exception]) -> list[str]:
    return sorted(topic for topic, error in errors.items() if error is kind)


def _refuse(found: Sequence[str], what: str, command: str) -> None:
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
        certificate_end: Unix time at which the broker's certificate ends, once seen; without TLS nothing.
    """

    def __init__(self, settings: ServiceSettings, uses: Uses) -> None:
        self.problem = "not looked at yet"
        self.certificate_end: float | None = None
        self._settings = settings
        self._uses = uses
        self._well = asyncio.Event()
        self._well_at: float | None = None

    def is_usable(self) -> bool:
        """Whether it was well a short while ago; a hiccup is no reason to take the service out of traffic."""
        return self._well_at is not None and (
            not self.problem or monotonic() - self._well_at < self._settings.kafka_grace_seconds
        )

    async def wait_until_well(self) -> None:
        """Return as soon as a look has found nothing wrong; at once where one ever did."""
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
            self.certificate_end = await look_at_broker(self._settings, self._uses)
        except BrokerProblemError as error:
            problem = str(error)
        if not problem:
            self._well_at = monotonic()
            self._well.set()
        if problem and problem != self.problem:
            log.error("broker_unusable", what=problem)
        elif not problem and self.problem:
            log.info("broker_usable", topics=len(self._uses.reads | self._uses.writes))
        self.problem = problem
