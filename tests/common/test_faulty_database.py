"""An error of the database's own is waited for; one that speaks of what the message brought is the message's (decision 36)."""

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from tests.common.reading import A, B, subjects, tell, withdrawn
from tests.harness import Harness

from common.delivery.plumbing import ParkedRow
from common.delivery.relay import plain_dsn
from common.dependencies import is_dependency_down

RAISE = "DO $$ BEGIN RAISE EXCEPTION 'a fault' USING ERRCODE = '{code}'; END $$"
FAULT = """
CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a fault' USING ERRCODE = '58030'; END $$
"""
TRIGGER = "CREATE OR REPLACE TRIGGER fault BEFORE INSERT ON effects FOR EACH ROW EXECUTE FUNCTION fault()"
ITS_OWN = ("57014", "58030", "58P01", "25P03", "25P04", "XX000", "XX001", "53100", "57P01", "40P01")
OF_THE_MESSAGE = ("22003", "22P02", "23505", "23514", "42601", "42P01", "54000", "P0001", "0A000", "25P02")


async def met(harness: Harness, statement: str) -> tuple[Exception, Exception]:
    """Return what a statement raises, through SQLAlchemy and by the driver alone."""
    with pytest.raises(DBAPIError) as wrapped:
        async with harness.unit_of_work() as uow:
            await uow.session.execute(text(statement))
    connection = await asyncpg.connect(plain_dsn(harness.service.settings.database_url.get_secret_value()))
    with pytest.raises(asyncpg.PostgresError) as plain:
        await connection.execute(statement)
    await connection.close()
    return wrapped.value, plain.value


@pytest.mark.parametrize("code", ITS_OWN)
async def test_an_error_of_the_databases_own_is_waited_for(owner: Harness, code: str) -> None:
    assert [is_dependency_down(error) for error in await met(owner, RAISE.format(code=code))] == [True, True]


@pytest.mark.parametrize("code", OF_THE_MESSAGE)
async def test_an_error_of_what_a_message_brought_is_not(owner: Harness, code: str) -> None:
    assert [is_dependency_down(error) for error in await met(owner, RAISE.format(code=code))] == [False, False]


async def test_a_statement_that_the_servers_own_limit_ends_is_waited_for(owner: Harness) -> None:
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("SET LOCAL statement_timeout = 20"))
        with pytest.raises(DBAPIError, match="statement timeout") as ended:
            await uow.session.execute(text("SELECT pg_sleep(5)"))
        await uow.session.rollback()
    assert is_dependency_down(ended.value)


async def test_nothing_is_parked_over_a_bad_disk_and_all_is_taken_once_it_is_mended(
    owner: Harness, reader: Harness, toy_databases: dict[str, tuple[str, str]]
) -> None:
    engine = create_async_engine(toy_databases["reader_toy"][1])
    records = await tell(owner, withdrawn(A), withdrawn(B))
    async with engine.begin() as connection:
        await connection.execute(text(FAULT))
        await connection.execute(text(TRIGGER))
    try:
        with pytest.raises(DBAPIError, match="a fault"):
            await reader.deliver_records(records)
        assert await reader.rows(select(ParkedRow.subject)) == []
    finally:
        async with engine.begin() as connection:
            await connection.execute(text("DROP TRIGGER fault ON effects"))
        await engine.dispose()
    await reader.deliver_records(records)
    assert await subjects(reader) == [str(A), str(B)]
