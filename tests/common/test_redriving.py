"""A re-drive that is stopped: by the database, by the message, by a version that knows its type no longer; and its audit."""

from uuid import UUID

import pytest
from asyncpg import DeadlockDetectedError
from sqlalchemy import select, update
from tests.common.conftest import Poison
from tests.common.reading import A, B, C, subjects, withdrawn
from tests.factories import EDITION_ID, sample
from tests.harness import Harness

from common.contracts.registration import EditionCancelled
from common.delivery import dead_letters
from common.delivery.plumbing import ParkedMessageRow, ParkedRow, ReDriveRow

EDITION = str(EDITION_ID)
SOURCE = "/ocop/registration"
UNREADABLE = "UnreadableEventError: ocop.registration.application_withdrawn.v1: not JSON"


@pytest.fixture
async def blocked(reader: Harness, poison: Poison) -> Harness:
    """A reader whose whole key waits behind A, which is mended."""
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), sample(EditionCancelled), withdrawn(C))
    poison.subjects = set()
    return reader


async def parked(reader: Harness) -> list[str]:
    return sorted(await reader.rows(select(ParkedRow.subject)))


async def audit(reader: Harness) -> list[tuple[str, str, int]]:
    rows = await reader.rows(select(ReDriveRow).order_by(ReDriveRow.id))
    return [(row.subject, row.reason, row.messages) for row in rows]


async def redrive(reader: Harness, subject: UUID | str) -> dead_letters.ReDriven:
    return await reader.service.dead_letters.redrive(SOURCE, EDITION, str(subject), by="Đào")


async def test_a_message_behind_the_whole_key_that_fails_becomes_the_dead_one_of_its_subject(
    blocked: Harness, poison: Poison
) -> None:
    poison.subjects = {EDITION}
    done = await redrive(blocked, A)
    assert done.ran == 1
    assert str(done.error).startswith("RuntimeError at tests.common.conftest:")
    assert await parked(blocked) == ["", EDITION]
    poison.subjects = set()
    assert (await redrive(blocked, EDITION)).ran == 2
    assert await subjects(blocked) == [str(A), EDITION, str(C)]


async def test_a_database_that_stays_at_fault_stops_a_redrive_and_changes_nothing(
    blocked: Harness, poison: Poison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "PAUSE_SECONDS", 0.001)
    poison.subjects = {EDITION}
    poison.errors = [DeadlockDetectedError("deadlock") for _ in range(dead_letters.TRIES)]
    done = await redrive(blocked, A)
    assert done.ran == 1
    assert str(done.error).startswith("DeadlockDetectedError: SQLSTATE 40P01 at tests.common.conftest:")
    assert await parked(blocked) == [""]
    assert await blocked.rows(select(ParkedMessageRow.error)) == [None, None]
    assert await audit(blocked) == [(str(A), "", 1), ("", f"stopped by {done.error}", 0)]
    poison.subjects = set()
    assert (await redrive(blocked, "")).ran == 2
    assert await parked(blocked) == []


async def test_a_deadlock_is_tried_again_at_once(blocked: Harness, poison: Poison) -> None:
    deadlocks: list[Exception] = [DeadlockDetectedError("deadlock"), DeadlockDetectedError("deadlock")]

    class Passing(set[str]):
        def __contains__(self, subject: object) -> bool:
            return subject == EDITION and bool(deadlocks)

    poison.subjects, poison.errors = Passing(), deadlocks
    done = await redrive(blocked, A)
    assert (done.ran, done.error) == (3, None)
    assert await subjects(blocked) == [str(A), EDITION, str(C)]
    assert await parked(blocked) == []


async def test_a_redrive_that_fails_on_the_third_keeps_in_the_audit_what_ran(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(A), withdrawn(A), withdrawn(B))
    async with reader.unit_of_work() as uow:
        last = (await reader.rows(select(ParkedMessageRow.id).order_by(ParkedMessageRow.id)))[-1]
        await uow.session.execute(update(ParkedMessageRow).where(ParkedMessageRow.id == last).values(value=b"{"))
    poison.subjects = set()
    assert (await redrive(reader, A)).ran == 2
    assert await audit(reader) == [(str(A), f"stopped by {UNREADABLE}", 2)]
    assert (await redrive(reader, A)).ran == 0
    assert (await audit(reader))[1:] == [(str(A), f"stopped by {UNREADABLE}", 0)]


async def test_a_type_that_nothing_reacts_to_any_more_stays_and_is_named(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A))
    service = reader.service
    letters = dead_letters.DeadLetters(service.units, [])
    done = await letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert done.ran == 0
    assert done.error is not None
    assert done.error.startswith("NoReactionError: nothing reacts to ocop.registration.application_withdrawn.v1")
    assert len(await reader.rows(select(ParkedMessageRow.id))) == 1
