"""The brokers that delivery tests run on: embedded, Apache Kafka as a process, Apache Kafka in a container."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as AioTopicPartition
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewTopic
from tests.brokers.container import KafkaContainer
from tests.brokers.process import KafkaProcess

from launcher.broker import PARTITIONS, TOPICS, MockBroker

KINDS = ("embedded", "process", "container")
TEST_TOPICS = (*TOPICS, "ocop.reader.events", "ocop.reader.dlq")
WAIT_SECONDS = 60.0


class Broker(Protocol):
    """A broker as a test uses it; ``renew`` leaves the test's topics there and empty."""

    @property
    def bootstrap(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def renew(self) -> None: ...


class SecuredBroker(Protocol):
    """Apache Kafka with SCRAM over TLS and ACLs; ``settings`` are its administrator's."""

    settings: dict[str, str]

    @property
    def bootstrap(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def admin(self) -> AdminClient: ...


class Embedded:
    """librdkafka's in-process cluster: made anew for each test, since it cannot empty a topic."""

    def __init__(self) -> None:
        self._server = MockBroker()

    @property
    def bootstrap(self) -> str:
        return self._server.bootstrap

    def start(self) -> None:
        self._server.start(TEST_TOPICS)

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        self._server.stop()

    def renew(self) -> None:
        self.stop()
        self.start()


class Kafka:
    """Apache Kafka, with what tests do to its topics as its administrator."""

    def __init__(self, node: KafkaProcess | KafkaContainer) -> None:
        self.node = node
        self._touched: set[str] = set()

    @property
    def bootstrap(self) -> str:
        return self.node.bootstrap

    def start(self) -> None:
        self.node.start()

    def stop(self) -> None:
        self.node.stop()

    def kill(self) -> None:
        self.node.kill()

    def admin(self) -> AdminClient:
        return self.node.admin()

    def renew(self) -> None:
        """Delete what holds records or was touched, and make what is missing."""
        admin = self.admin()
        there = set(admin.list_topics(timeout=WAIT_SECONDS).topics) & set(TEST_TOPICS)
        used = {topic for topic in there if topic in self._touched or self._ends(admin, topic)}
        self.delete(*used)
        self.create(*(set(TEST_TOPICS) - (there - used)))
        self._touched.clear()

    def delete(self, *topics: str) -> None:
        """Delete topics and wait until nobody is told of them any more."""
        if not topics:
            return
        admin = self.admin()
        for done in admin.delete_topics(list(topics), operation_timeout=WAIT_SECONDS).values():
            done.result(WAIT_SECONDS)
        while set(topics) & set(admin.list_topics(timeout=WAIT_SECONDS).topics):
            pass

    def create(self, *topics: str, config: Mapping[str, str] | None = None) -> None:
        """Make topics and wait until every partition has a leader."""
        if not topics:
            return
        admin = self.admin()
        wanted = [NewTopic(name, PARTITIONS, 1, config=dict(config or {})) for name in topics]
        for done in admin.create_topics(wanted, operation_timeout=WAIT_SECONDS).values():
            done.result(WAIT_SECONDS)
        while not all(self._is_led(admin, topic) for topic in topics):
            pass

    def remake(self, topic: str, **config: str) -> None:
        """Make one topic anew with settings of its own, for this test (``retention_ms="1"``)."""
        self.delete(topic)
        self.create(topic, config={name.replace("_", "."): value for name, value in config.items()})
        self._touched.add(topic)

    def set_config(self, topic: str, **config: str) -> None:
        """Set some of a topic's settings while it is in use."""
        entries = [
            ConfigEntry(name.replace("_", "."), value, incremental_operation=AlterConfigOpType.SET)
            for name, value in config.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        admin = self.admin()  # kept: its answers end with it
        for done in admin.incremental_alter_configs([resource]).values():
            done.result(WAIT_SECONDS)

    async def read(self, topic: str) -> list[Any]:
        """Return all that a topic holds."""
        return await read_topic(self.bootstrap, topic)

    async def first_offsets(self, topic: str) -> int:
        """Return the sum of the partitions' first offsets: how many records are gone."""
        places = [AioTopicPartition(topic, number) for number in range(PARTITIONS)]
        async with AIOKafkaConsumer(bootstrap_servers=self.bootstrap) as consumer:
            return sum((await consumer.beginning_offsets(places)).values())

    def touch(self, topic: str) -> None:
        """Have a topic made anew after this test, whatever it holds."""
        self._touched.add(topic)

    @staticmethod
    def _is_led(admin: AdminClient, topic: str) -> bool:
        found = admin.list_topics(topic, timeout=WAIT_SECONDS).topics[topic]
        return found.error is None and all(part.leader >= 0 for part in found.partitions.values())

    @staticmethod
    def _ends(admin: AdminClient, topic: str) -> int:
        wanted: dict[TopicPartition, Any] = {
            TopicPartition(topic, number): OffsetSpec.latest() for number in range(PARTITIONS)
        }
        with suppress(KafkaException):
            return sum(done.result(WAIT_SECONDS).offset for done in admin.list_offsets(wanted).values())
        return 1  # fewer partitions than it should have


async def read_topic(bootstrap: str, topic: str) -> list[Any]:
    """Return all that a topic holds, also where compaction left holes in its offsets."""
    places = [AioTopicPartition(topic, number) for number in range(PARTITIONS)]
    found: list[Any] = []
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
    return found


def make_broker(kind: str, folder: Path) -> Broker:
    """Return a broker of a kind, not started.

    Raises:
        KafkaMissingError: when started, if this machine cannot run it.
    """
    if kind == "embedded":
        return Embedded()
    return Kafka(KafkaProcess(folder) if kind == "process" else KafkaContainer())


__all__: Sequence[str] = ("KINDS", "Broker", "Embedded", "Kafka", "SecuredBroker", "make_broker", "read_topic")
