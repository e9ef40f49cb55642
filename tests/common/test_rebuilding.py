"""Read models made anew from an owner's history: the same rows, whatever stands in the history and whoever reads."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column
from tests.common.conftest import START, Poison
from tests.common.reading import A, B, C, tell
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ApplicationWithdrawn, RegistrationOpened
from common.database.engine import declare_base
from common.delivery import placing, stories
from common.delivery.consuming import on
from common.delivery.feed_reading import Feeds, FeedUnavailableError
from common.delivery.gathering import gather
from common.delivery.plumbing import InboxRow, ParkedRow
from common.delivery.rebuilding import Rebuilt, rebuild
from common.delivery.unit_of_work import UnitOfWork
from common.tokens import Role, issue

Base = declare_base()
FIRST, SECOND = UUID(int=31), UUID(int=32)
Rows = list[tuple[UUID, UUID, str, int]]


class LeaveRow(Base):
    """The last word on an application, and its place in the story."""

    __tablename__ = "leaves"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    reason_code: Mapped[str]
    number: Mapped[int]


def left(edition_id: UUID, application_id: UUID, reason_code: str = "illness") -> ApplicationWithdrawn:
    return sample(ApplicationWithdrawn, edition_id=edition_id, application_id=application_id, reason_code=reason_code)


@pytest.fixture
async def tables(toy_databases: dict[str, tuple[str, str]]) -> AsyncGenerator[AsyncEngine]:
    engine = create_async_engine(toy_databases["reader_toy"][1])
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    yield engine
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    await engine.dispose()


@pytest.fixture
async def teller(tables: AsyncEngine, reader: Harness, owner: Harness, poison: Poison) -> Harness:
    """A reader that keeps the last word on each application, and the owner's feed in this process."""

    async def keep(uow: UnitOfWork, event: ApplicationWithdrawn) -> None:
        assert uow.cause is not None
        said = {"edition_id": event.edition_id, "reason_code": event.reason_code, "number": uow.cause.key_sequence}
        gather(uow.session, LeaveRow, {"application_id": event.application_id}, said)
        if event.subject in poison.subjects:
            raise RuntimeError("this subject is poison")
        uow.emit(RegistrationOpened(edition_id=event.edition_id))

    reader.service.subscriptions = [on(ApplicationWithdrawn, keep)]
    reader.service.consumer = reader.service.make_consumer(reader.service.feeds)
    return reader


async def leaves(reader: Harness) -> Rows:
    rows = await reader.rows(select(LeaveRow).order_by(LeaveRow.application_id))
    return [(row.application_id, row.edition_id, row.reason_code, row.number) for row in rows]


async def make_anew(reader: Harness, tables: AsyncEngine) -> Rebuilt:
    url = tables.url.render_as_string(hide_password=False)
    return await rebuild(reader.service, ["leaves"], url)


async def harm(tables: AsyncEngine) -> None:
    async with tables.begin() as connection:
        await connection.execute(text("UPDATE leaves SET reason_code = 'harmed'"))


async def memory(reader: Harness) -> list[tuple[str, bytes, int]]:
    rows = await reader.rows(select(InboxRow).order_by(InboxRow.key))
    return [(row.source, bytes(row.key), row.last) for row in rows]


async def test_a_rebuild_gives_the_rows_and_the_memory_that_were_there(
    owner: Harness, teller: Harness, tables: AsyncEngine
):
    told = [left(FIRST, A), left(SECOND, B), left(FIRST, C), left(SECOND, B, "flood"), left(FIRST, A, "fire")]
    await teller.deliver_records(await tell(owner, *told))
    before, remembered, sent = await leaves(teller), await memory(teller), len(await teller.outbox())
    assert before == [(A, FIRST, "fire", 3), (B, SECOND, "flood", 2), (C, FIRST, "illness", 2)]
    await harm(tables)
    rebuilt = await make_anew(teller, tables)
    assert (rebuilt.events, rebuilt.rows) == (5, {"leaves": 3})
    assert (await leaves(teller), await memory(teller)) == (before, remembered)
    assert len(await teller.outbox()) == sent  # nothing is told a second time


async def test_a_rebuild_that_cannot_ask_every_owner_changes_nothing_and_says_whom_it_lacks(
    owner: Harness, teller: Harness, tables: AsyncEngine
) -> None:
    await teller.deliver_records(await tell(owner, left(FIRST, A, "illness")))
    before, remembered = await leaves(teller), await memory(teller)
    teller.service.feeds.owners = []
    with pytest.raises(FeedUnavailableError, match="registration: set FEED_URLS"):
        await make_anew(teller, tables)
    assert (await leaves(teller), await memory(teller)) == (before, remembered)


async def test_what_comes_after_a_rebuild_goes_on_where_it_ended(owner: Harness, teller: Harness, tables: AsyncEngine):
    records = await tell(owner, left(FIRST, A), left(FIRST, B))
    await make_anew(teller, tables)
    await teller.deliver_records([*records, *(await tell(owner, left(FIRST, A, "fire")))[-1:]])
    assert await leaves(teller) == [(A, FIRST, "fire", 3), (B, FIRST, "illness", 2)]


