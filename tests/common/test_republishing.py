"""The whole log goes out again on a broker that is new; readers drop what they know."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.common.conftest import number_all
from tests.harness import Harness

from common.contracts.registration import RegistrationOpened
from common.delivery.relay import plain_dsn, relay_lock
from common.delivery.republishing import RelayRunsError, publish_again
from common.delivery.unit_of_work import UnitOfWork


async def tell(harness: Harness, count: int) -> None:
    async def emit(uow: UnitOfWork) -> None:
        for number in range(count):
            uow.emit(RegistrationOpened(edition_id=UUID(int=number)))

    await harness.run(emit)
    await number_all(harness)


async def published(harness: Harness) -> Any:
    connection = await asyncpg.connect(plain_dsn(harness.service.settings.database_url.get_secret_value()))
    try:
        return await connection.fetchval("SELECT published FROM event_log_head")
    finally:
        await connection.close()


async def test_everything_is_published_again_after_the_mark_is_set_back(owner: Harness) -> None:
    await tell(owner, 5)
    connection = await asyncpg.connect(plain_dsn(owner.service.settings.database_url.get_secret_value()))
    await connection.execute("UPDATE event_log_head SET published = position")
    await connection.close()
    assert await publish_again("registration", owner.service.settings) == 5
    assert await published(owner) == 0


async def test_while_the_service_runs_it_is_refused_since_the_relay_would_set_the_mark_forward(owner: Harness) -> None:
    await tell(owner, 1)
    leader = await asyncpg.connect(plain_dsn(owner.service.settings.database_url.get_secret_value()))
    await leader.execute("SELECT pg_advisory_lock($1)", relay_lock("registration"))
    with pytest.raises(RelayRunsError, match="registration runs: stop every process"):
        await publish_again("registration", owner.service.settings)
    await leader.close()
