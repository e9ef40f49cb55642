"""A database that went back in time and was started as if nothing had been: nothing of it is lost, and it is said."""

import asyncio
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs
from tests.brokers.kinds import Broker
from tests.common import relaying
from tests.common.reading import A, subjects, tell, with_header, withdrawn
from tests.common.test_epochs import go_back, ids, memory, numbered, restart_in_new_epoch
from tests.harness import FakeRecord, Harness

from common.delivery.comparing import OwnerWentBackError, find_ahead
from common.delivery.feed_reading import Feeds
from common.delivery.plumbing import EventLogHeadRow
from common.delivery.topic_end import highest_position, read_topic_end

FIRST, SECOND = "/ocop/registration", "/ocop/registration/2"


def went_back(harness: Harness) -> float | None:
    labels = {"service": harness.name, "owner": "registration"}
    return harness.service.metrics.registry.get_sample_value("ocop_owner_went_back", labels)


@pytest.fixture
async def told_again(owner: Harness, reader: Harness) -> list[FakeRecord]:
    """The owner was restored to its third event, started, and told others under the numbers 4 and 5 that are known."""
    await reader.deliver_records(await tell(owner, *numbered(1, 6)))
    await go_back(owner, 3)
    return list(await tell(owner, *numbered(14, 15)))


async def test_what_comes_under_known_numbers_is_not_taken_for_copies_and_is_said_with_what_to_do(
    reader: Harness, told_again: list[FakeRecord]
) -> None:
    with capture_logs() as logs, pytest.raises(OwnerWentBackError, match=r"docs/operate/restore\.md"):
        await reader.deliver_records(told_again[3:])
    [line] = [line for line in logs if line["event"] == "owner_went_back"]
    assert (line["owner"], line["taken"], line["last"]) == ("registration", 6, 5)
    assert line["do"] == "docs/operate/restore.md"
    assert went_back(reader) == 1
    assert await subjects(reader) == ids(1, 6)


async def test_nothing_more_is_taken_of_it_whatever_the_number(
    owner: Harness, reader: Harness, told_again: list[FakeRecord]
) -> None:
    with pytest.raises(OwnerWentBackError):
        await reader.deliver_records(told_again[3:])
    other = [
        record
        for record in await tell(owner, withdrawn(A).model_copy(update={"edition_id": A}))
        if record.key == str(A).encode()
    ]
    with pytest.raises(OwnerWentBackError):
        await reader.deliver_records(other)
    assert await memory(reader) == {FIRST: 6}


async def test_once_the_runbook_was_done_what_was_told_meanwhile_is_taken(
    owner: Harness, reader: Harness, told_again: list[FakeRecord]
) -> None:
    with pytest.raises(OwnerWentBackError):
        await reader.deliver_records(told_again[3:])
    async with owner.unit_of_work() as uow:
        [restored_at] = await uow.session.scalars(text("SELECT logged_at FROM event_log WHERE position = 4"))
    assert await restart_in_new_epoch(owner, restored_at) == SECOND
    assert await head(owner) == (5, 3)  # they go out again
    await reader.deliver_records([*told_again[3:], *(await tell(owner, *numbered(16, 16)))[3:]])
    assert await subjects(reader) == [*ids(1, 6), *ids(14, 16)]
    assert went_back(reader) == 0


async def test_the_comparison_of_every_few_minutes_sees_it_before_anything_is_told(
    owner: Harness, reader: Harness
) -> None:
    await reader.deliver_records(await tell(owner, *numbered(1, 6)))
    await go_back(owner, 3)
    with pytest.raises(OwnerWentBackError):
        await reader.service.consumer.reconcile()
    assert went_back(reader) == 1
    await restart_in_new_epoch(owner)
    assert await reader.service.consumer.reconcile() == 0
    assert went_back(reader) == 0


async def test_copies_of_an_owner_that_does_not_answer_are_dropped_as_ever(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *numbered(1, 3))
    await reader.deliver_records(records)
    nobody = Feeds({"registration": "http://127.0.0.1:9"}, "", httpx.AsyncClient())
    await reader.service.make_consumer(nobody).consume(records)
    assert await subjects(reader) == ids(1, 3)


