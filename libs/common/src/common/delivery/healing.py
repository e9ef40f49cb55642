"""Gaps in a key's numbers: seen, and closed from the owner's pull feed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import structlog

from common.contracts.base import events_topic
from common.delivery.comparing import Comparing
from common.delivery.envelope import owner_of
from common.delivery.feed_reading import FeedMessage, Feeds, FeedUnavailableError, NotToldError
from common.delivery.inbox import MemoryKey
from common.delivery.messages import BadMessage, Message, from_feed
from common.metrics import Metrics

log = structlog.get_logger(__name__)


class GapError(Exception):
    """Numbers are missing before a message."""

    def __init__(self, index: int, message: Message, last: int) -> None:
        super().__init__(f"{message.cause.source}: {message.cause.key_sequence} came after {last}")
        self.index = index
        self.message = message
        self.last = last


class StrangerError(Exception):
    """A message's owner says that it does not have it: it is none of the owner's, or one that it told and forgot."""


def find_gap(items: Sequence[Message | BadMessage], memory: dict[MemoryKey, int]) -> None:
    """Raise GapError at the first message whose number is higher than the next one of its source and key."""
    last = dict(memory)
    for index, item in enumerate(items):
        if isinstance(item, Message) and item.numbered:
            known = last[item.memory_key]
            if item.cause.key_sequence > known + 1:
                raise GapError(index, item, known)
            last[item.memory_key] = max(known, item.cause.key_sequence)


class Healing:
    """Finds what a reader lacks and fetches it, outside any transaction."""

    def __init__(self, feeds: Feeds, comparing: Comparing, metrics: Metrics) -> None:
        self._feeds = feeds
        self._comparing = comparing
        self._metrics = metrics

    async def missing_before(self, gap: GapError) -> list[Message]:
        """Return the first messages of a gap, in order, a page of them: each is a unit of work of its own.

        Raises:
            FeedUnavailableError: the owner does not answer.
            StrangerError: its log ends before the gap, or goes on under another source.
        """
        source, key = gap.message.memory_key
        upto = gap.message.cause.key_sequence - 1
        owner = owner_of(source)
        self._metrics.gaps.labels(self._metrics.service).inc()
        log.warning("gap_seen", owner=owner, key=key.decode(), after=gap.last, upto=upto)
        try:
            found = await self._feeds.events_of_key(owner, key, gap.last, upto)
        except NotToldError as error:
            raise StrangerError(str(error)) from error
        if found[0].headers["ce_source"] != source:
            raise StrangerError(f"{owner} has no event {gap.last + 1} of the key under {source} any more")
        return self._healed(found, gap.message.topic)

    async def lost_tails(self, owners: Sequence[str]) -> AsyncGenerator[list[Message]]:
        """Yield what lost last messages hide: compare the memory with the owners' numbers.

        Only keys that stand still between two looks are fetched; the others are on their way.

        Raises:
            FeedUnavailableError: an owner does not answer, or went back in time; told once the others were looked at.
        """
        failed: FeedUnavailableError | None = None
        for owner in sorted(set(owners) & set(self._feeds.owners)):
            try:
                async for messages in self._lost_of(owner):
                    yield messages
            except FeedUnavailableError as error:  # the others' are looked for all the same
                failed = failed or error
        if failed is not None:
            raise failed

    async def _lost_of(self, owner: str) -> AsyncGenerator[list[Message]]:
        first = await self._behind(owner)
        if not first:
            return
        await asyncio.sleep(1)
        for pair, (last, upto) in (await self._behind(owner)).items():
            if first.get(pair, (None, 0))[0] != last:
                continue
            _, key = pair
            log.warning("messages_missing", owner=owner, key=key.decode(), after=last, upto=upto)
            async for found in self._feeds.pages_of_key(owner, key, last, upto):
                yield self._healed(found, events_topic(owner))

    def _healed(self, found: list[FeedMessage], topic: str) -> list[Message]:
        self._metrics.healed.labels(self._metrics.service).inc(len(found))
        return [from_feed(message, topic) for message in found]

    async def _behind(self, owner: str) -> dict[MemoryKey, tuple[int, int]]:
        known, tails = await self._comparing.compare(owner)
        return {pair: (known.get(pair, 0), last) for pair, last in tails.items() if last > known.get(pair, 0)}
