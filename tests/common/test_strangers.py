"""Numbers that an owner does not have: its own word tells a gap, which is waited for, from a stranger's record."""

from uuid import UUID

import httpx
import pytest
from structlog.testing import capture_logs
from tests.common.reading import last_numbers, subjects, tell, with_header, withdrawn
from tests.common.test_epochs import go_back, ids, memory, numbered, restart_in_new_epoch
from tests.harness import FakeRecord, Harness

from common.delivery.comparing import OwnerWentBackError
from common.delivery.feed_reading import Feeds, FeedUnavailableError
from common.delivery.plumbing import OutboxRow


async def dead_letters(reader: Harness) -> list[OutboxRow]:
    return [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]


def ahead(record: FakeRecord, number: int = 900, source: str = "/ocop/registration") -> FakeRecord:
    odd = with_header(record, "ce_source", source.encode())
    return with_header(odd, "ce_keysequence", str(number).encode())


@pytest.mark.parametrize("taken", [0, 2, 5], ids=["none of it", "some of it", "all of it"])
@pytest.mark.parametrize("source", ["/ocop/registration", "/ocop/registration/2", "/ocop/registration/9999"])
async def test_a_number_that_the_owner_does_not_have_is_a_dead_letter_and_all_else_goes_on(
    source: str, taken: int, owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, *numbered(1, 5))
    await reader.deliver_records(records[:taken])
    with capture_logs() as logs:
        await reader.deliver_records([ahead(records[4], source=source), *records[taken:]])
    assert await subjects(reader) == ids(1, 5)
    assert {number for number in await last_numbers(reader) if number} == {5}
    [dead] = await dead_letters(reader)
    assert "registration has no event" in dead.headers["x-dlq-reason"]
    assert [line["log_level"] for line in logs if line["event"] == "message_unreadable"] == ["error"]
    assert b'ocop_messages_dead_total{reason="envelope",service="reader"} 1.0' in reader.service.metrics.text()


async def test_a_key_that_the_owner_does_not_know_is_one_too(owner: Harness, reader: Harness) -> None:
    [record] = await tell(owner, withdrawn(UUID(int=1)))
    stranger = FakeRecord(record.topic, b"unheard-of", record.value, ahead(record).headers)
    await reader.deliver_records([stranger, record])
    assert await subjects(reader) == ids(1, 1)
    assert len(await dead_letters(reader)) == 1


async def test_while_the_owner_is_away_it_waits(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *numbered(1, 5))
    nobody = reader.service.make_consumer(Feeds({"registration": "http://127.0.0.1:9"}, "", httpx.AsyncClient()))
    with pytest.raises(FeedUnavailableError):
        await nobody.consume([ahead(records[4])])
    assert await dead_letters(reader) == []


async def test_while_the_owner_lacks_what_was_taken_from_it_it_waits(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *numbered(1, 8))
    await reader.deliver_records(records[:5])
    await go_back(owner, 3)
    with pytest.raises(OwnerWentBackError):
        await reader.service.consumer.consume([records[7]])
    assert await dead_letters(reader) == []


async def test_what_an_owner_has_again_later_is_taken_then(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *numbered(1, 5))
    await go_back(owner, 0)
    await reader.deliver_records([records[4]])
    assert len(await dead_letters(reader)) == 1
    await tell(owner, *numbered(11, 15))
    assert await reader.service.consumer.reconcile() == 5


async def test_what_an_owner_forgot_and_nobody_can_close_gives_way_to_its_new_epoch(
    owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, *numbered(1, 8))
    await reader.deliver_records(records[:3])
    await go_back(owner, 3)
    source = await restart_in_new_epoch(owner)
    new = await tell(owner, *numbered(11, 12))
    await reader.deliver_records([records[7], *new[3:]])
    assert await subjects(reader) == [*ids(1, 3), *ids(11, 12)]
    assert (await memory(reader))[source] == 5
    assert len(await dead_letters(reader)) == 1
