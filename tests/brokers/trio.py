"""Three Kafka nodes as processes on loopback: the first is broker and controller, the others are brokers."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from confluent_kafka import KafkaException
from confluent_kafka.cimpl import NewTopic
from tests.brokers.process import KafkaProcess

NODES = 3
WAIT_SECONDS = 60.0
# A broker that was killed is missed after this, instead of after nine seconds.
MISSED = "broker.session.timeout.ms=3000\nbroker.heartbeat.interval.ms=500\n"


@dataclass
class Member(KafkaProcess):
    """One node of a cluster; ``controller`` is the address of the node that controls it, empty for that node itself."""

    number: int = 1
    controller: str = ""

    def _quorum(self) -> list[str]:
        return [] if self.controller else super()._quorum()

    def _format(self) -> None:
        text = self._config.read_text().replace("node.id=1", f"node.id={self.number}") + MISSED
        if self.controller:
            text = text.replace("process.roles=broker,controller", "process.roles=broker")
            text = re.sub(r",CONTROLLER://\S+", "", text)
            text = re.sub(r"(controller\.quorum\.bootstrap\.servers)=\S+", rf"\1={self.controller}", text)
        self._config.write_text(text)
        super()._format()

    def told_controller(self) -> str:
        """Return where it is reached as a controller."""
        found = re.search(r"controller\.quorum\.bootstrap\.servers=(\S+)", self._config.read_text())
        if found is None:
            raise ValueError("the node's settings name no controller")
        return found[1]


@dataclass
class Trio:
    """A cluster that keeps three copies of every topic and takes a record when two have it."""

    folder: Path
    nodes: list[Member] = field(default_factory=list[Member])

    @property
    def bootstrap(self) -> str:
        return ",".join(node.bootstrap for node in self.nodes)

    def start(self) -> None:
        cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        first = Member(self.folder / "1", cluster=cluster)
        self.nodes = [first]
        first.start()
        for number in range(2, NODES + 1):
            node = Member(self.folder / str(number), cluster=cluster, number=number, controller=first.told_controller())
            self.nodes.append(node)
            node.start()

    def stop(self) -> None:
        """Stop the brokers, then the one that controls them."""
        for node in reversed(self.nodes):
            node.stop()

    def create(self, topics: Sequence[str], partitions: int) -> None:
        """Make topics and wait until all their copies are in step."""
        admin = self.nodes[0].admin()
        while len(admin.list_topics(timeout=WAIT_SECONDS).brokers) < NODES:
            pass
        config = {"min.insync.replicas": "2"}
        wanted = [NewTopic(name, partitions, NODES, config=config) for name in topics]
        for done in admin.create_topics(wanted, operation_timeout=WAIT_SECONDS).values():
            done.result(WAIT_SECONDS)
        while self.copies_in_step(topics) < NODES:
            pass

    def copies_in_step(self, topics: Sequence[str]) -> int:
        """Return how many copies the worst partition has that are in step; 0 where nobody answers, or has not heard of it yet."""
        try:
            told = self.nodes[0].admin().list_topics(timeout=5).topics
        except KafkaException:
            return 0
        if any(topic not in told for topic in topics):
            return 0
        return min(len(one.isrs) for topic in topics for one in told[topic].partitions.values())
