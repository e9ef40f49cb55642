"""Stories of an owner taken in by a service's reactions, into tables that nobody else writes meanwhile.

A key's events come together and its memory begins with them: nothing has to be locked or looked up, and each row is written
once, by COPY. Where anything is not as it should be (a gap, an event that cannot be read, a handler that fails, a row that was
told of before) the same events go to the consumer instead, which sets the bad one aside as ever.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import text

from common.contracts.base import events_topic
from common.delivery.consuming import Consumer
from common.delivery.feed_reading import Feeds
from common.delivery.gathering import copy_gathered, gather
from common.delivery.inbox import MemoryKey
from common.delivery.messages import from_feed
from common.delivery.plumbing import InboxRow
from common.delivery.reactions import Subscription, by_type, read_event
from common.delivery.stories import Story, from_stories
from common.delivery.unit_of_work import Origin, UnitOfWork, UnitsOfWork
from common.logs import handling

log = structlog.get_logger(__name__)

_WAIT_FOR_NO_DISK = text("SET LOCAL synchronous_commit = off")  # what is lost with the server is made anew
_ORIGIN = partial(tuple.__new__, Origin)  # as Origin.of_event, without its detour


class Piece(NamedTuple):
    """Whole stories of an owner: the keys from one to another, the last of them up to a number at least."""

    owner: str
    first: str
    last: str
    upto: int


class BrokenStoryError(Exception):
    """Numbers are missing within a story; the argument says where."""


class Folding:
    """Takes pieces of owners' histories in."""

    def __init__(
        self, subscriptions: Sequence[Subscription], feeds: Feeds, units: UnitsOfWork, consumer: Consumer
    ) -> None:
        self._reactions = by_type(subscriptions)
        self._feeds = feeds
        self._units = units
        self._consumer = consumer

    async def fold(self, piece: Piece) -> int:
        """Take a piece in; return how many events there were. An owner that tells no stories has none here.

        Raises:
            FeedUnavailableError: the owner does not answer.
            MissingHeaderError: its log has an event without an envelope.
        """
        events, first, after = 0, piece.first, 0
        memory: dict[MemoryKey, int] = {}
        slow: set[MemoryKey] = set()
        while told := await self._feeds.stories(piece.owner, first, piece.last, after):
            stories = from_stories(told)
            pairs = {(story.source, story.key.encode()): story.causes[-1].key_sequence for story in stories}
            if next(iter(pairs)) in slow or not await self._take_fast(stories, memory, is_first=not after):
                slow |= pairs.keys()
                await self._take_slowly(piece.owner, stories)
            memory |= pairs
            events += sum(len(story.causes) for story in stories)
            newest = stories[-1].causes[-1]
            if newest.key == piece.last and newest.key_sequence >= piece.upto:
                break
            first, after = newest.key, newest.key_sequence
        return events

    async def _take_fast(self, stories: Sequence[Story], memory: Mapping[MemoryKey, int], *, is_first: bool) -> bool:
        """Take stories in together; return whether that went well, or nothing was done."""
        try:
            async with self._units.begin() as uow:
                await uow.session.execute(_WAIT_FOR_NO_DISK)
                for story in stories:
                    await self._run(uow, story, memory)
                uow.outgoing.clear()  # what follows from them was told when they came
                if is_first:
                    await copy_gathered(uow.session)
        except Exception as error:  # noqa: BLE001  # the consumer meets it again, and knows what to do
            log.warning("stories_go_to_the_consumer", error=type(error).__name__, stories=len(stories))
            return False
        return True

    async def _run(self, uow: UnitOfWork, story: Story, memory: Mapping[MemoryKey, int]) -> None:
        """Let the reactions to a story run, all of them in one view of the unit of work that goes from event to event."""
        key = story.key.encode()
        known = memory.get((story.source, key), 0)
        if [cause.key_sequence for cause in story.causes] != list(range(known + 1, known + 1 + len(story.causes))):
            raise BrokenStoryError(f"{story.source} {story.key}: numbers are missing after {known}")
        caused = uow.caused_by(story.causes[0])
        token = handling.set(lambda: caused.cause.log_fields() if caused.cause else {})
        try:
            for cause, value in zip(story.causes, story.values, strict=True):
                reactions = self._reactions.get(cause.type)
                if reactions is None:
                    continue
                caused.cause, caused.origin = cause, _ORIGIN((cause.correlation_id, cause.id, cause.trace_parent))
                event = read_event(reactions[0].kind, value)
                for line in reactions:
                    await line.handler(caused, event)
        finally:
            handling.reset(token)
        gather(uow.session, InboxRow, {"source": story.source, "key": key}, {"last": story.causes[-1].key_sequence})

    async def _take_slowly(self, owner: str, stories: Sequence[Story]) -> None:
        topic = events_topic(owner)
        for story in stories:
            first, last = story.causes[0].key_sequence, story.causes[-1].key_sequence
            async for told in self._feeds.pages_of_key(owner, story.key.encode(), first - 1, last):
                await self._consumer.take_in([from_feed(message, topic) for message in told])
