"""A broker that gives the relay's producer no id: the client asks for ever, and the relay must not wait with it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from aiokafka.errors import KafkaTimeoutError
from aiokafka.producer.sender import Sender
from structlog.testing import capture_logs
from tests.common.lines import BrokerLine
from tests.common.relaying import make_relay, tell, wait_until_published
from tests.faults.refilling import END_LEADER
from tests.harness import Harness

from common.delivery import publishing, terms, topic_end
from common.delivery.relay import Relay, plain_dsn, relay_lock

STOP_SECONDS = 15.0


class NoIds:
    """A broker without a controller: each question for a producer id is to be asked again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = asyncio.Event()
        self.over = False
        real: Callable[..., Any] = vars(Sender)["_do_init_pid"]

        async def init(sender: Sender, node: int) -> bool:
            self.asked.set()
            if self.over:
                return await real(sender, node)
            await asyncio.sleep(0.05)
            return False

        monkeypatch.setattr(Sender, "_do_init_pid", init)


@pytest.fixture
def no_ids(monkeypatch: pytest.MonkeyPatch) -> NoIds:
    return NoIds(monkeypatch)


@asynccontextmanager
async def stopped_in_time(relay: Relay) -> AsyncGenerator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        began = time.monotonic()
        relay.stop()
        done, _ = await asyncio.wait([task], timeout=STOP_SECONDS)
        task.cancel()
    assert done, "the relay did not stop"
    await task
    assert time.monotonic() - began < STOP_SECONDS


def sample(owner: Harness, name: str, **labels: str) -> float | None:
    return owner.service.metrics.registry.get_sample_value(name, {"service": "registration", **labels})


async def test_a_connection_that_ends_meanwhile_ends_the_wait(
    relaying_owner: Harness, no_ids: NoIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "START_SECONDS", 600.0)
    with capture_logs() as logs:
        async with stopped_in_time(make_relay(relaying_owner)):
            await tell(relaying_owner, 1, 2, 3)
            await no_ids.asked.wait()
            url = relaying_owner.service.settings.database_url.get_secret_value()
            connection = await asyncpg.connect(plain_dsn(url))
            await connection.execute(END_LEADER, relay_lock("registration"))
            await connection.close()
            no_ids.over = True
            await wait_until_published(relaying_owner)
    [line] = [line for line in logs if line["event"] == "relay_connection_lost"]
    assert line["error"] == "StuckTurnError"


async def test_it_is_not_waited_for_and_said_in_log_metric_and_readiness(
    relaying_owner: Harness, no_ids: NoIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "START_SECONDS", 0.3)
    settings = relaying_owner.service.settings.model_copy(update={"kafka_grace_seconds": 0.5})
    vars(relaying_owner.service)["settings"] = settings
    relay = make_relay(relaying_owner)
    with capture_logs() as logs:
        async with stopped_in_time(relay), asyncio.timeout(30):
            await tell(relaying_owner, 1, 2, 3)
            while relay.is_usable():
                await asyncio.sleep(0.02)
            assert sample(relaying_owner, "ocop_relay_leader") == 0
            assert sample(relaying_owner, "ocop_publish_errors_total", error="KafkaTimeoutError")
            no_ids.over = True
            await wait_until_published(relaying_owner)
            while not (relay.is_usable() and sample(relaying_owner, "ocop_relay_leader") == 1):
                await asyncio.sleep(0.02)
    failed = [line for line in logs if line["event"] == "relay_publish_failed"]
    assert failed
    assert {(line["error"], "no producer id" in line["detail"]) for line in failed} == {("KafkaTimeoutError", True)}


async def test_a_service_whose_relay_fails_for_long_is_not_ready(relaying_owner: Harness) -> None:
    service = relaying_owner.service
    await service.broker.look()
    assert await service.is_ready()
    vars(service.relay)["_failing_since"] = time.monotonic() - service.settings.kafka_grace_seconds - 1
    assert not await service.is_ready()


async def test_a_relay_that_waits_for_it_stops_when_it_is_told_to(
    relaying_owner: Harness, no_ids: NoIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "START_SECONDS", 600.0)
    monkeypatch.setattr(terms, "LAST_TURN_SECONDS", 0.2)
    async with stopped_in_time(make_relay(relaying_owner)):
        await tell(relaying_owner, 1)
        await no_ids.asked.wait()


async def test_a_relay_that_waits_for_it_can_be_cancelled(
    relaying_owner: Harness, no_ids: NoIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "START_SECONDS", 600.0)
    task = asyncio.create_task(make_relay(relaying_owner).run())
    await tell(relaying_owner, 1)
    await no_ids.asked.wait()
    task.cancel()
    await asyncio.wait([task], timeout=STOP_SECONDS)
    assert task.cancelled()


async def test_a_relay_of_which_nothing_is_heard_asks_for_a_new_process(relaying_owner: Harness) -> None:
    relay = make_relay(relaying_owner)
    async with stopped_in_time(relay):
        await asyncio.sleep(0.1)
        assert relay.trouble() == ""
        vars(relay)["_moved"] = -1000.0
        assert relay.trouble() == "the relay does not go on"


async def test_the_end_of_a_topic_is_not_waited_for_for_ever(
    make_toy: Callable[..., Any], line: BrokerLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_end, "LOOK_SECONDS", 0.5)
    owner: Harness = await make_toy("registration", "registration_toy", kafka_bootstrap_servers=line.bootstrap)
    line.fall_silent()
    with pytest.raises(KafkaTimeoutError, match="was not read within"):
        async with asyncio.timeout(STOP_SECONDS):
            await topic_end.read_topic_end("ocop.registration.events", owner.service.settings, "/ocop/registration")
