"""Too few replicas, as production has them (three copies, two must answer): the relay waits, and heals by itself."""

import asyncio
import logging
from collections.abc import Callable, Generator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.brokers.jars import KafkaMissingError
from tests.brokers.kinds import read_topic
from tests.brokers.plugin import missing
from tests.brokers.trio import NODES, Trio
from tests.common.relaying import header, make_relay, running, tell, wait_until_published
from tests.harness import Harness

from launcher.broker import PARTITIONS

TOPIC = "ocop.registration.events"
EDITIONS = (1, 2, 3)
REFUSED_SECONDS = 60.0
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.real_kafka(reason="the embedded broker keeps no copies"),
]


@pytest.fixture
def trio(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Generator[Trio]:
    if pytestconfig.getoption("--kafka") != "process":
        pytest.skip("three nodes are started as processes")
    cluster = Trio(tmp_path_factory.mktemp("trio"))
    try:
        cluster.start()
        cluster.create([TOPIC], PARTITIONS)
        yield cluster
    except KafkaMissingError as error:
        missing(pytestconfig, error)
    finally:
        cluster.stop()


async def wait_for_refusal(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the broker has refused records because too few copies are in step."""
    async with asyncio.timeout(REFUSED_SECONDS):
        while not any("NotEnoughReplicas" in record.getMessage() for record in caplog.records):
            await asyncio.sleep(0.1)


async def read_mark(owner: Harness) -> int:
    """Return up to where the relay says that the broker has acknowledged."""
    async with owner.unit_of_work() as uow:
        return int(await uow.session.scalar(text("SELECT published FROM event_log_head")) or 0)


async def test_with_two_of_three_brokers_killed_the_relay_waits_and_then_loses_nothing_and_keeps_the_order(
    make_toy: Callable[..., Any], trio: Trio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "aiokafka")
    owner: Harness = await make_toy("registration", "registration_toy", kafka_bootstrap_servers=trio.bootstrap)
    async with running(make_relay(owner)):
        await tell(owner, *EDITIONS)
        await wait_until_published(owner)
        for node in trio.nodes[1:]:
            node.kill()
        for _ in range(20):
            await tell(owner, *EDITIONS)
        await wait_for_refusal(caplog)
        assert trio.copies_in_step([TOPIC]) == 1
        assert await read_mark(owner) == len(EDITIONS)  # nothing counts as published that one copy alone has
        for node in trio.nodes[1:]:
            await asyncio.to_thread(node.start)
        for _ in range(20):
            await tell(owner, *EDITIONS)
        await wait_until_published(owner)
    async with asyncio.timeout(REFUSED_SECONDS):
        while trio.copies_in_step([TOPIC]) < NODES:
            await asyncio.sleep(0.1)
    records = await read_topic(trio.bootstrap, TOPIC)
    for number in EDITIONS:
        of_key = [record for record in records if record.key == str(UUID(int=number)).encode()]
        seen = list(dict.fromkeys(int(header(record, "ce_keysequence")) for record in of_key))
        assert seen == list(range(1, 42))  # each number first seen in its order, copies behind it
        assert len({(header(record, "ce_id"), header(record, "ce_keysequence")) for record in of_key}) == 41
