"""A long gap is closed page by page, each in a transaction of its own: memory stays flat, and what is stored stays stored."""

from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.common.conftest import EffectRow, Poison
from tests.common.reading import last_numbers, subjects, tell, withdrawn
from tests.harness import FakeRecord, Harness

from common.delivery.feed import PAGE
from common.delivery.feed_reading import FeedMessage, Feeds, FeedUnavailableError
from common.delivery.plumbing import ParkedRow

MISSING = PAGE + 100
LAST = MISSING + 3


def ids(first: int, last: int) -> list[str]:
    return [str(UUID(int=number)) for number in range(first, last + 1)]


@pytest.fixture
async def records(owner: Harness) -> list[FakeRecord]:
    return list(await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, LAST + 1))))


def breaking_off(feeds: Feeds, after_pages: int) -> Feeds:
    """Let feeds answer some pages, and no more."""
    answered, ask = 0, feeds.events_of_key

    async def events_of_key(owner: str, key: bytes, after: int, upto: int) -> list[FeedMessage]:
        nonlocal answered
        answered += 1
        if answered > after_pages:
            raise FeedUnavailableError(owner)
        return await ask(owner, key, after, upto)

    vars(feeds)["events_of_key"] = events_of_key
    return feeds


@pytest.mark.parametrize("behind", [1, 2])
async def test_what_came_of_a_gap_is_kept_when_the_feed_breaks_off_within_it(
    reader: Harness, records: list[FakeRecord], behind: int
) -> None:
    consumer = reader.service.make_consumer(breaking_off(reader.service.feeds, after_pages=1))
    with pytest.raises(FeedUnavailableError):
        await consumer.consume([*records[:1], *records[-behind:]])
    assert await reader.rows(select(func.count()).select_from(EffectRow)) == [PAGE + 1]
    assert await last_numbers(reader) == [PAGE + 1]
    vars(reader.service.feeds).pop("events_of_key")
    await reader.deliver_records([*records[:1], *records[-behind:]])
    assert await subjects(reader) == ids(1, LAST)


async def test_a_bad_message_within_a_long_gap_parks_its_own_subject_alone(
    reader: Harness, records: list[FakeRecord], poison: Poison
) -> None:
    poison.subjects = {*ids(PAGE + 50, PAGE + 50)}
    await reader.deliver_records([records[0], *records[-2:]])
    assert await subjects(reader) == [one for one in ids(1, LAST) if one not in poison.subjects]
    assert await reader.rows(select(ParkedRow.subject)) == [*poison.subjects]
