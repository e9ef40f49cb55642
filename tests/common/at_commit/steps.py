"""An event told while the relay rests: a leader that is stepped by hand, and what it sent."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
from tests.common.test_lone_events import Broker as AnsweringBroker
from tests.harness import Harness

from common.contracts.registration import RegistrationOpened
from common.delivery.at_commit import AtCommit
from common.delivery.leading import Leader
from common.delivery.relay import SERVER
from common.delivery.unit_of_work import UnitOfWork

TOPIC = "ocop.registration.events"


async def at_rest(owner: Harness, connection: asyncpg.Connection, sink: Any, door: AtCommit) -> Leader:
    """Return a leader that has found out what it must, and the door open as a relay at rest leaves it."""
    leader = Leader(connection, sink, TOPIC, 100, owner.service.metrics, at_commit=door)
    assert not await leader.turn()
    door.open(await connection.fetchval(SERVER))
    return leader


def sequences(sink: AnsweringBroker) -> list[int]:
    return [int(dict(message.headers)["ce_sequence"]) for message in sink.sent]


def editions(sink: AnsweringBroker) -> list[int]:
    return [UUID(message.key.decode()).int for message in sink.sent]


async def number_and(owner: Harness, door: AtCommit, happen: Callable[[UnitOfWork], Awaitable[None]]) -> None:
    """Tell of an edition, where something happens between the numbering and the commit."""
    async with owner.unit_of_work() as uow:
        uow.emit(RegistrationOpened(edition_id=UUID(int=7)))
        outgoing = list(uow.outgoing)
        uow.outgoing.clear()
        async with door.telling(uow.session, outgoing):
            await happen(uow)
