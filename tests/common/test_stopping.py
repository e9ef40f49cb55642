"""A service stops whatever its workers do when they are told to end."""

import asyncio

from tests.harness import Harness

from common.service import Service

STOP_SECONDS = 20


async def test_a_worker_that_answers_its_end_with_an_error_is_not_started_again(relaying_owner: Harness):
    began: list[int] = []

    async def stubborn(_: Service) -> None:
        began.append(1)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if len(began) == 1:
                raise ConnectionError("the connection that it wanted to close is gone") from None
            raise

    service = relaying_owner.service
    service.background("stubborn", stubborn)
    async with asyncio.timeout(STOP_SECONDS), relaying_owner.app.router.lifespan_context(relaying_owner.app):
        while not began:  # the worker's own turn comes at the next look
            await asyncio.sleep(0)
    assert began == [1]
