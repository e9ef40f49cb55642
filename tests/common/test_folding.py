"""Stories folded: each row written once, what goes on in the next piece included, and nothing left to the consumer."""

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Mapped, mapped_column
from structlog.testing import capture_logs
from tests.common.reading import A, B, C, tell
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ApplicationWithdrawn
from common.database.engine import declare_base
from common.delivery import stories
from common.delivery.consuming import on
from common.delivery.folding import Folding, Piece
from common.delivery.gathering import gather
from common.delivery.plumbing import InboxRow, ParkedRow
from common.delivery.unit_of_work import UnitOfWork

Base = declare_base()
FIRST, SECOND = UUID(int=41), UUID(int=42)
BOTH = Piece("registration", str(FIRST), str(SECOND), 2)


class FoldedRow(Base):
    """The last number told of an application."""

    __tablename__ = "folded"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]


def left(edition_id: UUID, application_id: UUID) -> ApplicationWithdrawn:
    return sample(ApplicationWithdrawn, edition_id=edition_id, application_id=application_id)


async def keep(uow: UnitOfWork, event: ApplicationWithdrawn) -> None:
    assert uow.cause is not None
    gather(uow.session, FoldedRow, {"application_id": event.application_id}, {"number": uow.cause.key_sequence})


@pytest.fixture
async def teller(toy_databases: dict[str, tuple[str, str]], reader: Harness) -> AsyncGenerator[Harness]:
    engine = create_async_engine(toy_databases["reader_toy"][1])
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    reader.service.subscriptions = [on(ApplicationWithdrawn, keep)]
    reader.service.consumer = reader.service.make_consumer(reader.service.feeds)
    yield reader
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    await engine.dispose()


@pytest.fixture
def folding(teller: Harness) -> Folding:
    service = teller.service
    return Folding(service.subscriptions, service.feeds, service.units, service.consumer)


async def folded(teller: Harness) -> dict[UUID, int]:
    rows = await teller.rows(select(FoldedRow).order_by(FoldedRow.application_id))
    return {row.application_id: row.number for row in rows}


async def memory(teller: Harness) -> dict[str, int]:
    return {bytes(row.key).decode(): row.last for row in await teller.rows(select(InboxRow))}


@pytest.mark.parametrize("piece_bytes", [stories.STORY_BYTES, 1])
async def test_stories_in_one_or_several_pieces_are_folded_to_their_ends(
    owner: Harness, teller: Harness, folding: Folding, monkeypatch: pytest.MonkeyPatch, piece_bytes: int
):
    monkeypatch.setattr(stories, "STORY_BYTES", piece_bytes)  # 1: one event at a time
    await tell(owner, left(FIRST, A), left(SECOND, C), left(FIRST, B), left(FIRST, A), left(SECOND, C))
    with capture_logs() as told:
        assert await folding.fold(BOTH) == 5
    assert await folded(teller) == {A: 3, B: 2, C: 2}
    assert await memory(teller) == {str(FIRST): 3, str(SECOND): 2}
    assert not [line["event"] for line in told if line["event"] == "stories_go_to_the_consumer"]


async def test_behind_a_bad_event_its_subject_waits_in_the_next_piece_too(
    owner: Harness, teller: Harness, folding: Folding, monkeypatch: pytest.MonkeyPatch
):
    await tell(owner, left(FIRST, A), left(FIRST, A), left(FIRST, B))
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE event_log SET value = '{}' WHERE position = 1"))
    monkeypatch.setattr(stories, "STORY_BYTES", 1)
    assert await folding.fold(Piece("registration", str(FIRST), str(FIRST), 3)) == 3
    assert await folded(teller) == {B: 3}
    assert await memory(teller) == {str(FIRST): 3}
    assert await teller.rows(select(ParkedRow.subject)) == [str(A)]
