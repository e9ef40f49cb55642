"""What is gathered in a unit of work is written once, when it ends."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ARRAY, String, event, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

from common.database.engine import Sessions, create_sessions, declare_base
from common.delivery.gathering import copy_gathered, gather, gather_new, write_gathered
from launcher.postgres import PostgresServer

Base = declare_base()
FIRST, SECOND = UUID(int=1), UUID(int=2)
MORNING = datetime(2020, 10, 9, 1, 0, tzinfo=UTC)


class StallRow(Base):
    __tablename__ = "stalls"
    stall_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    on: Mapped[date | None]
    seen_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class ListedRow(Base):
    __tablename__ = "listed"
    stall_id: Mapped[UUID] = mapped_column(primary_key=True)
    codes: Mapped[list[str]] = mapped_column(ARRAY(String))
    turn: Mapped[int]


class ReachedRow(Base):
    __tablename__ = "reached"
    place: Mapped[str] = mapped_column(primary_key=True)
    turn: Mapped[int]
    told: Mapped[str]


@pytest.fixture
async def sessions(postgres: PostgresServer) -> AsyncGenerator[Sessions]:
    engine = create_async_engine(postgres.create_service_database("gathering").owner_url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    yield create_sessions(engine)
    await engine.dispose()


async def stored(session: AsyncSession) -> list[tuple[UUID, str | None]]:
    return [(row.stall_id, row.name) for row in await session.scalars(select(StallRow).order_by(StallRow.stall_id))]


async def test_of_two_words_on_a_row_the_later_counts_and_what_is_not_said_stays(sessions: Sessions):
    async with sessions.begin() as session:
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "Chè", "on": date(2020, 10, 9)})
        await write_gathered(session)
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "Mật ong"})
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "Miến dong", "seen_at": MORNING})
        await write_gathered(session)
        (row,) = await session.scalars(select(StallRow))
    assert (row.name, row.on, row.seen_at) == ("Miến dong", date(2020, 10, 9), MORNING)


@pytest.mark.parametrize("facts", [None, {}, {"tên": "Đào", "n": [1, None, {"a": "'\""}]}])
async def test_values_come_back_as_they_were(sessions: Sessions, facts: dict[str, Any] | None):
    async with sessions.begin() as session:
        gather(session, StallRow, {"stall_id": FIRST}, {"name": None, "facts": facts})
        gather(session, ListedRow, {"stall_id": FIRST}, {"codes": ["B01", "B,02"], "turn": 1})
        gather(session, ListedRow, {"stall_id": SECOND}, {"codes": [], "turn": 1})
        await write_gathered(session)
        (row,) = await session.scalars(select(StallRow))
        listed = {one.stall_id: one.codes for one in await session.scalars(select(ListedRow))}
    assert (row.name, row.facts) == (None, facts)
    assert listed == {FIRST: ["B01", "B,02"], SECOND: []}


async def test_a_new_row_that_is_there_already_stays_as_it_is(sessions: Sessions):
    async with sessions.begin() as session:
        gather_new(session, StallRow, {"stall_id": FIRST, "name": "first"})
        gather_new(session, StallRow, {"stall_id": FIRST, "name": "second"})
        gather_new(session, StallRow, {"stall_id": SECOND, "name": "other"})
        await write_gathered(session)
        assert await stored(session) == [(FIRST, "first"), (SECOND, "other")]


async def test_a_new_row_with_a_list_stays_as_it_is_too(sessions: Sessions):
    async with sessions.begin() as session:
        for codes in (["B01"], ["B02"]):
            gather_new(session, ListedRow, {"stall_id": FIRST, "codes": codes, "turn": 1})
        await write_gathered(session)
        (row,) = await session.scalars(select(ListedRow))
    assert row.codes == ["B01"]


@pytest.mark.parametrize("in_one_batch", [True, False])
async def test_a_row_that_only_moves_forward_never_goes_back(sessions: Sessions, *, in_one_batch: bool):
    async with sessions.begin() as session:
        for turn, told in ((5, "five"), (9, "nine"), (7, "seven")):
            gather(session, ReachedRow, {"place": "A"}, {"turn": turn, "told": told}, forward_by="turn")
            gather(session, ReachedRow, {"place": told}, {"turn": turn, "told": told}, forward_by="turn")
            if not in_one_batch:
                await write_gathered(session)
        await write_gathered(session)
        rows = await session.scalars(select(ReachedRow).order_by(ReachedRow.place))
        assert [(row.place, row.turn, row.told) for row in rows] == [
            ("A", 9, "nine"),
            ("five", 5, "five"),
            ("nine", 9, "nine"),
            ("seven", 7, "seven"),
        ]


async def test_a_row_with_a_list_never_goes_back_either(sessions: Sessions):
    async with sessions.begin() as session:
        for turn, codes in ((5, ["B05"]), (9, ["B09"]), (7, ["B07"])):
            gather(session, ListedRow, {"stall_id": FIRST}, {"codes": codes, "turn": turn}, forward_by="turn")
            await write_gathered(session)
        (row,) = await session.scalars(select(ListedRow))
    assert (row.codes, row.turn) == (["B09"], 9)


async def test_many_rows_are_one_statement(sessions: Sessions):
    statements: list[str] = []
    async with sessions.begin() as session:
        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        for number in range(500):
            gather(session, StallRow, {"stall_id": UUID(int=number)}, {"name": str(number)})
        await write_gathered(session)
        assert len(await stored(session)) == 500
    assert len([each for each in statements if each.startswith("INSERT")]) == 1


async def test_what_was_gathered_goes_with_its_transaction(sessions: Sessions):
    async with sessions() as session:
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "lost"})
        await session.rollback()
    async with sessions.begin() as session:
        await write_gathered(session)
        assert await stored(session) == []


@pytest.mark.parametrize("facts", [None, {}, {"tên": "Đào", "n": [1, None, {"a": "'\""}]}])
async def test_copied_values_come_back_as_they_were(sessions: Sessions, facts: dict[str, Any] | None):
    async with sessions.begin() as session:
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "Chè\t\\N\n", "on": date(2020, 10, 9), "facts": facts})
        gather(session, StallRow, {"stall_id": SECOND}, {"seen_at": MORNING})
        gather(session, ListedRow, {"stall_id": FIRST}, {"codes": ["B01", "B,02"], "turn": 1})
        gather(session, ListedRow, {"stall_id": SECOND}, {"codes": [], "turn": 2})
        gather_new(session, ReachedRow, {"place": "A", "turn": 5, "told": "five"})
        await copy_gathered(session)
        first, second = await session.scalars(select(StallRow).order_by(StallRow.stall_id))
        listed = {one.stall_id: (one.codes, one.turn) for one in await session.scalars(select(ListedRow))}
        (reached,) = await session.scalars(select(ReachedRow))
    assert (first.name, first.on, first.seen_at, first.facts) == ("Chè\t\\N\n", date(2020, 10, 9), None, facts)
    assert (second.name, second.on, second.seen_at, second.facts) == (None, None, MORNING, None)
    assert listed == {FIRST: (["B01", "B,02"], 1), SECOND: ([], 2)}
    assert (reached.place, reached.turn, reached.told) == ("A", 5, "five")


async def test_what_was_copied_is_not_written_again(sessions: Sessions):
    async with sessions.begin() as session:
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "Chè"})
        await copy_gathered(session)
        (row,) = await session.scalars(select(StallRow))
        row.name = "Mật ong"
        await session.flush()
        await copy_gathered(session)
        await write_gathered(session)
        assert await stored(session) == [(FIRST, "Mật ong")]


@pytest.mark.parametrize("is_new", [True, False])
async def test_a_copy_over_a_row_that_is_there_refuses_all_of_it(sessions: Sessions, *, is_new: bool):
    async def copy(name: str) -> None:
        async with sessions.begin() as session:
            gather(session, ListedRow, {"stall_id": UUID(name)}, {"codes": [], "turn": 1})
            if is_new:
                gather_new(session, StallRow, {"stall_id": FIRST, "name": name})
            else:
                gather(session, StallRow, {"stall_id": FIRST}, {"name": name})
            await copy_gathered(session)

    await copy(str(FIRST))
    with pytest.raises(asyncpg.UniqueViolationError):
        await copy(str(SECOND))
    async with sessions.begin() as session:
        assert await stored(session) == [(FIRST, str(FIRST))]
        assert [row.stall_id for row in await session.scalars(select(ListedRow))] == [FIRST]


async def test_a_copy_is_gone_with_its_transaction(sessions: Sessions):
    async with sessions() as session:
        gather(session, StallRow, {"stall_id": FIRST}, {"name": "lost"})
        await copy_gathered(session)
        await session.rollback()
    async with sessions.begin() as session:
        assert await stored(session) == []
