"""An epoch that is begun while a process of the service runs: the process gives no number any more, says so and ends."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from tests.common.relaying import tell, wait_until_published
from tests.faults.refilling import END_LEADER
from tests.harness import Harness

from common.delivery.epochs import start_epoch
from common.delivery.leading import Leader
from common.delivery.numbering import number_events
from common.delivery.own_source import EpochChangedError, OwnSource
from common.delivery.plumbing import EventLogHeadRow, EventLogRow
from common.delivery.publishing import Publisher
from common.delivery.relay import Relay, open_connection, relay_lock
from common.delivery.republishing import RelayRunsError
from common.keeping import keep_relaying
from common.watchdog import Watchdog

TOPIC = "ocop.registration.events"
FIRST, SECOND = "/ocop/registration", "/ocop/registration/2"


async def sources(owner: Harness) -> list[str]:
    rows = await owner.rows(select(EventLogRow).order_by(EventLogRow.position))
    return [row.headers["ce_source"] for row in rows]


async def begin_epoch_behind_its_back(owner: Harness) -> None:
    """Begin an epoch as soon as the lock is free: when its connections end, as those of a restored database do."""
    connection = await open_connection(owner.service.settings)
    async with asyncio.timeout(20):
        while True:
            await connection.execute(END_LEADER, relay_lock("registration"))
            try:
                await start_epoch("registration", owner.service.settings)
                break
            except RelayRunsError:
                await asyncio.sleep(0.01)
    await connection.close()


@contextmanager
def the_next_process(owner: Harness) -> Generator[Relay]:
    service = owner.service
    yield Relay("registration", service.settings, service.metrics, asyncio.Event(), OwnSource("registration"))


async def test_the_process_ends_and_what_it_told_goes_out_under_the_new_source(relaying_owner: Harness) -> None:
    owner, service = relaying_owner, relaying_owner.service
    await service.broker.look()
    with capture_logs() as logs:
        relaying = asyncio.create_task(keep_relaying(service.relay))
        await tell(owner, 1, 2)
        await wait_until_published(owner)
        await begin_epoch_behind_its_back(owner)
        await tell(owner, 3)  # it runs still, and knows no other source
        async with asyncio.timeout(20):
            await relaying
    assert await sources(owner) == [FIRST] * 2
    [line] = [line for line in logs if line["event"] == "epoch_changed_while_running"]
    assert (line["log_level"], line["do"]) == ("critical", "docs/operate/restore.md")
    assert not await service.is_ready()
    watchdog = Watchdog(service.consumer, None, service.broker, 60, service.relay.trouble)
    assert watchdog.look() == "the log is in epoch 2, and this process began in 1"
    with the_next_process(owner) as relay:
        running = asyncio.create_task(relay.run())
        await wait_until_published(owner)
        relay.stop()
        await running
    assert await sources(owner) == [FIRST, FIRST, SECOND]


async def test_a_replica_that_waits_to_lead_ends_too(relaying_owner: Harness) -> None:
    service = relaying_owner.service
    leader = await open_connection(service.settings)
    await leader.execute("SELECT pg_advisory_lock($1)", relay_lock("registration"))
    relaying = asyncio.create_task(keep_relaying(service.relay))
    await tell(relaying_owner, 1)
    await leader.execute("UPDATE event_log_head SET epoch = 2")
    async with asyncio.timeout(20):
        await relaying
    await leader.close()
    assert service.relay.trouble()


async def test_numbering_refuses_another_epoch_than_that_of_the_process(owner: Harness) -> None:
    own = OwnSource("registration")
    own.hold(1)
    await tell(owner, 1)
    connection = await open_connection(owner.service.settings)
    leader = Leader(connection, Publisher("p", owner.service.settings), TOPIC, 9, owner.service.metrics, own=own)
    assert await leader.has_work()
    await connection.execute("UPDATE event_log_head SET epoch = 2")
    assert await number_events(connection, TOPIC, 9, 0, own) == ([], False)
    with pytest.raises(EpochChangedError):
        await leader.has_work()
    await connection.close()
    [head] = await owner.rows(select(EventLogHeadRow))
    assert head.position == 0


async def test_a_request_is_refused_once_its_process_knows_of_another_epoch() -> None:
    own = OwnSource("registration")
    assert own.hold(2) == own.hold(2) == SECOND
    with pytest.raises(EpochChangedError, match="in epoch 3, and this process began in 2"):
        own.hold(3)
    assert own.epoch == 2
