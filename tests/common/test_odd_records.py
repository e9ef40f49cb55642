"""Odd records, as a stranger's program writes them: each is a dead letter or parked, and stops nothing beside it."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.common.conftest import Poison
from tests.common.reading import A, B, C, last_numbers, subjects, tell, with_header, withdrawn, without_header
from tests.harness import FakeRecord, Harness

from common.delivery.messages import BadMessage, Message, dead_letter, read_record
from common.delivery.outbox import MAX_HEADER_BYTES
from common.delivery.plumbing import OutboxRow, ParkedRow

LONG = secrets.token_hex(6000).encode()


def more(record: FakeRecord, name: str, value: bytes | None) -> FakeRecord:
    return replace(record, headers=(*record.headers, (name, value)))


async def dead_letters(reader: Harness) -> list[OutboxRow]:
    return [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]


ODD: dict[str, Callable[[FakeRecord], FakeRecord]] = {
    "an empty subject": lambda record: with_header(record, "ce_subject", b""),
    "a subject longer than an index takes": lambda record: with_header(record, "ce_subject", LONG),
    "a key longer than an index takes": lambda record: replace(record, key=LONG),
    "a zero byte in the key": lambda record: replace(record, key=b"a\x00b"),
    "a zero byte in a header's name": lambda record: more(record, "a\x00b", b"1"),
    "half a character in a header's name": lambda record: more(record, "a\ud800b", b"1"),
    "a header of 900 kB": lambda record: more(record, "x-junk", b"\xff" * 900_000),
    "many headers": lambda record: replace(record, headers=(*record.headers, *((f"x-{n}", LONG) for n in range(70)))),
    "a source of another form": lambda record: with_header(record, "ce_source", b"/ocop/registration/old"),
    "an epoch that nobody lives to see": lambda record: with_header(
        record, "ce_source", b"/ocop/registration/99999999"
    ),
    "an epoch of 5,000 digits": lambda record: with_header(record, "ce_source", b"/ocop/registration/" + b"9" * 5000),
    "the source of nobody": lambda record: with_header(record, "ce_source", b"/ocop/nobody"),
    "the source of another owner": lambda record: with_header(record, "ce_source", b"/ocop/allocation"),
    "the topic of another owner": lambda record: replace(record, topic="ocop.allocation.events"),
}


@pytest.mark.parametrize("number", [b"2", b"5"], ids=["the next number", "a number ahead"])
@pytest.mark.parametrize("make_odd", ODD.values(), ids=ODD.keys())
async def test_an_odd_record_is_a_dead_letter_and_the_real_event_has_its_effect(
    make_odd: Callable[[FakeRecord], FakeRecord], number: bytes, owner: Harness, reader: Harness, poison: Poison
) -> None:
    poison.subjects.add("")
    records = await tell(owner, withdrawn(A), withdrawn(B), withdrawn(C))
    odd = replace(make_odd(with_header(records[1], "ce_keysequence", number)), value=b"{}")
    await reader.deliver_records([records[0], odd, *records[1:]])
    assert await subjects(reader) == [str(A), str(B), str(C)]
    assert await last_numbers(reader) == [3]
    assert await reader.rows(select(ParkedRow.subject)) == []
    [dead] = await dead_letters(reader)
    assert len(dead.key) + sum(map(len, dead.headers.values())) < 2 * MAX_HEADER_BYTES
    assert dead.headers["x-dlq-reason"]


@pytest.mark.parametrize("make_odd", ODD.values(), ids=ODD.keys())
async def test_an_odd_record_without_an_envelope_is_a_dead_letter_too(
    make_odd: Callable[[FakeRecord], FakeRecord], reader: Harness
) -> None:
    odd = without_header(make_odd(reader.record(withdrawn(A))), "ce_id")
    await reader.deliver_records([odd])
    assert len(await dead_letters(reader)) == 1


def test_a_dead_letter_of_large_headers_is_a_pointer() -> None:
    record = FakeRecord("ocop.registration.events", b"k" * 900_000, b"{}", (("x-junk", b"\xff" * 900_000),), 3, 17)
    bad = read_record(record)
    assert isinstance(bad, BadMessage)
    letter = dead_letter("reader", bad, bad.error, bad.error, 1, "now")
    letter.check_size()
    assert letter.value is None
    assert len(letter.key) <= MAX_HEADER_BYTES
    assert {name for name in letter.headers if not name.startswith("x-dlq-")} == set()
    assert (letter.headers["x-dlq-partition"], letter.headers["x-dlq-offset"]) == ("3", "17")
    assert int(letter.headers["x-dlq-header-bytes"]) > 900_000


def test_a_header_named_in_another_script_is_no_fault(reader: Harness) -> None:
    message = read_record(more(reader.record(withdrawn(A)), "x-kỳ", b"1"))
    assert isinstance(message, Message)
    assert message.headers["x-kỳ"] == "1"
