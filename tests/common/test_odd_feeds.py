"""A feed that answers, but not as a feed does: a gap is waited for as if it did not answer, and never skipped."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text
from tests.common.reading import A, B, subjects, tell, withdrawn
from tests.harness import FakeRecord, Harness

from common.delivery.feed_reading import FeedMessage, Feeds, FeedUnavailableError
from common.delivery.plumbing import ParkedRow

MAINTENANCE = {"status": "maintenance"}


def answering(answer: object) -> Feeds:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    return Feeds({"registration": "http://owner"}, "", httpx.AsyncClient(transport=transport))


@pytest.fixture
async def records(owner: Harness) -> list[FakeRecord]:
    return list(await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 7))))


async def refuses(reader: Harness, feeds: Feeds, record: FakeRecord) -> None:
    with pytest.raises(FeedUnavailableError):
        await reader.service.make_consumer(feeds).consume([record])
    assert await reader.rows(select(ParkedRow.subject)) == []


@pytest.mark.parametrize(
    "answer",
    [MAINTENANCE, [], {"events": [{"keysequence": "many"}]}, {"events": [MAINTENANCE]}],
    ids=["another shape", "a list", "no number", "no event"],
)
async def test_a_gap_behind_an_answer_of_another_shape_is_closed_once_the_owner_tells_it(
    reader: Harness, records: list[FakeRecord], answer: object
) -> None:
    await reader.deliver_records(records[:1])
    await refuses(reader, answering(answer), records[4])
    await reader.deliver_records(records[4:])
    assert await subjects(reader) == [str(UUID(int=number)) for number in range(1, 7)]


async def test_an_address_that_is_none_is_as_if_nobody_answered(reader: Harness, records: list[FakeRecord]) -> None:
    await reader.deliver_records(records[:1])
    await refuses(reader, Feeds({"registration": "http://owner:80a"}, "", httpx.AsyncClient()), records[3])
    await reader.deliver_records(records[1:])
    assert await subjects(reader) == [str(UUID(int=number)) for number in range(1, 7)]


async def test_a_page_with_a_hole_is_not_taken_for_what_is_missing(
    owner: Harness, reader: Harness, records: list[FakeRecord]
) -> None:
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("DELETE FROM event_log WHERE key_sequence IN (2, 3)"))
    await reader.deliver_records(records[:1])
    await refuses(reader, reader.service.feeds, records[4])


class FailingFeeds(Feeds):
    """Feeds that fail in a way nobody foresaw."""

    async def events_of_key(self, owner: str, key: bytes, after: int, upto: int) -> list[FeedMessage]:  # noqa: ARG002  # as the feed is asked
        raise RuntimeError("unforeseen")


async def test_no_message_is_set_aside_over_a_gap_whatever_keeps_it_from_being_closed(
    reader: Harness, records: list[FakeRecord]
) -> None:
    await reader.deliver_records(records[:1])
    failing = reader.service.make_consumer(FailingFeeds({"registration": "http://owner"}, ""))
    with pytest.raises(RuntimeError, match="unforeseen"):
        await failing.consume([records[4]])
    assert await reader.rows(select(ParkedRow.subject)) == []
    await reader.deliver_records(records[4:])
    assert await subjects(reader) == [str(UUID(int=number)) for number in range(1, 7)]


async def test_an_owner_that_does_not_answer_keeps_nobody_from_what_another_has_lost(
    owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    await reader.deliver_records(records[:1])
    feeds = reader.service.feeds
    feeds.owners = ["allocation", "registration"]
    consumer = reader.service.make_consumer(feeds)
    vars(consumer)["_owners"] = ["allocation", "registration"]  # this reader listens to one
    with pytest.raises(FeedUnavailableError, match="allocation"):
        await consumer.reconcile()
    assert await subjects(reader) == [str(A), str(B)]
