"""A message that fails parks its subject and nothing else; redrive and drop of what is parked (docs/delivery.md)."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.common.conftest import EffectRow, Poison
from tests.common.reading import A, B, C, last_numbers, subjects, withdrawn
from tests.factories import EDITION_ID, sample
from tests.harness import Harness

from common.contracts.registration import (
    EditionCancelled,
    EditionSuspended,
)
from common.delivery.outbox import MAX_VALUE_BYTES
from common.delivery.plumbing import ParkedMessageRow, ParkedRow

EDITION = str(EDITION_ID)
SOURCE = "/ocop/registration"
BAD_VALUES: dict[str, bytes | None] = {
    "broken JSON": b'{"edition_id": ',
    "a null value": None,
    "a field that is missing": b"{}",
    "a field of the wrong type": b'{"edition_id": 7, "application_id": [], "vendor_id": "", "by": 1, "reason_code": 2}',
    "bytes": b"\x00\xff\x17",
}


@pytest.mark.parametrize("value", BAD_VALUES.values(), ids=BAD_VALUES.keys())
async def test_a_bad_value_parks_its_subject_and_everything_else_goes_on(value: bytes | None, reader: Harness) -> None:
    records = [reader.record(withdrawn(subject)) for subject in (A, B, A, C)]
    records[0] = replace(records[0], value=value)
    await reader.deliver_records(records)
    assert await subjects(reader) == [str(B), str(C)]
    assert await reader.rows(select(ParkedRow.subject)) == [str(A)]
    assert len(await reader.rows(select(ParkedMessageRow.id))) == 2
    dead = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert [row.value for row in dead] == [value]
    assert dead[0].headers["x-dlq-error"] == "UnreadableEventError"
    reason = dead[0].headers["x-dlq-reason"]
    assert reason.startswith("UnreadableEventError: ocop.registration.application_withdrawn.v1: ")
    assert [row.reason for row in await reader.service.dead_letters.list_subjects()] == [reason]
    assert await last_numbers(reader) == [4]


async def test_what_needs_all_waits_while_anything_of_its_key_is_parked_and_then_the_whole_key_waits(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(B))
    await reader.deliver(sample(EditionCancelled), withdrawn(C))
    assert await subjects(reader) == [str(B)]
    assert sorted(await reader.rows(select(ParkedRow.subject))) == ["", str(A)]


async def test_what_is_about_a_whole_key_comes_once_more_for_each_subject_that_was_parked_in_its_turn(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A), str(B)}
    await reader.deliver(withdrawn(A), withdrawn(B), withdrawn(C), sample(EditionSuspended), withdrawn(A))
    assert await subjects(reader) == [str(C), EDITION]
    poison.subjects = set()
    letters = reader.service.dead_letters
    done = await letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert (done.ran, done.error) == (3, None)
    told = await reader.rows(select(EffectRow.what).order_by(EffectRow.id).offset(2))
    assert told == ["application_withdrawn", "for a parked one", "application_withdrawn"]
    assert (await subjects(reader))[2:] == [str(A)] * 3
    await letters.redrive(SOURCE, EDITION, str(B), by="Đào")
    assert (await subjects(reader))[5:] == [str(B)] * 2
    assert await reader.rows(select(ParkedMessageRow.id)) == []


async def test_what_failed_for_its_key_leaves_itself_behind_what_is_parked_once_it_ran(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A), EDITION}
    await reader.deliver(withdrawn(A), sample(EditionSuspended), withdrawn(A))
    poison.subjects = {f"suspended {A}"}
    letters = reader.service.dead_letters
    assert (await letters.redrive(SOURCE, EDITION, EDITION, by="Đào")).ran == 1
    listed = await letters.list_messages(SOURCE, EDITION)
    assert [row.headers["ce_subject"] for row in listed] == [str(A), EDITION, str(A)]
    stopped = await letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert stopped.ran == 1
    assert stopped.error
    assert [row.messages for row in await letters.list_subjects()] == [2]
    poison.subjects = set()
    assert (await letters.redrive(SOURCE, EDITION, str(A), by="Đào")).ran == 2
    assert await subjects(reader) == [EDITION, *[str(A)] * 3]
    told = await reader.rows(select(EffectRow.what).order_by(EffectRow.id).offset(1))
    assert told == ["application_withdrawn", "for a parked one", "application_withdrawn"]


async def test_another_edition_is_untouched_by_a_parked_key(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), sample(EditionCancelled))
    other = sample(EditionSuspended, edition_id=UUID(int=77))
    await reader.deliver(other)
    assert await subjects(reader) == [other.subject]


async def test_a_redrive_after_a_mend_runs_everything_in_order_and_frees_the_key(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(B), withdrawn(A), sample(EditionCancelled), withdrawn(C))
    poison.subjects = set()
    done = await reader.service.dead_letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert (done.ran, done.error) == (4, None)
    assert await subjects(reader) == [str(B), str(A), str(A), EDITION, str(C)]
    assert await reader.rows(select(ParkedRow.subject)) == []
    again = await reader.service.dead_letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert again.ran == 0
    await reader.deliver(withdrawn(A))
    assert (await subjects(reader))[-1] == str(A)


async def test_the_whole_key_waits_on_while_another_subject_of_it_is_parked(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A), str(B)}
    await reader.deliver(withdrawn(A), withdrawn(B), sample(EditionCancelled), withdrawn(C))
    poison.subjects = set()
    letters = reader.service.dead_letters
    for subject in (str(A), ""):  # with the subject, and asked for by name
        await letters.redrive(SOURCE, EDITION, subject, by="Đào")
        assert await subjects(reader) == [str(A)]
        assert sorted(await reader.rows(select(ParkedRow.subject))) == ["", str(B)]
    await letters.redrive(SOURCE, EDITION, str(B), by="Đào")
    assert await subjects(reader) == [str(A), str(B), EDITION, str(C)]


async def test_a_redrive_without_a_mend_changes_nothing(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(A))
    done = await reader.service.dead_letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert done.ran == 0
    assert done.error
    assert await subjects(reader) == []
    assert len(await reader.rows(select(ParkedMessageRow.id))) == 2


async def test_a_dropped_message_is_gone_and_those_behind_it_run(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(A))
    letters = reader.service.dead_letters
    assert await letters.drop(SOURCE, EDITION, str(A), by="Đào", reason="sent by mistake") == 1
    poison.subjects = set()
    assert (await letters.redrive(SOURCE, EDITION, str(A), by="Đào")).ran == 1
    assert await subjects(reader) == [str(A)]


async def test_redrives_beside_live_traffic_of_the_key_give_each_event_one_effect(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(*[withdrawn(A)] * 10)
    poison.subjects = set()
    letters = reader.service.dead_letters
    live = [reader.record(withdrawn(A)) for _ in range(10)]
    await asyncio.gather(
        letters.redrive(SOURCE, EDITION, str(A), by="one"),
        letters.redrive(SOURCE, EDITION, str(A), by="two"),
        *(reader.service.consumer.consume([record]) for record in live[:1]),
    )
    for record in live[1:]:
        await reader.service.consumer.consume([record])
    await letters.redrive(SOURCE, EDITION, str(A), by="one")
    ids = await reader.rows(select(EffectRow.event_id))
    assert len(ids) == len(set(ids)) == 20


async def test_a_poison_message_too_large_for_the_dead_letters_is_kept_here_and_stops_nothing(reader: Harness) -> None:
    large = replace(reader.record(withdrawn(A)), value=b"{" + b" " * MAX_VALUE_BYTES)
    await reader.deliver_records([large, reader.record(withdrawn(B))])
    assert await subjects(reader) == [str(B)]
    assert await reader.rows(select(ParkedMessageRow.value)) == [large.value]
    [dead] = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert (dead.value, dead.headers["x-dlq-value-bytes"]) == (None, str(MAX_VALUE_BYTES + 1))
