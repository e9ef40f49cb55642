"""What a reader misses, or cannot read the envelope of, comes from the owner's feed (docs/delivery.md)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import select
from tests.common.conftest import START, Poison
from tests.common.reading import A, B, C, subjects, tell, with_header, withdrawn, without_header
from tests.harness import FakeRecord, Harness

from common.delivery import feed
from common.delivery.feed_reading import Feeds, FeedUnavailableError
from common.delivery.outbox import MAX_VALUE_BYTES
from common.delivery.plumbing import ParkedRow
from common.tokens import Role, issue


async def test_a_gap_is_closed_from_the_owners_feed_before_what_comes_after_it(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 11)))
    await reader.deliver_records([records[0], records[9]])
    assert await subjects(reader) == [str(UUID(int=number)) for number in range(1, 11)]


async def test_what_is_missing_and_bad_parks_its_own_subject_and_not_that_of_the_message_behind_it(
    owner: Harness, reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(B)}
    records = await tell(owner, withdrawn(A), withdrawn(B), withdrawn(C))
    await reader.deliver_records([records[2]])
    assert await subjects(reader) == [str(A), str(C)]
    assert await reader.rows(select(ParkedRow.subject)) == [str(B)]


async def test_a_lost_last_event_is_found_by_comparing_with_the_owners_numbers(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    await reader.deliver_records(records[:1])
    assert await reader.service.consumer.reconcile() == 1
    assert await subjects(reader) == [str(A), str(B)]


async def test_a_page_of_large_events_is_short_and_all_of_them_come_all_the_same(
    owner: Harness, reader: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 7)))
    monkeypatch.setattr(feed, "PAGE_BYTES", len(records[0].value or b"") + 1)
    async with owner.client(Role.SUBSCRIBER) as client:
        page = (await client.get("/registration/events", params={"after": 1})).json()
    assert ([event["sequence"] for event in page["events"]], page["last"], page["head"]) == (["2", "3"], 3, 6)
    await reader.deliver_records([records[0], records[4]])
    assert await reader.service.consumer.reconcile() == 1
    assert await subjects(reader) == [str(UUID(int=number)) for number in range(1, 7)]


async def test_while_lost_events_are_looked_for_what_comes_by_the_topic_is_taken(
    owner: Harness, reader: Harness, signing_key: OKPKey
) -> None:
    inside, has_looked = httpx.ASGITransport(owner.app), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        answered = await inside.handle_async_request(request)
        has_looked.set()
        return answered

    token = issue(signing_key, role=Role.SUBSCRIBER, subject="reader", now=START)
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://owner")
    consumer = reader.service.make_consumer(Feeds({"registration": "http://owner"}, token, client))
    records, turn = await tell(owner, withdrawn(A)), asyncio.Lock()
    reconciling = asyncio.create_task(consumer.reconcile(turn))
    await has_looked.wait()
    async with turn:
        await consumer.consume(records)
    assert await reconciling == 0
    assert await subjects(reader) == [str(A)]


async def test_a_gap_that_nobody_can_close_is_waited_for_and_nothing_is_taken_in(
    owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    nobody = Feeds({"registration": "http://127.0.0.1:9"}, "", httpx.AsyncClient())
    consumer = reader.service.make_consumer(nobody)
    with pytest.raises(FeedUnavailableError):
        await consumer.consume([records[1]])
    assert await subjects(reader) == []
    assert consumer.waiting


BAD_ENVELOPES: dict[str, Callable[[FakeRecord], FakeRecord]] = {
    "a missing header": lambda record: without_header(record, "ce_id"),
    "a missing number": lambda record: without_header(record, "ce_keysequence"),
    "a null header": lambda record: with_header(record, "ce_type", None),
    "a header that is not UTF-8": lambda record: with_header(record, "ce_subject", b"\xff\xfe\x00"),
    "no key": lambda record: replace(record, key=None),
    "a number that is none": lambda record: with_header(record, "ce_keysequence", b"-1"),
    "an id that is none": lambda record: with_header(record, "ce_id", b"x"),
    "another version of the envelope": lambda record: with_header(record, "ce_specversion", b"0.3"),
}


@pytest.mark.parametrize("damage", BAD_ENVELOPES.values(), ids=BAD_ENVELOPES.keys())
async def test_an_unreadable_envelope_is_dead_and_a_good_copy_comes_from_the_feed(
    damage: Callable[[FakeRecord], FakeRecord], owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B), withdrawn(C))
    await reader.deliver_records([records[0], damage(records[1]), records[2]])
    assert await subjects(reader) == [str(A), str(B), str(C)]
    dead = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert [row.value for row in dead] == [records[1].value]
    assert dead[0].headers["x-dlq-error"]


async def test_a_large_record_with_a_bad_envelope_leaves_a_pointer_and_stops_nothing(
    owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    damaged = replace(without_header(records[0], "ce_id"), value=b" " * (MAX_VALUE_BYTES + 1))
    await reader.deliver_records([damaged, records[1]])
    assert await subjects(reader) == [str(A), str(B)]
    [dead] = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert dead.headers["x-dlq-value-bytes"] == str(MAX_VALUE_BYTES + 1)
