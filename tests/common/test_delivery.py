"""From the owner's change to the reader's effect over a broker, while members, relays and the broker come and go."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from tests.brokers.kinds import Broker, Kafka
from tests.common.conftest import EffectRow, Poison
from tests.common.delivery import (
    EVENTS,
    member,
    relaying,
    settings_at,
    subjects,
    tell,
    tell_slowly,
    until,
    until_effects,
)
from tests.common.relaying import header, read_topic
from tests.factories import sample
from tests.harness import Harness

from common.contracts.base import CONTACTS_TOPIC
from common.contracts.registration import ContactRecorded
from common.delivery.unit_of_work import UnitOfWork
from common.kafka.broker import Subscriber
from common.kafka.watch import BrokerWatch, Uses

ONE_MEMBER = "the embedded broker takes one member per group"
KEEPS_NOTHING = "the embedded broker keeps nothing when it ends"


@pytest.fixture
def group() -> str:
    return f"reader-{uuid4()}"


@pytest.fixture
async def published(owner: Harness, broker: Broker) -> AsyncGenerator[None]:
    """The owner's relay runs."""
    async with relaying(owner, broker):
        yield


@pytest.mark.usefixtures("published")
async def test_what_is_told_arrives_once_and_a_replay_of_the_whole_topic_changes_nothing(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    await tell(owner, range(300))
    async with member(reader, broker, group):
        found = await until_effects(reader, 300)
    copies = reader.service.metrics.copies.labels("reader")
    before = copies._value.get()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # prometheus tells it nowhere else
    async with member(reader, broker, f"{group}-again"):

        async def all_seen_again() -> bool:
            return copies._value.get() - before >= 300  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

        await until(all_seen_again)
    assert sorted(found) == subjects(range(300))
    assert await until_effects(reader, 300) == found


@pytest.mark.usefixtures("published")
async def test_a_poisoned_message_reaches_the_dead_letters_and_the_others_their_effect(
    owner: Harness, reader: Harness, broker: Broker, group: str, poison: Poison
) -> None:
    poison.subjects.add(str(UUID(int=3)))
    await tell(owner, range(6))
    async with member(reader, broker, group), relaying(reader, broker):
        found = await until_effects(reader, 5)

        async def told() -> bool:
            return bool(await dead_of(broker, "RuntimeError"))

        await until(told)
    [dead] = await dead_of(broker, "RuntimeError")
    assert sorted(found) == subjects([0, 1, 2, 4, 5])
    assert (header(dead, "x-dlq-topic"), header(dead, "ce_subject")) == (EVENTS, str(UUID(int=3)))


async def dead_of(broker: Broker, error: str) -> list[Any]:
    """Return the reader's dead letters of one kind; its reactions, told under the owner's name, make others."""
    return [dead for dead in await read_topic(broker, "ocop.reader.dlq", {}) if header(dead, "x-dlq-error") == error]


@pytest.mark.real_kafka(reason=ONE_MEMBER)
@pytest.mark.usefixtures("published")
async def test_one_member_then_three_then_one_lose_nothing_and_do_nothing_twice(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    load = asyncio.create_task(tell_slowly(owner, range(600)))
    async with member(reader, broker, group) as first:
        async with member(reader, broker, group) as second, member(reader, broker, group) as third:
            await until_shared(first, second, third)
            await until_effects(reader, 200)
        await until_shared(first)
        await load
        found = await until_effects(reader, 600)
    assert sorted(found) == subjects(range(600))


async def until_shared(*members: Subscriber) -> None:
    """Wait until each member has partitions and together they have them all."""

    async def shared() -> bool:
        counts = [one.assigned() for one in members]
        return all(counts) and sum(counts) == 12

    await until(shared)


@pytest.mark.real_kafka(reason=ONE_MEMBER)
async def test_a_rolling_restart_of_relays_and_readers_under_load_loses_nothing_and_does_nothing_twice(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    """The new replica is up before the old one goes, four times over; even copies on the topic are the exception."""
    load = asyncio.create_task(tell_slowly(owner, range(600)))
    old = await replica(owner, reader, broker, group)
    for _ in range(4):
        new = await replica(owner, reader, broker, group)
        await old.aclose()
        old = new
    await load
    found = await until_effects(reader, 600)
    await old.aclose()
    ids = [header(record, "ce_id") for record in await read_topic(broker, EVENTS, {})]
    assert sorted(found) == subjects(range(600))
    assert len(ids) == len(set(ids)) == 600


async def replica(owner: Harness, reader: Harness, broker: Broker, group: str) -> AsyncExitStack:
    """Start a relay of the owner and a member of the reader; closed in the order of a service's stop."""
    stack = AsyncExitStack()
    await stack.enter_async_context(relaying(owner, broker))
    joined = await stack.enter_async_context(member(reader, broker, group))

    async def takes_part() -> bool:
        return joined.assigned() > 0

    await until(takes_part)
    return stack


@pytest.mark.real_kafka(reason=KEEPS_NOTHING)
@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("way", ["graceful", "kill -9"])
async def test_when_the_broker_comes_back_everything_goes_on_by_itself(
    owner: Harness, reader: Harness, broker: Broker, group: str, way: str
) -> None:
    async with member(reader, broker, group):
        await tell(owner, range(50))
        await until_effects(reader, 50)
        await asyncio.to_thread(broker.stop if way == "graceful" else broker.kill)
        await tell(owner, range(50, 100))
        await asyncio.to_thread(broker.start)
        await tell(owner, range(100, 150))
        found = await until_effects(reader, 150)
    assert sorted(found) == subjects(range(150))


@pytest.mark.real_kafka(reason="the embedded broker has no retention")
@pytest.mark.usefixtures("published")
async def test_what_retention_took_before_it_was_read_is_fetched_from_the_owners_feed(
    owner: Harness, reader: Harness, kafka: Kafka, group: str
) -> None:
    kafka.remake(EVENTS, retention_ms="1000")
    await tell(owner, range(100))

    async def gone() -> bool:
        return await kafka.first_offsets(EVENTS) == 100

    await until(gone)
    kafka.set_config(EVENTS, retention_ms="600000")
    await tell(owner, range(100, 124))
    async with member(reader, kafka, group):
        found = await until_effects(reader, 124)
    assert sorted(found) == subjects(range(124))


@pytest.mark.real_kafka(reason="the embedded broker compacts nothing")
@pytest.mark.usefixtures("published")
async def test_a_reader_of_compacted_contacts_has_the_newest_and_forgets_the_erased(
    owner: Harness, reader: Harness, kafka: Kafka, group: str
) -> None:
    """What was compacted away is never seen by a new reader; who had seen the erased one is told to forget it."""
    compacting = {"cleanup_policy": "compact", "segment_ms": "500", "min_cleanable_dirty_ratio": "0.01"}
    kafka.remake(CONTACTS_TOPIC, **compacting)
    kept, erased = UUID(int=1), UUID(int=2)
    for name in ("first", "second", "third"):
        await record_contact(owner, kept, name)
        await record_contact(owner, erased, name)

    async def erase(uow: UnitOfWork) -> None:
        uow.erase(ContactRecorded, erased)

    await owner.run(erase)
    await compact(owner, kafka, kept, erased)
    async with member(reader, kafka, group, (CONTACTS_TOPIC,)):

        async def complete() -> bool:
            return len(await contact_effects(reader, erased)) >= 2

        await until(complete)
    assert sorted(await contact_effects(reader, erased)) == [("contact", "third"), ("forgotten", str(erased))]


async def record_contact(owner: Harness, party: UUID, name: str) -> None:
    async def record(uow: UnitOfWork) -> None:
        uow.emit(sample(ContactRecorded, party_id=party, display_name=name))

    await owner.run(record)


async def contact_effects(reader: Harness, erased: UUID) -> list[tuple[str, str]]:
    rows: list[EffectRow] = await reader.rows(select(EffectRow).order_by(EffectRow.id))
    return [(row.what, row.subject) for row in rows if row.subject in {"first", "second", "third", str(erased)}]


async def compact(owner: Harness, kafka: Kafka, kept: UUID, erased: UUID) -> None:
    """Tell filling contacts, which close the segments, until of each party only the newest record is left."""
    wanted = {str(kept).encode(), str(erased).encode()}

    async def is_compact() -> bool:
        for number in range(100, 136):
            await record_contact(owner, UUID(int=number), "filling")
        keys = [record.key for record in await kafka.read(CONTACTS_TOPIC) if record.key in wanted]
        return sorted(keys) == sorted(wanted)

    await until(is_compact)


@pytest.mark.real_kafka(reason="the embedded broker makes topics by use")
async def test_a_missing_topic_is_said_in_one_line_and_the_service_is_not_ready_until_it_is_there(
    reader: Harness, kafka: Kafka
) -> None:
    kafka.delete(EVENTS)
    service = reader.service
    service.broker = BrokerWatch(
        settings_at(reader, kafka), Uses(frozenset({EVENTS}), frozenset({"ocop.reader.events"}))
    )
    with capture_logs() as logs:
        await service.broker.look()
        await service.broker.look()
    assert [line["what"] for line in logs] == [f"the broker does not have {EVENTS}: run `ocop topics apply`"]
    async with reader.client() as client:
        assert (await client.get("/reader/health/ready")).status_code == 503
        kafka.create(EVENTS)
        await service.broker.look()
        assert (await client.get("/reader/health/ready")).status_code == 200
