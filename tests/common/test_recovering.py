"""A database that went back in time takes from its topic what it forgot, and gives no number twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from tests.brokers.kinds import Broker
from tests.brokers.odd_headers import send_odd
from tests.harness import Harness

from common.contracts.registration import RegistrationOpened
from common.database.engine import create_sessions
from common.delivery.epochs import start_epoch
from common.delivery.recovering import TopicIncompleteError, complete_log
from common.delivery.relay import Relay, open_connection
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork

LOG = "SELECT position, key, key_sequence, event_id, headers, value FROM event_log ORDER BY position"
KEYS = "SELECT key, last, last_time FROM event_log_keys ORDER BY key"
HEAD = "SELECT position, published FROM event_log_head"
FORGET = "DELETE FROM event_log WHERE position > 3; UPDATE event_log_head SET position = 3, published = 3;"
FORGET_KEYS = """
DELETE FROM event_log_keys;
INSERT INTO event_log_keys SELECT key, max(key_sequence), max(headers->>'ce_time') FROM event_log GROUP BY key
"""


@pytest.fixture
async def relaying(make_toy: Any, broker: Broker) -> Harness:
    return await make_toy("registration", "registration_toy", kafka_bootstrap_servers=broker.bootstrap)


@asynccontextmanager
async def connection_of(harness: Harness) -> AsyncGenerator[asyncpg.Connection]:
    connection = await open_connection(harness.service.settings)
    try:
        yield connection
    finally:
        await connection.close()


async def publish(harness: Harness, *edition_ids: int) -> None:
    """Tell events and let the service's relay publish them."""

    async def emit(uow: UnitOfWork) -> None:
        for number in edition_ids:
            uow.emit(RegistrationOpened(edition_id=UUID(int=number)))

    await harness.run(emit)
    relay = asyncio.create_task(harness.service.relay.run())
    async with asyncio.timeout(30), connection_of(harness) as connection:
        while await connection.fetchval(
            "SELECT EXISTS (SELECT FROM outbox) OR position > published FROM event_log_head"
        ):
            await asyncio.sleep(0.02)
    harness.service.relay.stop()
    await relay


async def look(connection: asyncpg.Connection) -> list[Any]:
    return [await connection.fetch(query) for query in (LOG, KEYS, HEAD)]


async def test_the_log_is_again_what_the_world_saw(relaying: Harness) -> None:
    await publish(relaying, 1, 2, 1, 3, 1, 2)
    async with connection_of(relaying) as connection:
        before = await look(connection)
        await connection.execute(FORGET + FORGET_KEYS)
        assert len((await look(connection))[0]) == 3
        taken = await complete_log("registration", relaying.service.settings)
        assert [headers["ce_id"] for headers in taken] == [str(row["event_id"]) for row in before[0][3:]]
        assert await look(connection) == before
        assert await complete_log("registration", relaying.service.settings) == []


async def test_records_that_are_no_event_of_ours_are_passed_over(relaying: Harness, broker: Broker) -> None:
    await publish(relaying, 1, 2, 1, 3)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        await producer.send_and_wait("ocop.registration.events", b"?", key=b"k")
        await producer.send_and_wait("ocop.registration.events", None, key=b"k", headers=[("ce_sequence", b"x")])
    await send_odd(broker.bootstrap, "ocop.registration.events")
    async with connection_of(relaying) as connection:
        before = await look(connection)
        await connection.execute(FORGET + FORGET_KEYS)
        assert len(await complete_log("registration", relaying.service.settings)) == 1
        assert await look(connection) == before


async def test_an_epoch_that_began_after_the_restored_moment_is_not_begun_a_second_time(relaying: Harness) -> None:
    service = relaying.service
    await publish(relaying, 1, 2, 3)
    assert await start_epoch("registration", service.settings) == "/ocop/registration/2"
    service.units = UnitsOfWork("registration", create_sessions(service.engine), relaying.clock)
    service.relay = Relay("registration", service.settings, service.metrics, service.units.committed)
    await publish(relaying, 4, 5)
    async with connection_of(relaying) as connection:
        await connection.execute(FORGET + FORGET_KEYS)
        await connection.execute("UPDATE event_log_head SET epoch = 1")
        await complete_log("registration", service.settings)
    assert await start_epoch("registration", service.settings) == "/ocop/registration/3"


async def test_what_a_life_that_was_given_up_told_is_not_taken_back(relaying: Harness) -> None:
    service = relaying.service
    await publish(relaying, 1, 2, 3, 4, 5, 6, 7, 8)
    async with connection_of(relaying) as connection:
        await connection.execute(FORGET + FORGET_KEYS)  # and the log is not completed, as where that was refused
        assert await start_epoch("registration", service.settings) == "/ocop/registration/2"
        service.units = UnitsOfWork("registration", create_sessions(service.engine), relaying.clock)
        service.relay = Relay("registration", service.settings, service.metrics, service.units.committed)
        await publish(relaying, 11, 12)
        before = await look(connection)
        for end in (4, 3):  # within the new epoch, and before it
            await connection.execute(FORGET.replace("3", str(end)) + FORGET_KEYS)
            await connection.execute("DELETE FROM forgotten_events")
            taken = await complete_log("registration", service.settings)
            assert {headers["ce_source"] for headers in taken} == {"/ocop/registration/2"}
            assert await look(connection) == before


async def test_an_event_that_came_back_unnumbered_is_not_numbered_anew(relaying: Harness) -> None:
    await publish(relaying, 1, 2, 3, 4)
    async with connection_of(relaying) as connection:
        await connection.execute(
            "INSERT INTO outbox (event_id, topic, key, headers, value)"
            " SELECT event_id, 'ocop.registration.events', key, headers, value FROM event_log WHERE position = 4"
        )
        await connection.execute(FORGET + FORGET_KEYS)
        await complete_log("registration", relaying.service.settings)
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_what_retention_took_is_said(relaying: Harness) -> None:
    await publish(relaying, 1, 2, 3, 4, 5)
    async with connection_of(relaying) as connection:
        await connection.execute(FORGET + FORGET_KEYS)
        await connection.execute(
            "UPDATE event_log_head SET position = 0; DELETE FROM event_log; DELETE FROM event_log_keys"
        )
        await connection.execute("UPDATE event_log_head SET position = -1")  # as if one before the first were gone
        with pytest.raises(TopicIncompleteError, match="lacks position 0; it goes on at 1"):
            await complete_log("registration", relaying.service.settings)
        assert await connection.fetchval("SELECT count(*) FROM event_log") == 0
