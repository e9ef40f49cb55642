"""Consuming: micro-batches of records, each with its effects and its memory in one transaction (docs/delivery.md).

A number at or below the last one of its source and key is a copy and dropped; the next one is taken; a higher one
means that something is missing, which is fetched from the owner's feed and taken first.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from time import monotonic

import structlog

from common.delivery.burying import Failure, bury
from common.delivery.comparing import Comparing, DoubtError
from common.delivery.envelope import format_time, owner_of
from common.delivery.epochs import Epochs
from common.delivery.failpoints import reach
from common.delivery.feed_reading import Feeds
from common.delivery.healing import GapError, Healing, StrangerError, find_gap
from common.delivery.inbox import MemoryKey, move_memory
from common.delivery.messages import BadMessage, Message, Record, as_bad, dead_letter, read_record
from common.delivery.parking import Parked, forget_kept, keep_for_parked, keep_if_parked, load_parked
from common.delivery.reactions import Subscription, by_type, on, run_reactions, topics_of
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork
from common.dependencies import is_dependency_down
from common.metrics import Metrics
from common.settings import ServiceSettings

__all__ = ["Consumer", "Subscription", "on", "topics_of"]

log = structlog.get_logger(__name__)

Item = Message | BadMessage


class Consumer:
    """Takes records of a service's topics in; the only way by which events have effects."""

    def __init__(
        self,
        service: str,
        subscriptions: Sequence[Subscription],
        units: UnitsOfWork,
        feeds: Feeds,
        metrics: Metrics,
        settings: ServiceSettings,
    ) -> None:
        self.service = service
        self.waiting = False
        self.progress = 0
        self.progressed = asyncio.Event()  # set whenever progress grows; who waits for it clears it
        self._units = units
        self._comparing = Comparing(feeds, units, metrics)
        self._healing = Healing(feeds, self._comparing, metrics)
        self._epochs = Epochs(feeds, units, self.take_in)
        self._metrics = metrics
        self._settings = settings
        self._owners = sorted({line.kind.owner() for line in subscriptions})
        self._reactions = by_type(subscriptions)
        self._unknown_seen: set[str] = set()

    async def consume(self, records: Sequence[Record]) -> None:
        """Take a batch in; returns only when everything of it is stored."""
        await self.take_in([read_record(record) for record in records])

    async def take_in(self, items: Sequence[Item]) -> None:
        """Take messages in together; where that fails one by one, so that only the bad one is set aside."""
        if not items:
            return
        with self._metrics.batch_seconds.labels(self.service).time():
            try:
                await self._settle(list(items))
            except Exception as error:
                if len(items) > 1:
                    log.warning("batch_failed_taking_one_by_one", error=type(error).__name__, messages=len(items))
                if is_dependency_down(error):
                    raise
                for item in items:
                    await self._settle_one(item)
        self.progress += 1
        self.progressed.set()

    async def reconcile(self, turn: AbstractAsyncContextManager[None] | None = None) -> int:
        """Take in what lost last messages hide, each time within ``turn``; return how many there were.

        Looking takes a second where something is on its way: batches go on meanwhile, or nothing would be seen to move.
        """
        healed = 0
        async for messages in self._healing.lost_tails(self._owners):
            async with turn or nullcontext():
                await self.take_in(messages)
            healed += len(messages)
        return healed

    async def _settle(self, items: list[Item]) -> None:
        """Take messages in, closing gaps and waiting for dependencies; raises only what waiting does not heal."""
        began = monotonic()
        failures = 0
        while True:
            try:
                if await self._advance(items):
                    self.waiting = False
                    return
            except Exception as error:
                if not is_dependency_down(error):
                    raise
                failures += 1
                await self._wait(error, failures, began)

    async def _advance(self, items: list[Item]) -> bool:
        """Take messages in, or what has to be done before them; return whether they are stored."""
        try:
            await self._attempt(items)
        except DoubtError as doubt:
            await self._comparing.settle(doubt.owners)
        except GapError as gap:
            if gap.index:  # what stands before the gap is stored first, then the gap page by page, then what is behind
                await self._settle(items[: gap.index])
                del items[: gap.index]
            else:
                items[0] = await self._close(gap)
        else:
            return True
        return False

    async def _close(self, gap: GapError) -> Item:
        """Take in what is missing before a message; return the message, as a bad one where its owner does not have it.

        Raises:
            FeedUnavailableError: the owner does not answer, or went back in time: then it may have had it.
        """
        try:
            if not await self._epochs.enter(gap):
                await self.take_in(await self._healing.missing_before(gap))
        except StrangerError as stranger:
            await self._comparing.compare(owner_of(gap.message.cause.source))
            return as_bad(gap.message, f"number {gap.message.cause.key_sequence} came after {gap.last}: {stranger}")
        return gap.message

    async def _wait(self, error: Exception, failures: int, began: float) -> None:
        if monotonic() - began > self._settings.dependency_wait_seconds:
            raise error
        self.waiting = True
        self._metrics.waits.labels(self.service, type(error).__name__).inc()
        log.warning("waiting_for_dependency", error=type(error).__name__, detail=str(error)[:300], failures=failures)
        await asyncio.sleep(min(0.1 * 2 ** min(failures, 7), 10) * random.uniform(0.5, 1.5))  # noqa: S311  # jitter

    async def _attempt(self, items: list[Item]) -> None:
        highest: dict[MemoryKey, int] = {}
        for item in items:
            if isinstance(item, Message) and item.numbered:
                highest[item.memory_key] = max(item.cause.key_sequence, highest.get(item.memory_key, 0))
        counts: dict[str, int] = {}
        async with self._units.begin() as uow:
            memory = await move_memory(uow.session, highest) if highest else {}
            parked = await load_parked(uow.session, highest) if highest else Parked()
            await reach("consumer.after_lock")
            self._comparing.doubt(items, memory)
            find_gap(items, memory)
            for item in items:
                outcome = await self._take(uow, item, memory, parked)
                counts[outcome] = counts.get(outcome, 0) + 1
                await reach("consumer.mid_batch")
            await uow.session.flush()  # a crash at this point finds all effects written
            await reach("consumer.before_commit")
            now = uow.now
        self._count(counts)
        newest = max((item.cause.time for item in items if isinstance(item, Message)), default=None)
        if newest is not None:
            self._metrics.lag_seconds.labels(self.service).set((now - newest).total_seconds())

    def _count(self, counts: dict[str, int]) -> None:
        simple = {"copy": self._metrics.copies, "unknown": self._metrics.unknown, "parked": self._metrics.parked}
        for outcome, number in counts.items():
            if outcome in simple:
                simple[outcome].labels(self.service).inc(number)
            elif outcome == "bad":
                self._metrics.dead.labels(self.service, "envelope").inc(number)
            else:
                self._metrics.handled.labels(self.service, outcome).inc(number)

    async def _take(self, uow: UnitOfWork, item: Item, memory: dict[MemoryKey, int], parked: Parked) -> str:
        """Give one message its effect; return what was done: bad, copy, unknown, parked, or its type."""
        if isinstance(item, BadMessage):
            uow.send(dead_letter(self.service, item, item.error, item.error, 1, format_time(uow.now)))
            log.error("message_unreadable", topic=item.topic, offset=item.offset, error=item.error)
            return "bad"
        cause = item.cause
        if item.numbered:
            if cause.key_sequence <= memory[item.memory_key]:
                return "copy"
            memory[item.memory_key] = cause.key_sequence
        reactions = self._reactions.get(cause.type)
        if reactions is None:
            self._say_unknown(cause.type)
            return "unknown"
        if await keep_if_parked(uow, item, reactions, parked):
            return "parked"
        if item.is_erasure:
            await forget_kept(uow.session, item)
        await run_reactions(uow, item, reactions)
        keep_for_parked(uow, item, reactions, parked)
        return cause.type

    def _say_unknown(self, kind: str) -> None:
        if kind not in self._unknown_seen and len(self._unknown_seen) < 1000:
            self._unknown_seen.add(kind)
            log.info("type_unknown", type=kind)

    async def _settle_one(self, item: Item) -> None:
        """Take one message in; after the last try it is buried, and nothing but its subject waits."""
        error: Exception | None = None
        first_failure = ""
        for attempt in range(1, self._settings.consumer_attempts + 1):
            try:
                await self._settle([item])
            except Exception as failure:
                if is_dependency_down(failure):
                    raise
                error = failure
                first_failure = first_failure or format_time(self._units.now())
                await asyncio.sleep(0.02 * 2**attempt)
            else:
                return
        if error is None:
            return
        if isinstance(item, BadMessage):  # not even its dead letter could be stored: not stored, not acknowledged
            raise error
        await self._bury(item, error, first_failure)

    async def _bury(self, message: Message, error: Exception, first_failure: str) -> None:
        async with self._units.begin() as uow:
            failure = Failure(error, self._settings.consumer_attempts, first_failure)
            is_buried = await bury(uow, self.service, message, failure)
        if is_buried:
            self._metrics.dead.labels(self.service, type(error).__name__).inc()
            log.error("message_dead_lettered", event_id=message.cause.id, type=message.cause.type, exc_info=error)