def test_an_owner_is_behind_by_what_it_tells_under_now_and_not_by_what_its_new_source_gave_up() -> None:
    key = b"an edition"
    assert find_ahead({(FIRST, key): 6}, FIRST, {(FIRST, key): 6}) is None
    assert find_ahead({(FIRST, key): 6}, FIRST, {(FIRST, key): 5}) == (FIRST, key)
    assert find_ahead({(FIRST, key): 6}, FIRST, {}) == (FIRST, key)
    assert find_ahead({(FIRST, key): 6}, SECOND, {(FIRST, key): 3}) is None
    assert find_ahead({(SECOND, key): 1}, FIRST, {(FIRST, key): 8}) == (SECOND, key)
    assert find_ahead({(SECOND, key): 0, (FIRST, key): 0}, FIRST, {}) is None


async def test_an_owner_that_does_not_say_under_what_it_tells_is_believed(owner: Harness, reader: Harness) -> None:
    await reader.deliver_records(await tell(owner, *numbered(1, 6)))
    await go_back(owner, 3)

    async def of_an_older_version(_owner: str) -> str:
        return ""

    vars(reader.service.feeds)["told_under"] = of_an_older_version
    assert await reader.service.consumer.reconcile() == 0


async def head(owner: Harness) -> tuple[int, int]:
    [row] = await owner.rows(select(EventLogHeadRow))
    return row.position, row.published


async def publish(owner: Harness, *edition_ids: int) -> None:
    async with relaying.running(relaying.make_relay(owner)):
        await relaying.tell(owner, *edition_ids)
        await relaying.wait_until_published(owner)


async def forget_the_last(owner: Harness, position: int) -> None:
    async with owner.unit_of_work() as uow:
        for statement in (
            "DELETE FROM event_log WHERE position > :position",
            "UPDATE event_log_head SET position = :position, published = :position",
            "UPDATE event_log_keys AS k SET last = (SELECT count(*) FROM event_log WHERE key = k.key)",
        ):
            await uow.session.execute(text(statement), {"position": position})


async def test_a_log_behind_its_topic_gives_no_number_until_it_is_completed(
    relaying_owner: Harness, broker: Broker
) -> None:
    owner = relaying_owner
    await publish(owner, 1, 2, 1, 3, 1)
    await forget_the_last(owner, 3)
    relay = relaying.make_relay(owner)
    with capture_logs() as logs:
        async with relaying.running(relay):
            await relaying.tell(owner, 1)
            async with asyncio.timeout(30):
                while went_back(owner) != 1:
                    await asyncio.sleep(0.02)
            await relaying.tell(owner, 1)  # nor at its commit
            relay.stop()
    assert await head(owner) == (3, 3)
    [line] = [line for line in logs if line["event"] == "log_went_back"]
    assert (line["log_position"], line["topic_position"], line["do"]) == (3, 5, "docs/operate/restore.md")


async def test_a_log_in_a_new_epoch_may_lack_what_the_epoch_before_told(
    relaying_owner: Harness, broker: Broker
) -> None:
    owner = relaying_owner
    await publish(owner, 1, 1, 1, 1)
    await forget_the_last(owner, 2)
    await restart_in_new_epoch(owner)
    await publish(owner, 1)
    assert await head(owner) == (3, 3)
    assert went_back(owner) == 0
    assert await read_topic_end("ocop.registration.events", owner.service.settings, SECOND) == 3
    assert await read_topic_end("ocop.registration.events", owner.service.settings, FIRST) == 4
    _ = broker


def test_what_is_no_event_of_ours_has_no_position(owner: Harness) -> None:
    def told(source: str, position: bytes | None) -> FakeRecord:
        return with_header(with_header(real, "ce_source", source.encode()), "ce_sequence", position)

    real = owner.record(withdrawn(UUID(int=1)))
    records = [
        FakeRecord("t", b"k", b"", ()),
        told("/ocop/allocation", b"90"),
        told(FIRST, b"9" * 5000),
        told(FIRST, None),
        told(FIRST, b"9"),
        told(SECOND, b"7"),
    ]
    assert highest_position(records, 1) == 9
    assert highest_position(records, 2) == 7
    assert highest_position(records, 3) == 0
