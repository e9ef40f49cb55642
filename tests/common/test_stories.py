"""An owner's history key by key: each key's events whole and in order."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.common.reading import A, B, C, records_of_log, tell, withdrawn
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ApplicationWithdrawn
from common.delivery import stories
from common.delivery.envelope import MissingHeaderError
from common.delivery.messages import Message, read_record
from common.delivery.stories import Story, from_stories, read_stories

EDITIONS = [UUID(int=number) for number in (21, 22, 23)]


def of(edition_id: UUID, application_id: UUID) -> ApplicationWithdrawn:
    return sample(ApplicationWithdrawn, edition_id=edition_id, application_id=application_id)


async def told_stories(owner: Harness, first: UUID, last: UUID, after: int = 0, limit: int = 100) -> list[Story]:
    async with owner.unit_of_work() as uow:
        told = await read_stories(uow.session, str(first), str(last), after, limit)
    return from_stories(told) if told else []


def told_numbers(found: list[Story]) -> list[tuple[int, list[int]]]:
    return [(UUID(story.key).int, [cause.key_sequence for cause in story.causes]) for story in found]


async def mix(owner: Harness) -> Any:
    """Tell of three editions in turn."""
    return await tell(owner, *(of(edition, application) for application in (A, B, C) for edition in EDITIONS))


async def test_stories_tell_what_the_topic_told_each_key_in_its_order(owner: Harness):
    records = await mix(owner)
    found = await told_stories(owner, EDITIONS[0], EDITIONS[-1])
    assert told_numbers(found) == [(21, [1, 2, 3]), (22, [1, 2, 3]), (23, [1, 2, 3])]
    by_topic = sorted((read_record(record) for record in records), key=lambda one: one.key)
    assert [(cause, value) for story in found for cause, value in zip(story.causes, story.values, strict=True)] == [
        (message.cause, message.value) for message in by_topic if isinstance(message, Message)
    ]


async def test_stories_are_those_of_the_keys_asked_for(owner: Harness):
    await mix(owner)
    assert told_numbers(await told_stories(owner, EDITIONS[1], EDITIONS[1])) == [(22, [1, 2, 3])]


async def test_a_story_goes_on_after_a_number_and_those_behind_it_from_their_beginning(owner: Harness):
    await mix(owner)
    found = await told_stories(owner, EDITIONS[0], EDITIONS[-1], after=2, limit=3)
    assert told_numbers(found) == [(21, [3]), (22, [1, 2])]


async def test_a_piece_of_large_events_ends_early_and_has_one_at_least(owner: Harness, monkeypatch: pytest.MonkeyPatch):
    await mix(owner)
    monkeypatch.setattr(stories, "STORY_BYTES", 1)
    assert told_numbers(await told_stories(owner, EDITIONS[0], EDITIONS[-1])) == [(21, [1])]


async def test_values_come_as_they_are_whatever_their_bytes(owner: Harness):
    await tell(owner, withdrawn(A), withdrawn(B))
    odd = b'{"note":\n"\xe2\x98\x83 \x1f\x1e \\u0000"}\n'
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE event_log SET value = :odd WHERE position = 1"), {"odd": odd})
    edition_id = withdrawn(A).edition_id
    (story,) = await told_stories(owner, edition_id, edition_id)
    assert story.values == [odd, (await records_of_log(owner))[1].value]


@pytest.mark.parametrize(
    "change",
    [
        "headers - 'ce_source'",
        "headers - 'ce_type'",
        "headers - 'ce_time'",
        """headers || '{"ce_source": "elsewhere"}'""",
        """headers || '{"ce_time": "2020-06-01T02:00:00"}'""",
        """headers || '{"ce_subject": "one\\u001ftwo"}'""",
    ],
)
async def test_an_event_without_an_envelope_stops_a_rebuild(owner: Harness, change: str):
    await mix(owner)
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text(f"UPDATE event_log SET headers = {change} WHERE position = 2"))  # noqa: S608  # our own words
    with pytest.raises(MissingHeaderError):
        await told_stories(owner, EDITIONS[0], EDITIONS[-1])


async def test_stories_are_read_over_http_by_subscribers(owner: Harness, reader: Harness):
    await tell(owner, withdrawn(A))
    key = str(withdrawn(A).edition_id)
    told = await reader.service.feeds.stories("registration", key, key, 0)
    assert told is not None
    assert [cause.subject for story in from_stories(told) for cause in story.causes] == [str(A)]
    assert await reader.service.feeds.stories("registration", key, key, 1) == b""
