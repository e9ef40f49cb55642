"""Comparing: an owner that has fewer numbers than a reader took from it went back in time, and goes on as if it had not.

What it tells next comes under numbers that the reader has already and would be dropped as copies. So nothing of it is
taken, and nothing acknowledged, until a person has done what docs/operate/restore.md says; then all goes on by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import monotonic

import structlog

from common.delivery.envelope import epoch_of, owner_of
from common.delivery.feed_reading import Feeds, FeedUnavailableError
from common.delivery.inbox import MemoryKey, read_memory
from common.delivery.messages import BadMessage, Message
from common.delivery.unit_of_work import UnitsOfWork
from common.metrics import Metrics

log = structlog.get_logger(__name__)

TRUSTED_SECONDS = 10.0  # no owner is stopped, restored and telling again in less
RUNBOOK = "docs/operate/restore.md"


class OwnerWentBackError(FeedUnavailableError):
    """An owner's log lacks what was taken from it; the argument names the owner. It is waited for like a feed."""


class DoubtError(Exception):
    """There are copies of an owner that was not compared just now; ``owners`` are to be compared before they are dropped."""

    def __init__(self, owners: set[str]) -> None:
        super().__init__(", ".join(sorted(owners)))
        self.owners = owners


class Comparing:
    """Holds what a reader took in against the numbers of its owners."""

    def __init__(self, feeds: Feeds, units: UnitsOfWork, metrics: Metrics) -> None:
        self._feeds = feeds
        self._units = units
        self._metrics = metrics
        self._compared: dict[str, float] = {}
        self._behind: set[str] = set()

    def doubt(self, items: Sequence[Message | BadMessage], memory: Mapping[MemoryKey, int]) -> None:
        """Raise DoubtError where an owner must be compared before a batch may be stored."""
        sources = {
            item.memory_key[0]
            for item in items
            if isinstance(item, Message)
            and item.numbered
            and (self._behind or item.cause.key_sequence <= memory[item.memory_key])
        }
        if owners := {owner for owner in map(owner_of, sources) if self._is_doubtful(owner)}:
            raise DoubtError(owners)

    def _is_doubtful(self, owner: str) -> bool:
        if owner not in self._feeds.owners:
            return False
        return owner in self._behind or monotonic() - self._compared.get(owner, -TRUSTED_SECONDS) >= TRUSTED_SECONDS

    async def settle(self, owners: Iterable[str]) -> None:
        """Compare owners; one that does not answer is believed unless it was found behind before.

        Raises:
            OwnerWentBackError: one of them went back in time.
            FeedUnavailableError: one that had gone back does not answer.
        """
        for owner in sorted(owners):
            try:
                await self.compare(owner)
            except OwnerWentBackError:
                raise
            except FeedUnavailableError:
                if owner in self._behind:
                    raise
                self._compared[owner] = monotonic()

    async def compare(self, owner: str) -> tuple[dict[MemoryKey, int], dict[MemoryKey, int]]:
        """Return what was taken of an owner, and the last numbers of the keys in its log.

        Raises:
            OwnerWentBackError: it lacks some of what was taken.
            FeedUnavailableError: it does not answer.
        """
        async with self._units.begin() as uow:
            known = await read_memory(uow.session, owner)
        source = await self._feeds.told_under(
            owner
        )  # behind the memory, so that an owner that goes on is never behind it
        tails = await self._feeds.tails(owner)
        ahead = find_ahead(known, source, tails) if source else None
        self._metrics.went_back.labels(self._metrics.service, owner).set(ahead is not None)
        if ahead is None:
            self._behind.discard(owner)
            self._compared[owner] = monotonic()
            return known, tails
        if owner not in self._behind:
            key, (taken, last) = ahead[1].decode(), (known[ahead], tails.get(ahead, 0))
            log.error("owner_went_back", owner=owner, key=key, taken=taken, last=last, source=source, do=RUNBOOK)
        self._behind.add(owner)
        raise OwnerWentBackError(
            f"{owner} lacks events that were taken from it: its database went back in time; {RUNBOOK}"
        )


def find_ahead(known: Mapping[MemoryKey, int], source: str, tails: Mapping[MemoryKey, int]) -> MemoryKey | None:
    """Return a source and key of which a reader knows more than an owner that tells under ``source``; None where all is well.

    What it told under earlier sources it may have lost: that is what its new one says.
    """
    last = {key: number for (_, key), number in tails.items()}
    epoch = epoch_of(source)
    for pair, number in known.items():
        of_pair = epoch_of(pair[0])
        if number and (of_pair > epoch or (of_pair == epoch and number > last.get(pair[1], 0))):
            return pair
    return None
