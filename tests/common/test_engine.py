"""How services talk to their databases."""

from uuid import UUID

from sqlalchemy import text
from tests.harness import Harness

ASKED = "SELECT count(*) FROM outbox WHERE event_id = ANY(CAST(:ids AS uuid[]))"
PLANS = (
    "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT count(*) FROM outbox%'"
)


async def test_a_statement_is_planned_once_whatever_it_is_given(owner: Harness) -> None:
    async with owner.unit_of_work() as uow:
        for ids in ([], [UUID(int=1)], [UUID(int=1), UUID(int=2)]):
            await uow.session.execute(text(ASKED), {"ids": ids})
        plans = await uow.session.execute(text(PLANS))
        assert [tuple(row) for row in plans] == [(3, 0)]
