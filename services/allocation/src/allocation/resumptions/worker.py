"""The worker that lets editions go on: each as soon as all that registration told of it was taken in."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import structlog

from allocation.resumptions import handlers, repository
from allocation.resumptions.domain import Why
from common.delivery.comparing import Comparing
from common.delivery.feed_reading import FeedUnavailableError
from common.delivery.inbox import MemoryKey
from common.dependencies import is_dependency_down
from common.metrics import Metrics
from common.service import Service

log = structlog.get_logger(__name__)

OWNER = "registration"
LOOK_SECONDS = 2.0


class Resting:
    """The editions that rest, each with the reason: a gauge has their number by reason, and each new reason is logged once."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._why: dict[UUID, Why] = {}

    def note(self, edition_id: UUID, why: Why, detail: str = "", error: Exception | None = None) -> None:
        """Take notice of why an edition rests."""
        if self._why.get(edition_id) is not why:
            say = log.info if why is Why.BEHIND else log.warning
            say("edition_rests", edition_id=str(edition_id), why=str(why), detail=detail, exc_info=error)
        self._why[edition_id] = why

    def keep(self, behind: Iterable[UUID]) -> None:
        """Forget the editions that rest no more, and set the gauge."""
        self._why = {edition_id: why for edition_id in behind if (why := self._why.get(edition_id)) is not None}
        counts = Counter(self._why.values())
        for why in Why:
            self._metrics.resting.labels(self._metrics.service, why).set(counts[why])


async def keep_resuming(service: Service) -> None:
    """Let editions go on until none rests; then there is nothing to do before the next restore, which comes with a start."""
    comparing, resting = Comparing(service.feeds, service.units, service.metrics), Resting(service.metrics)
    while behind := await list_behind(service):
        try:
            await resume_next(service, comparing, resting)
        except FeedUnavailableError as error:
            for edition_id in behind:
                resting.note(edition_id, Why.OWNER_AWAY, f"{type(error).__name__}: {error}"[:200])
        resting.keep(await list_behind(service))
        await asyncio.sleep(LOOK_SECONDS)
    resting.keep([])  # another replica may have let the last one go on
    await asyncio.Event().wait()


async def list_behind(service: Service) -> list[UUID]:
    async with service.unit_of_work() as uow:
        return await repository.list_behind(uow.session)


async def resume_next(service: Service, comparing: Comparing, resting: Resting) -> None:
    """Let those editions go on of which nothing is lacking and nothing is parked; raises FeedUnavailableError.

    What is parked was taken in and not acted upon: an application of which that is so would look like one that its owner
    does not know. One edition that cannot go on holds no other.
    """
    behind = await list_behind(service)
    known, tails = await comparing.compare(OWNER)
    async with service.unit_of_work() as uow:
        parked = await repository.list_parked_keys(uow.session)  # after its number was read, so that it is among these
    told = {key for _, key in tails}
    for edition_id in behind:
        key = str(edition_id).encode()
        if key not in told:
            resting.note(edition_id, Why.UNTOLD)
        elif not is_caught_up(key, known, tails):
            resting.note(edition_id, Why.BEHIND)
        elif key in parked:
            resting.note(edition_id, Why.PARKED)
        else:
            await _resume(service, edition_id, resting)


async def _resume(service: Service, edition_id: UUID, resting: Resting) -> None:
    try:
        async with service.unit_of_work() as uow:
            await handlers.resume(uow, edition_id)
    except Exception as error:
        if is_dependency_down(error):
            raise
        resting.note(edition_id, Why.FAILED, type(error).__name__, error)
    else:
        log.info("edition_resumed", edition_id=str(edition_id))


def is_caught_up(key: bytes, known: dict[MemoryKey, int], tails: dict[MemoryKey, int]) -> bool:
    """Tell whether all that the owner told under a key was taken in; False where it told nothing of it, or not yet."""
    mine = {pair: last for pair, last in tails.items() if pair[1] == key}
    return bool(mine) and all(known.get(pair, 0) >= last for pair, last in mine.items())