async def test_a_story_in_several_pieces_is_one_story(
    owner: Harness, teller: Harness, tables: AsyncEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stories, "STORY_BYTES", 1)  # one event a piece
    await tell(owner, left(FIRST, A), left(FIRST, B), left(FIRST, A, "fire"), left(SECOND, C), left(SECOND, C, "flood"))
    rebuilt = await make_anew(teller, tables)
    assert rebuilt.events == 5
    assert await leaves(teller) == [(A, FIRST, "fire", 3), (B, FIRST, "illness", 2), (C, SECOND, "flood", 2)]


async def test_one_row_told_of_under_two_keys_has_the_last_word(owner: Harness, teller: Harness, tables: AsyncEngine):
    await tell(owner, left(FIRST, A), left(SECOND, A, "flood"), left(SECOND, B))
    assert (await make_anew(teller, tables)).rows == {"leaves": 2}
    assert await leaves(teller) == [(A, SECOND, "flood", 1), (B, SECOND, "illness", 2)]


async def test_a_bad_event_of_the_history_is_set_aside_and_its_subject_waits(
    owner: Harness, teller: Harness, tables: AsyncEngine, poison: Poison
):
    poison.subjects.add(str(A))
    await tell(owner, left(FIRST, A), left(FIRST, B), left(FIRST, A, "fire"), left(SECOND, C))
    await make_anew(teller, tables)
    assert await leaves(teller) == [(B, FIRST, "illness", 2), (C, SECOND, "illness", 1)]
    assert await teller.rows(select(ParkedRow.subject)) == [str(A)]


async def test_an_event_that_its_contract_refuses_is_set_aside(owner: Harness, teller: Harness, tables: AsyncEngine):
    await tell(owner, left(FIRST, A), left(FIRST, B))
    async with owner.unit_of_work() as uow:
        await uow.session.execute(
            text(
                "UPDATE event_log SET value = convert_to(replace(convert_from(value, 'UTF8'), 'illness', 'il ness'), 'UTF8')"
                " WHERE position = 1"
            )
        )
    await make_anew(teller, tables)
    assert await leaves(teller) == [(B, FIRST, "illness", 2)]
    assert await teller.rows(select(ParkedRow.subject)) == [str(A)]


async def test_the_new_tables_have_the_names_and_rights_of_the_old(
    owner: Harness, teller: Harness, tables: AsyncEngine
):
    look = text(
        "SELECT (SELECT array_agg(indexname::text ORDER BY indexname) FROM pg_indexes WHERE tablename = 'leaves'),"
        " (SELECT array_agg(format('%s %s', grantee, privilege_type) ORDER BY grantee, privilege_type)"
        "  FROM information_schema.role_table_grants WHERE table_name = 'leaves'),"
        " (SELECT relpersistence::text FROM pg_class WHERE oid = 'leaves'::regclass)"
    )
    async with tables.connect() as connection:
        before = (await connection.execute(look)).one()
    await tell(owner, left(FIRST, A))
    await make_anew(teller, tables)
    async with tables.connect() as connection:
        assert (await connection.execute(look)).one() == before
    assert before[0] == ["ix_leaves_edition_id", "pk_leaves"]
    assert {"reader_toy SELECT", "reader_toy INSERT", "reader_toy UPDATE", "reader_toy DELETE"} <= set(before[1])
    assert before[2] == "p"  # it outlives a crash


async def test_who_reads_the_old_rows_has_them_to_the_end(
    owner: Harness, teller: Harness, tables: AsyncEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(placing, "LOCK_PATIENCE", text("SET LOCAL lock_timeout = '20ms'"))
    await teller.deliver_records(await tell(owner, left(FIRST, A)))
    await harm(tables)
    query = select(LeaveRow.reason_code)
    async with tables.execution_options(isolation_level="REPEATABLE READ").connect() as reading:
        assert list(await reading.scalars(query)) == ["harmed"]
        rebuilding = asyncio.create_task(make_anew(teller, tables))
        done, _ = await asyncio.wait([rebuilding], timeout=1.0)
        assert not done
        assert list(await reading.scalars(query)) == ["harmed"]
    await rebuilding
    assert await teller.rows(query) == ["illness"]


async def test_a_rebuild_ends_with_the_old_rows_where_a_reader_stays(
    owner: Harness, teller: Harness, tables: AsyncEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(placing, "LOCK_PATIENCE", text("SET LOCAL lock_timeout = '1ms'"))
    await teller.deliver_records(await tell(owner, left(FIRST, A)))
    await harm(tables)
    async with tables.connect() as reading:
        await reading.execute(select(LeaveRow.reason_code))
        with pytest.raises(placing.ReadersStayError):
            await make_anew(teller, tables)
    assert await teller.rows(select(LeaveRow.reason_code)) == ["harmed"]


async def test_an_owner_of_the_version_before_is_read_by_its_feed(
    owner: Harness, teller: Harness, tables: AsyncEngine, signing_key: OKPKey
):
    inside = httpx.ASGITransport(owner.app)

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events/stories"):
            return httpx.Response(404)
        return await inside.handle_async_request(request)

    token = issue(signing_key, role=Role.SUBSCRIBER, subject="reader", now=START)
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://owner")
    teller.service.feeds = Feeds({"registration": "http://owner"}, token, client)
    await tell(owner, left(FIRST, A), left(FIRST, A, "fire"))
    rebuilt = await make_anew(teller, tables)
    assert rebuilt.events == 2
    assert await leaves(teller) == [(A, FIRST, "fire", 2)]
