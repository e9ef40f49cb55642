"""An owner that tells, a relay that publishes, members that read: put together for the delivery tests."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, select
from tests.brokers.kinds import Broker
from tests.common.conftest import EffectRow
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ApplicationWithdrawn
from common.delivery.relay import Relay
from common.delivery.unit_of_work import UnitOfWork
from common.kafka.broker import Subscriber
from common.settings import ServiceSettings

EVENTS = "ocop.registration.events"
EDITIONS = 24
PATIENCE_SECONDS = 120


def settings_at(harness: Harness, broker: Broker) -> ServiceSettings:
    return harness.service.settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})


async def tell(owner: Harness, numbers: Iterable[int]) -> None:
    """Tell one event per number, in one unit of work; numbers are dealt out over editions, so over partitions."""

    async def emit(uow: UnitOfWork) -> None:
        for number in numbers:
            edition, application = UUID(int=1000 + number % EDITIONS), UUID(int=number)
            uow.emit(sample(ApplicationWithdrawn, application_id=application, edition_id=edition))

    await owner.run(emit)


async def tell_slowly(owner: Harness, numbers: range, size: int = 5) -> None:
    """Tell in small units of work with a breath between them: load that goes on while something happens."""
    for start in range(numbers.start, numbers.stop, size):
        await tell(owner, range(start, min(start + size, numbers.stop)))
        await asyncio.sleep(0.05)


@asynccontextmanager
async def relaying(harness: Harness, broker: Broker) -> AsyncGenerator[Relay]:
    """Run a relay of the service's own."""
    service = harness.service
    relay = Relay(service.name, settings_at(harness, broker), service.metrics, asyncio.Event())
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        await task


@asynccontextmanager
async def member(
    reader: Harness, broker: Broker, group: str, topics: tuple[str, ...] = (EVENTS,)
) -> AsyncGenerator[Subscriber]:
    """Run one member of a group, with a consumer of its own on the reader's database."""
    service = reader.service
    consumer = service.make_consumer(service.feeds)
    subscriber = Subscriber(group, topics, consumer.consume, settings_at(reader, broker), service.metrics)
    await subscriber.start()
    try:
        yield subscriber
    finally:
        await subscriber.stop()


async def until(what: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not await what():
            await asyncio.sleep(0.1)


async def effects(reader: Harness) -> list[str]:
    return await reader.rows(select(EffectRow.subject).order_by(EffectRow.id))


async def until_effects(reader: Harness, count: int) -> list[str]:
    """Wait until the reader has had so many effects; return them all."""

    async def enough() -> bool:
        [found] = await reader.rows(select(func.count()).select_from(EffectRow))
        return found >= count

    await until(enough)
    return await effects(reader)


def subjects(numbers: Iterable[int]) -> list[str]:
    return [str(UUID(int=number)) for number in numbers]
