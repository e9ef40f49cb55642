"""The worker that lets editions go on: each as soon as all that registration told of it was taken in."""

import asyncio
from uuid import UUID

import structlog

from allocation.resumptions import handlers, repository
from common.delivery.comparing import Comparing
from common.delivery.feed_reading import FeedUnavailableError
from common.delivery.inbox import MemoryKey
from common.dependencies import is_dependency_down
from common.service import Service

log = structlog.get_logger(__name__)

OWNER = "registration"
LOOK_SECONDS = 2.0


async def keep_resuming(service: Service) -> None:
    """Let editions go on until none rests; then there is nothing to do before the next restore, which comes with a start."""
    comparing = Comparing(service.feeds, service.units, service.metrics)
    while await service_has_behind(service):
        try:
            await resume_next(service, comparing)
        except FeedUnavailableError as error:
            log.warning("resumption_waits", error=type(error).__name__, detail=str(error)[:200])
        await asyncio.sleep(LOOK_SECONDS)
    await asyncio.Event().wait()


async def service_has_behind(service: Service) -> bool:
    async with service.unit_of_work() as uow:
        return bool(await handlers.count_behind(uow))


async def resume_next(service: Service, comparing: Comparing) -> None:
    """Let those editions go on of which nothing is lacking and nothing is parked; raises FeedUnavailableError.

    What is parked was taken in and not acted upon: an application of which that is so would look like one that its owner
    does not know. One edition that cannot go on holds no other.
    """
    async with service.unit_of_work() as uow:
        behind = await repository.list_behind(uow.session)
    known, tails = await comparing.compare(OWNER)
    async with service.unit_of_work() as uow:
        parked = await repository.list_parked_keys(uow.session)  # after its number was read, so that it is among these
    for edition_id in behind:
        key = str(edition_id).encode()
        if not is_caught_up(key, known, tails):
            continue
        if key in parked:
            log.warning("resumption_waits_for_parked", edition_id=str(edition_id))
            continue
        await _resume(service, edition_id)


async def _resume(service: Service, edition_id: UUID) -> None:
    try:
        async with service.unit_of_work() as uow:
            await handlers.resume(uow, edition_id)
    except Exception as error:
        if is_dependency_down(error):
            raise
        log.exception("edition_not_resumed", edition_id=str(edition_id))
    else:
        log.info("edition_resumed", edition_id=str(edition_id))


def is_caught_up(key: bytes, known: dict[MemoryKey, int], tails: dict[MemoryKey, int]) -> bool:
    """Tell whether all that the owner told under a key was taken in; False where it told nothing of it, or not yet."""
    mine = {pair: last for pair, last in tails.items() if pair[1] == key}
    return bool(mine) and all(known.get(pair, 0) >= last for pair, last in mine.items())
