"""What tests of reading share: subjects, records damaged in one place, and an owner that tells."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from tests.common.conftest import EffectRow, number_all
from tests.factories import sample
from tests.harness import FakeRecord, Harness

from common.contracts.registration import ApplicationWithdrawn
from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE
from common.delivery.plumbing import InboxRow
from common.delivery.unit_of_work import UnitOfWork

A, B, C = (UUID(int=number) for number in (10, 11, 12))


def withdrawn(application_id: UUID) -> ApplicationWithdrawn:
    return sample(ApplicationWithdrawn, application_id=application_id)


async def subjects(reader: Harness) -> list[str]:
    return await reader.rows(select(EffectRow.subject).order_by(EffectRow.id))


async def last_numbers(reader: Harness) -> list[int]:
    return await reader.rows(select(InboxRow.last))


def with_header(record: FakeRecord, name: str, value: bytes | None) -> FakeRecord:
    return replace(record, headers=tuple((n, value if n == name else v) for n, v in record.headers))


def without_header(record: FakeRecord, name: str) -> FakeRecord:
    return replace(record, headers=tuple((n, v) for n, v in record.headers if n != name))


async def tell(owner: Harness, *events: Any) -> list[FakeRecord]:
    """Let the owner tell events through its outbox and log; return them as records of its topic."""

    async def emit_all(uow: UnitOfWork) -> None:
        for event in events:
            uow.emit(event)

    await owner.run(emit_all)
    await number_all(owner)
    return await records_of_log(owner)


async def records_of_log(owner: Harness) -> list[FakeRecord]:
    async with owner.unit_of_work() as uow:
        rows = await uow.session.execute(
            text("SELECT position, key, key_sequence, headers, value FROM event_log ORDER BY position")
        )
        return [
            FakeRecord(
                "ocop.registration.events",
                bytes(key),
                bytes(value),
                tuple(
                    (name, str(value).encode())
                    for name, value in {**headers, SEQUENCE: position, KEY_SEQUENCE: number}.items()
                ),
            )
            for position, key, number, headers, value in rows
        ]
