"""An owner's whole history, told in large pieces to subscribers."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.common.reading import A, B, C, records_of_log, tell, withdrawn
from tests.harness import Harness
from tests.histories import from_history

from common.delivery import feed
from common.delivery.envelope import MissingHeaderError
from common.delivery.feed import read_history
from common.delivery.messages import Message, read_record
from common.tokens import Role

TOPIC = "ocop.registration.events"


async def history(owner: Harness, after: int = 0, limit: int = 100) -> list[Message]:
    async with owner.unit_of_work() as uow:
        told = await read_history(uow.session, after, limit)
    return from_history(told, TOPIC) if told else []


def without_place(message: Any) -> Any:
    """Return a message as it is wherever it was read."""
    return message._replace(partition=-1, offset=-1, timestamp=0, headers=dict(sorted(message.headers.items())))


async def test_a_history_tells_what_the_topic_told(owner: Harness):
    records = await tell(owner, *(withdrawn(one) for one in (A, B, C)))
    assert [without_place(one) for one in await history(owner)] == [without_place(read_record(one)) for one in records]


async def test_a_history_goes_on_after_a_position_until_nothing_is_left(owner: Harness):
    await tell(owner, *(withdrawn(UUID(int=number)) for number in range(5)))
    found = [[one.cause.sequence for one in await history(owner, after, 2)] for after in (0, 2, 4, 5)]
    assert found == [[1, 2], [3, 4], [5], []]


async def test_values_come_as_they_are_whatever_their_bytes(owner: Harness):
    await tell(owner, withdrawn(A), withdrawn(B))
    odd = b'{"note":\n"\xe2\x98\x83 \\u0000"}\n'
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE event_log SET value = :odd WHERE position = 1"), {"odd": odd})
    first, second = await history(owner)
    assert first.value == odd
    assert second.value == (await records_of_log(owner))[1].value


async def test_a_piece_of_large_events_ends_early_and_has_one_at_least(owner: Harness, monkeypatch: pytest.MonkeyPatch):
    await tell(owner, withdrawn(A), withdrawn(B), withdrawn(C))
    monkeypatch.setattr(feed, "HISTORY_BYTES", 1)
    assert [one.cause.sequence for one in await history(owner)] == [1]
    assert [one.cause.sequence for one in await history(owner, 1)] == [2]


async def test_an_event_without_an_envelope_stops_a_rebuild(owner: Harness):
    await tell(owner, withdrawn(A))
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE event_log SET headers = headers - 'ce_source'"))
    with pytest.raises(MissingHeaderError):
        await history(owner)


async def test_a_history_is_read_over_http_by_subscribers(owner: Harness):
    await tell(owner, withdrawn(A))
    async with owner.client(Role.SUBSCRIBER) as client:
        told = await client.get("/registration/events/history")
        assert [one.cause.subject for one in from_history(told.content, TOPIC)] == [str(A)]
        assert (await client.get("/registration/events/history?after=1")).content == b""
