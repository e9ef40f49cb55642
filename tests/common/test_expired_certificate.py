"""The broker's certificate ends while services run, and is renewed late: relay and reader go on by themselves."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.cimpl import NewTopic
from tests.brokers.jars import KafkaMissingError
from tests.brokers.plugin import missing
from tests.brokers.process import NODE, KafkaFailedError, KafkaProcess
from tests.common.relaying import make_relay, tell, wait_until_published
from tests.common.relaying import running as relaying
from tests.common.test_kafka import TOPIC, running
from tests.faults.tcp_proxy import FaultProxy

from common.delivery.messages import Record
from common.kafka.broker import Subscriber
from common.kafka.watch import BrokerWatch, Uses
from installer.certificates import make_authority, make_node
from launcher.broker import PARTITIONS

pytestmark = pytest.mark.real_kafka(reason="the embedded broker speaks no TLS")
SHORT_LIVES = (timedelta(seconds=40), timedelta(seconds=100))  # the second where Kafka takes long to start
ENOUGH = timedelta(seconds=10)  # for a few events to pass
RECOVERY_SECONDS = 30.0


class ExpiringKafka(KafkaProcess):
    """A secured node behind a line that can be cut, whose certificate is made anew at will."""

    advertised = 0
    _authority_key = ""

    def start_with_short_life(self) -> None:
        """Start with a certificate that ends soon, but not before a few events could pass."""
        self._prepare()
        for lifetime in SHORT_LIVES:
            self.renew(lifetime)
            ends = datetime.now(UTC) + lifetime
            with suppress(KafkaFailedError):  # nobody was let in before it ended
                self.start()
            if datetime.now(UTC) + ENOUGH < ends:
                return
            self.stop()
        pytest.fail("Kafka starts too slowly here for a certificate that ends soon")

    def renew(self, lifetime: timedelta) -> None:
        """Write another certificate; the node reads it when it starts."""
        (self.folder / "node.pem").write_text(make_node(self._authority_key, NODE, ["localhost"], lifetime))

    def _prepare(self) -> None:
        super()._prepare()
        certificate, self._authority_key = make_authority()
        (self.folder / "authority.pem").write_text(certificate)
        own, told = (f"advertised.listeners=SASL_SSL://{where}" for where in (self.bootstrap, self.through))
        self._config.write_text(self._config.read_text().replace(own, told))

    @property
    def through(self) -> str:
        return f"127.0.0.1:{self.advertised}"


@pytest.fixture
async def line() -> AsyncGenerator[FaultProxy]:
    line = FaultProxy("broker")
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def node(pytestconfig: pytest.Config, tmp_path: Path, line: FaultProxy) -> AsyncGenerator[ExpiringKafka]:
    if pytestconfig.getoption("--kafka") != "process":
        pytest.skip("needs --kafka process: the certificate of a container is made by compose's own script")
    node = ExpiringKafka(tmp_path / "kafka", secured=True)
    node.advertised = line.port
    try:
        await asyncio.to_thread(node.start_with_short_life)
    except KafkaMissingError as error:
        missing(pytestconfig, error)
    line.target = int(node.bootstrap.rpartition(":")[2])
    admin = node.admin()
    made = admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC]
    await asyncio.to_thread(made.result, 30)  # the line runs in this thread
    yield node
    node.stop()


async def test_after_a_late_renewal_relay_and_reader_go_on(
    make_toy: Any, node: ExpiringKafka, line: FaultProxy
) -> None:
    own = {name.lower(): value for name, value in node.settings.items()} | {"kafka_bootstrap_servers": node.through}
    owner = await make_toy("registration", "registration_toy", **own)
    taken = asyncio.Semaphore(0)

    async def take(records: Sequence[Record]) -> None:
        for _ in records:
            taken.release()

    watch = BrokerWatch(owner.service.settings, Uses(frozenset({TOPIC})))
    subscriber = Subscriber("reader", [TOPIC], take, owner.service.settings, owner.service.metrics)
    async with relaying(make_relay(owner)), running(subscriber):
        await tell(owner, *range(5))
        await take_in(taken, 5)
        while "certificate has expired" not in watch.problem:
            await watch.look()
            await asyncio.sleep(0.2)
        line.reset()
        await tell(owner, *range(5, 10))  # nobody is let in; it waits in the outbox
        await watch.look()
        assert "certificate has expired" in watch.problem
        await asyncio.to_thread(node.stop)
        node.renew(timedelta(days=1))
        await asyncio.to_thread(node.start)
        await take_in(taken, 5)
        await wait_until_published(owner)
        await watch.look()
        assert watch.problem == ""


async def take_in(taken: asyncio.Semaphore, count: int) -> None:
    async with asyncio.timeout(RECOVERY_SECONDS):
        for _ in range(count):
            await taken.acquire()
