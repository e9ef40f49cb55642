"""A relay that was stopped between a contact and its mark sends it behind the erasure: the erasure is told once more."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from tests.brokers.kinds import Broker, read_topic
from tests.common.relaying import make_relay, running
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ContactRecorded
from common.delivery.leading import Leader
from common.delivery.overtaking import Overtaking
from common.delivery.publishing import Publisher, Sendable
from common.delivery.relay import open_connection
from common.delivery.unit_of_work import UnitOfWork

CONTACT = sample(ContactRecorded)
KEY = str(CONTACT.party_id)
TOPIC = "ocop.registration.events"


class Held(Publisher):
    """A publisher whose process is stopped right before it sends, and goes on later."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def send(self, messages: Sequence[Sendable]) -> None:
        if messages:
            self.reached.set()
            await self.go_on.wait()
        await super().send(messages)


async def record(uow: UnitOfWork) -> None:
    uow.emit(CONTACT)


async def erase(uow: UnitOfWork) -> None:
    uow.erase(ContactRecorded, CONTACT.party_id)


def watched(owner: Harness) -> tuple[Overtaking, list[str]]:
    """Return what sees overtaking and tells the newest state, which is that the party is erased; and the keys it was asked for."""
    told: list[str] = []

    async def tell(keys: Sequence[str]) -> None:
        told.extend(keys)
        await owner.run(erase)

    overtaking = Overtaking()
    overtaking.tell_by(ContactRecorded.topic(), tell)
    return overtaking, told


async def send_all(leader: Leader) -> None:
    while await leader.turn() or await leader.has_work():
        pass


async def test_a_contact_sent_behind_its_erasure_is_erased_again(relaying_owner: Harness, broker: Broker) -> None:
    owner, settings = relaying_owner, relaying_owner.service.settings
    (overtaking, told), (others, told_by_other) = watched(owner), watched(owner)
    stopped, working = Held("stopped", settings), Publisher("working", settings)
    connections = [await open_connection(settings) for _ in range(2)]
    first = Leader(connections[0], stopped, TOPIC, 100, owner.service.metrics, overtaking)
    second = Leader(connections[1], working, TOPIC, 100, owner.service.metrics, others)
    await owner.run(record)
    late = asyncio.create_task(send_all(first))
    await stopped.reached.wait()
    await send_all(second)
    await owner.run(erase)
    await send_all(second)
    stopped.go_on.set()
    await late
    await send_all(second)
    records = [one.value is None for one in await read_topic(broker.bootstrap, ContactRecorded.topic())]
    assert records[:3] == [False, True, False]
    assert records[-1] is True
    assert (told, told_by_other) == ([KEY], [])
    for publisher in (stopped, working):
        await publisher.drop()
    for connection in connections:
        await connection.close()


@pytest.mark.parametrize("is_waiting", [True, False], ids=["waits still", "was sent by another"])
async def test_what_a_broken_session_sent_is_told_again_where_another_sent_it_too(
    relaying_owner: Harness, broker: Broker, *, is_waiting: bool
) -> None:
    owner, _ = relaying_owner, broker
    relay = make_relay(owner)
    relay.overtaking, told = watched(owner)
    await owner.run(record)
    connection = await open_connection(owner.service.settings)
    relay.overtaking.sending(await connection.fetch("SELECT id, topic, key FROM outbox"))
    if not is_waiting:
        await connection.execute("DELETE FROM outbox")
    await connection.close()
    async with running(relay), asyncio.timeout(30):
        while await owner.outbox() or len(told) != (0 if is_waiting else 1):
            await asyncio.sleep(0.02)
    assert told == ([] if is_waiting else [KEY])


async def test_dead_letters_are_sent_twice_and_that_is_all(owner: Harness) -> None:
    overtaking, told = watched(owner)
    row: Any = {"id": 1, "topic": "ocop.registration.dlq", "key": KEY.encode()}
    overtaking.sending([row])
    connection = await open_connection(owner.service.settings)
    await overtaking.settle(connection)
    await connection.close()
    assert told == []
