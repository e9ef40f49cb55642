"""A relay that has lost its connection, and the lock with it, sends nothing more of what still waits for a broker."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from tests.brokers.kinds import read_topic
from tests.common.lines import BrokerLine
from tests.common.relaying import header, make_relay, running, tell, wait_until_published
from tests.faults.refilling import publish_again
from tests.harness import Harness

from common.delivery.relay import plain_dsn, relay_lock

TOPIC = "ocop.registration.events"


@pytest.fixture
async def telling_owner(make_toy: Callable[..., Any], line: BrokerLine) -> Harness:
    return await make_toy("registration", "registration_toy", kafka_bootstrap_servers=line.bootstrap)


async def wait_until_numbered(owner: Harness, position: int) -> None:
    async with asyncio.timeout(30):
        while True:
            async with owner.unit_of_work() as uow:
                if await uow.session.scalar(text("SELECT position FROM event_log_head")) == position:
                    return
            await asyncio.sleep(0.02)


async def test_what_waited_for_a_broker_does_not_go_out_before_what_an_empty_one_lacks(
    telling_owner: Harness, line: BrokerLine
) -> None:
    async with running(make_relay(telling_owner)):
        await tell(telling_owner, 1, 1, 1)
        await wait_until_published(telling_owner)
        line.kill()
        await tell(telling_owner, 1)
        await wait_until_numbered(telling_owner, 4)  # it is with the producer, which tries and tries
        url = telling_owner.service.settings.database_url.get_secret_value()
        connection = await asyncpg.connect(plain_dsn(url))
        assert await publish_again(connection, relay_lock("registration")) == 4
        await connection.close()
        line.start()
        await wait_until_published(telling_owner)
    records = await read_topic(line.bootstrap, TOPIC)
    assert [int(header(record, "ce_keysequence")) for record in records] == [1, 2, 3, 4]
