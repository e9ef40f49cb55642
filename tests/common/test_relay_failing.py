"""A relay that fails in a way nobody thought of is started anew; what it was at goes out all the same."""

import asyncio
from collections.abc import Generator

import pytest
from tests.common.relaying import tell, wait_until_published
from tests.harness import Harness

from common.delivery.failpoints import arm
from common.keeping import keep_relaying


@pytest.fixture(autouse=True)
def disarmed() -> Generator[None]:
    yield
    arm("")


@pytest.mark.parametrize("place", ["relay.after_numbering", "relay.mid_batch", "relay.after_send"])
async def test_a_relay_that_failed_is_started_anew(relaying_owner: Harness, place: str) -> None:
    arm(f"{place}:raise")
    service = relaying_owner.service
    relaying = asyncio.create_task(keep_relaying(service.relay))
    await tell(relaying_owner, 1, 2, 3)
    await wait_until_published(relaying_owner)
    service.relay.stop()
    await relaying
